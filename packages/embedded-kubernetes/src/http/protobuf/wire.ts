import { badRequest } from '../../model/status.ts';

/** A number of a varint or a double, or the bytes of a length-delimited field. */
export type WireValue = number | Buffer;

/** The fields of a message in order, by number. Throws 400 for an invalid body. */
export function readFields(bytes: Buffer): [number, WireValue][] {
  const fields: [number, WireValue][] = [];
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
  const take = (length: number) => {
    if (offset + length > bytes.length) throw badRequest('the protobuf body ends within a field');
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const tag = varint();
    const [number, wire] = [tag >>> 3, tag & 7];
    if (wire === 0) fields.push([number, varint()]);
    else if (wire === 1) fields.push([number, take(8).readDoubleLE()]);
    else if (wire === 2) fields.push([number, take(varint())]);
    else
      throw badRequest(
        `the protobuf body has a field of wire type ${wire}, which Kubernetes' types do not use`,
      );
  }
  return fields;
}
