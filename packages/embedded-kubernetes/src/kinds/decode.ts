import { isObject } from '../model/json.ts';
import type { JsonObject } from '../model/objects.ts';
import { badRequest } from '../model/status.ts';
import type { Kind } from './kind.ts';
import { definition, resolve, type Schema } from './schema.ts';

export interface Decoded {
  readonly object: JsonObject;
  /** Paths of unknown fields, which are dropped. */
  readonly unknownFields: readonly string[];
}

interface Context {
  readonly kind: Kind;
  readonly unknown: string[];
  /** The Go struct that has the field. */
  readonly struct: string;
}

/**
 * Decodes a body like Go's decoder for the kind's type: drops unknown fields and nulls. A value of a wrong type is 400
 * for a built-in kind; `validateSchema` checks those of a custom kind. Numeric quantities become strings.
 */
export function decode(body: JsonObject, kind: Kind): Decoded {
  const context: Context = { kind, unknown: [], struct: kind.kind };
  const { metadata, ...rest } = body;
  const object = decodeObject(rest, kind.schema, [], context);
  // Metadata is always an ObjectMeta, even if a custom kind's schema does not define it.
  object.metadata = decodeValue(metadata ?? {}, definition('V1ObjectMeta'), ['metadata'], context);
  return { object, unknownFields: context.unknown };
}

function decodeValue(
  value: unknown,
  declared: Schema | undefined,
  path: string[],
  context: Context,
): unknown {
  const schema = resolve(declared);
  const inner = declared?.$ref === undefined ? context : { ...context, struct: structOf(declared.$ref) };
  if (!schema || schema['x-kubernetes-preserve-unknown-fields'] === true)
    return decodeKnown(value, schema, path, context);
  if (schema.format === 'quantity' && typeof value === 'number') return String(value);
  if (!fits(value, schema) && context.kind.builtIn) throw mismatch(value, schema, path, context);
  if (isObject(value)) return schema.type === 'object' ? decodeObject(value, schema, path, inner) : value;
  if (!Array.isArray(value)) return value;
  return value.map((item, index) => decodeValue(item, schema.items, withIndex(path, index), context));
}

/** In content with preserved unknown fields, checks only fields in the schema. */
function decodeKnown(value: unknown, schema: Schema | undefined, path: string[], context: Context): unknown {
  if (!schema?.properties || !isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      decodeValue(child, schema.properties?.[name], [...path, name], context),
    ]),
  );
}

function decodeObject(value: JsonObject, schema: Schema, path: string[], context: Context): JsonObject {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true)
    return decodeKnown(value, schema, path, context) as JsonObject;
  const result: JsonObject = {};
  for (const [name, child] of Object.entries(value)) {
    const field = schema.properties?.[name] ?? schema.additionalProperties;
    const isTypeMeta = path.length === 0 && (name === 'apiVersion' || name === 'kind' || name === 'metadata');
    if (field === undefined && !isTypeMeta) context.unknown.push([...path, name].join('.'));
    else if (child !== null || (typeof field === 'object' && field.nullable))
      result[name] = typeof field === 'object' ? decodeValue(child, field, [...path, name], context) : child;
  }
  return result;
}

function fits(value: unknown, schema: Schema): boolean {
  if (schema['x-kubernetes-int-or-string']) return Number.isInteger(value) || typeof value === 'string';
  switch (schema.type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === schema.type;
    default:
      return true;
  }
}

/** `DeploymentSpec` of `#/components/schemas/V1DeploymentSpec`. */
function structOf(reference: string): string {
  return reference.replace(/^.*\/([A-Z][a-z]+)?V\d+((alpha|beta)\d+)?/, '');
}

function mismatch(value: unknown, schema: Schema, path: string[], { kind, struct }: Context) {
  const fields = path.join('.').replace(/\[\d+\]/g, '');
  const wanted = { integer: schema.format ?? 'int64', boolean: 'bool', array: '[]', object: 'struct' };
  const type = wanted[schema.type as keyof typeof wanted] ?? schema.type ?? schema.format;
  const found = Array.isArray(value) ? 'array' : isObject(value) ? 'object' : goKind(value);
  return badRequest(
    `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ` +
      `json: cannot unmarshal ${found} into Go struct field ${struct}.${fields} of type ${type}`,
  );
}

function goKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'number' : `number ${value}`;
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function withIndex(path: string[], index: number): string[] {
  return [...path.slice(0, -1), `${path.at(-1) ?? ''}[${index}]`];
}
