import type { JsonObject } from '../../model/objects.ts';
import { badRequest, unsupportedMediaType } from '../../model/status.ts';
import { messageOf, type ProtobufField } from './messages.ts';
import { readFields, type WireValue } from './wire.ts';

export const protobufMediaType = 'application/vnd.kubernetes.protobuf';
const magic = Buffer.from('k8s\0');

/**
 * Decodes a body in Kubernetes' protobuf format (the magic number, then a runtime.Unknown with the type and the object)
 * to its JSON object. kubectl's typed commands send only this format. Throws 415 for an unsupported message, 400 for an
 * unsupported field or an invalid body.
 */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, magic.length).equals(magic))
    throw badRequest('the body is not in the protobuf format');
  const unknown = new Map(readFields(body.subarray(magic.length)));
  const type = new Map(readFields(bytesOf(unknown.get(1))));
  const apiVersion = bytesOf(type.get(1)).toString();
  const kind = bytesOf(type.get(2)).toString();
  return { apiVersion, kind, ...decodeMessage(messageKey(apiVersion, kind), bytesOf(unknown.get(2))) };
}

/** The first part of a group names its Go package; options are those of meta/v1 in any group. */
function messageKey(apiVersion: string, kind: string): string {
  if (/^(Delete|Create|Update|Patch)Options$/.test(kind)) return `meta/v1.${kind}`;
  const [group = '', version] = apiVersion.split('/');
  return version === undefined ? `core/${group}.${kind}` : `${group.split('.')[0]}/${version}.${kind}`;
}

function bytesOf(value: WireValue | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function decodeMessage(key: string, bytes: Buffer): JsonObject {
  const fields = messageOf(key);
  if (!fields) throw unsupportedMediaType(['application/json', 'application/yaml']);
  const object: JsonObject = {};
  for (const [number, raw] of readFields(bytes)) {
    const field = fields.get(number);
    if (!field) throw badRequest(`field ${number} of ${key} is not read from protobuf here; send it as JSON`);
    addField(object, field, raw);
  }
  return object;
}

function addField(object: JsonObject, { name, type, shape }: ProtobufField, raw: WireValue): void {
  if (shape === 'inline') Object.assign(object, decodeMessage(type.replace(/^\*/, ''), bytesOf(raw)));
  else if (shape === 'list') object[name] = [...((object[name] as unknown[]) ?? []), decodeValue(type, raw)];
  else if (shape === 'map') {
    const entry = new Map(readFields(bytesOf(raw)));
    const key = bytesOf(entry.get(1)).toString();
    const value = decodeValue(type, entry.get(2) ?? Buffer.alloc(0));
    object[name] = { ...(object[name] as JsonObject), [key]: value };
  } else {
    const value = decodeValue(type, raw);
    // A field that is not a pointer is always encoded, and omitted from the JSON if it is zero.
    const isZero = value === '' || value === 0 || value === false;
    if (value !== undefined && (shape === 'significant' || !isZero)) object[name] = value;
  }
}

function decodeValue(type: string, raw: WireValue): unknown {
  if (type.startsWith('*')) return decodeValue(type.slice(1), raw);
  if (type.startsWith('[]'))
    return readFields(bytesOf(raw)).map(([, item]) => decodeValue(type.slice(2), item));
  const special = values[type];
  return special ? special(raw) : decodeMessage(type, bytesOf(raw));
}

const text = (raw: WireValue | undefined) => bytesOf(raw).toString();
const fieldsOf = (raw: WireValue) => new Map(readFields(bytesOf(raw)));

/** Scalars, and messages with a form of their own in JSON. */
const values: Readonly<Record<string, (raw: WireValue) => unknown>> = {
  string: text,
  bytes: (raw) => bytesOf(raw).toString('base64'),
  int: (raw) => raw,
  double: (raw) => raw,
  bool: (raw) => raw === 1,
  Quantity: (raw) => text(fieldsOf(raw).get(1)),
  IntOrString: (raw) => {
    const fields = fieldsOf(raw);
    return fields.get(1) === 1 ? text(fields.get(3)) : (fields.get(2) ?? 0);
  },
  Raw: (raw) => {
    const json = text(fieldsOf(raw).get(1));
    return json === '' ? undefined : (JSON.parse(json) as unknown);
  },
  Time: (raw) => timeOf(raw)?.replace(/\.\d+Z$/, 'Z'),
  MicroTime: (raw) => timeOf(raw)?.replace(/Z$/, '000Z'),
};

function timeOf(raw: WireValue): string | undefined {
  const fields = fieldsOf(raw);
  const [seconds, nanos] = [fields.get(1), fields.get(2)];
  if (typeof seconds !== 'number') return undefined;
  return new Date(seconds * 1000 + (typeof nanos === 'number' ? nanos / 1e6 : 0)).toISOString();
}
