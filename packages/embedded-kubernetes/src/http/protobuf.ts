import type { JsonObject } from '../model/objects.ts';
import { badRequest, unsupportedMediaType } from '../model/status.ts';
import { type ProtobufField, protobufFields } from './protobuf-fields.ts';

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
  return { apiVersion, kind, ...decodeMessage(kind, bytesOf(unknown.get(2))) };
}

function bytesOf(value: number | Buffer | undefined): Buffer {
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0);
}

function decodeMessage(message: string, bytes: Buffer): JsonObject {
  const fields = protobufFields(message);
  if (!fields) throw unsupportedMediaType(['application/json', 'application/yaml']);
  const object: JsonObject = {};
  for (const [number, raw] of readFields(bytes)) {
    const field = fields.get(number);
    if (!field)
      throw badRequest(`field ${number} of ${message} is not read from protobuf here; send it as JSON`);
    addField(object, field, raw);
  }
  return object;
}

function addField(object: JsonObject, { name, type, shape }: ProtobufField, raw: number | Buffer): void {
  if (shape === 'ignored') return;
  if (shape === 'list') object[name] = [...((object[name] as unknown[]) ?? []), decodeValue(type, raw)];
  else if (shape === 'map') {
    const entry = new Map(readFields(bytesOf(raw)));
    const key = bytesOf(entry.get(1)).toString();
    object[name] = {
      ...(object[name] as JsonObject),
      [key]: decodeValue(type, entry.get(2) ?? Buffer.alloc(0)),
    };
  } else {
    const value = decodeValue(type, raw);
    // A non-pointer field is always encoded, and omitted from the JSON if it is zero.
    const isZero = value === '' || value === 0 || value === false || value === undefined;
    if (shape === 'pointer' || !isZero) object[name] = value;
  }
}

function decodeValue(type: string, raw: number | Buffer): unknown {
  if (type === 'string') return bytesOf(raw).toString();
  if (type === 'bytes') return bytesOf(raw).toString('base64');
  if (type === 'int') return raw;
  if (type === 'bool') return raw === 1;
  const message = decodeMessage(type, bytesOf(raw));
  if (type === 'Quantity') return message.string;
  if (type === 'IntOrString') return message.type === 1 ? message.strVal : (message.intVal ?? 0);
  if (type === 'Time') return timeOf(message);
  return message;
}

function timeOf({ seconds }: JsonObject): string | undefined {
  return typeof seconds === 'number'
    ? new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')
    : undefined;
}

/** The fields of a message in order: numbers for varints, bytes for length-delimited fields. */
function readFields(bytes: Buffer): [number, number | Buffer][] {
  const fields: [number, number | Buffer][] = [];
  let offset = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset];
      if (byte === undefined) throw badRequest('the protobuf body ends within a number');
      offset += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  while (offset < bytes.length) {
    const tag = varint();
    const [number, wire] = [tag >>> 3, tag & 7];
    if (wire === 0) fields.push([number, varint()]);
    else if (wire === 2) {
      const length = varint();
      fields.push([number, bytes.subarray(offset, offset + length)]);
      offset += length;
    } else
      throw badRequest(
        `the protobuf body has a field of wire type ${wire}, which Kubernetes' types do not use here`,
      );
  }
  return fields;
}
