import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { isObject } from '../../model/json.ts';
import type { JsonObject } from '../../model/objects.ts';

/** The media type in which kubectl reads OpenAPI v2: the messages of gnostic's OpenAPIv2.proto. */
export const openApiV2MediaType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/**
 * How a field of the JSON document is encoded: its number, and a message, `string`, `bool`, `double`, `int`, or `any`
 * (as YAML). `[]` is a list of them; `<>` an object, whose entries are messages with `name` and `value`.
 */
type Field = readonly [number: number, type: string];
type Message = Readonly<Record<string, Field>>;

const extensions = 'x-';

const messages: Readonly<Record<string, Message>> = {
  Document: {
    swagger: [1, 'string'],
    info: [2, 'Info'],
    paths: [8, 'Paths'],
    definitions: [9, 'Definitions'],
  },
  Info: { title: [1, 'string'], version: [2, 'string'] },
  PathItem: { patch: [7, 'Operation'] },
  Operation: {
    operationId: [5, 'string'],
    consumes: [7, '[]string'],
    parameters: [8, '[]ParametersItem'],
    responses: [9, 'Responses'],
    [extensions]: [13, 'any'],
  },
  QueryParameter: { in: [2, 'string'], name: [4, 'string'], type: [6, 'string'] },
  Response: { description: [1, 'string'] },
  Schema: {
    $ref: [1, 'string'],
    format: [2, 'string'],
    description: [4, 'string'],
    default: [5, 'any'],
    maximum: [7, 'double'],
    exclusiveMaximum: [8, 'bool'],
    minimum: [9, 'double'],
    exclusiveMinimum: [10, 'bool'],
    maxLength: [11, 'int'],
    minLength: [12, 'int'],
    pattern: [13, 'string'],
    maxItems: [14, 'int'],
    minItems: [15, 'int'],
    maxProperties: [17, 'int'],
    minProperties: [18, 'int'],
    required: [19, '[]string'],
    enum: [20, '[]any'],
    additionalProperties: [21, 'AdditionalPropertiesItem'],
    type: [22, 'TypeItem'],
    items: [23, 'ItemsItem'],
    properties: [25, 'Properties'],
    [extensions]: [31, 'any'],
  },
};

/** Messages that wrap what the JSON document has in their place: the numbers of the fields down to it. */
const wrappers: Readonly<Record<string, (value: unknown) => { path: readonly number[]; type: string }>> = {
  ParametersItem: () => ({ path: [1, 2, 3], type: 'QueryParameter' }),
  TypeItem: () => ({ path: [1], type: 'string' }),
  ItemsItem: () => ({ path: [1], type: 'Schema' }),
  AdditionalPropertiesItem: (value) =>
    typeof value === 'boolean' ? { path: [2], type: 'bool' } : { path: [1], type: 'Schema' },
  ResponseValue: () => ({ path: [1], type: 'Response' }),
};

/** Messages with an entry, named, for each field of the JSON object. */
const maps: Readonly<Record<string, Field>> = {
  Paths: [2, 'PathItem'],
  Definitions: [1, 'Schema'],
  Properties: [1, 'Schema'],
  Responses: [1, 'ResponseValue'],
};

/** Encodes an OpenAPI v2 document. */
export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  return encodeMessage('Document', document).finish();
}

function encodeMessage(type: string, value: unknown): BinaryWriter {
  const writer = new BinaryWriter();
  const entries = isObject(value) ? Object.entries(value) : [];
  const map = maps[type];
  if (map) {
    for (const [name, child] of entries) writeNamed(writer, map, name, child);
    return writer;
  }
  const fields = messages[type] ?? {};
  for (const [name, child] of entries) {
    const field = fields[name];
    if (field) writeField(writer, field, child);
    else if (name.startsWith(extensions) && fields[extensions])
      writeNamed(writer, fields[extensions], name, child);
  }
  return writer;
}

function writeNamed(writer: BinaryWriter, [number, type]: Field, name: string, value: unknown): void {
  writer.tag(number, 2).fork();
  writer.tag(1, 2).string(name);
  writeField(writer, [2, type], value);
  writer.join();
}

function writeField(writer: BinaryWriter, [number, declared]: Field, value: unknown): void {
  if (value === undefined) return;
  if (declared.startsWith('[]')) {
    for (const item of Array.isArray(value) ? value : [])
      writeField(writer, [number, declared.slice(2)], item);
    return;
  }
  const wrapper = wrappers[declared]?.(value);
  if (wrapper) writeWrapped(writer, [number, ...wrapper.path], wrapper.type, value);
  else if (declared === 'string') writer.tag(number, 2).string(String(value));
  else if (declared === 'bool') writer.tag(number, 0).bool(value === true);
  else if (declared === 'double') writer.tag(number, 1).double(Number(value));
  else if (declared === 'int') writer.tag(number, 0).int64(Number(value));
  else if (declared === 'any') writer.tag(number, 2).fork().tag(2, 2).string(JSON.stringify(value)).join();
  else writer.tag(number, 2).bytes(encodeMessage(declared, value).finish());
}

function writeWrapped(writer: BinaryWriter, path: readonly number[], type: string, value: unknown): void {
  const [number = 0, ...rest] = path;
  if (rest.length === 0) {
    writeField(writer, [number, type], value);
    return;
  }
  writer.tag(number, 2).fork();
  writeWrapped(writer, rest, type, value);
  writer.join();
}
