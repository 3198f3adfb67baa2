import { isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { FieldOf } from './manifest.ts';

interface Found {
  /** Of the key, or of the item of a list. */
  readonly offset: number | undefined;
  readonly value: unknown;
}

/** Finds the fields of an object in its text. `first`: its first line. */
export function fieldsOf(object: Node | null, first: number, lines: LineCounter): FieldOf {
  return (path) => {
    let found: Found = { offset: undefined, value: object };
    let offset: number | undefined;
    for (const part of path) {
      found = memberOf(found.value, part);
      offset = found.offset ?? offset;
    }
    const { value } = found;
    const source = isScalar(value) && value.type === 'PLAIN' ? value.source : undefined;
    return { line: offset === undefined ? first : lines.linePos(offset).line, source };
  };
}

function memberOf(value: unknown, part: string | number): Found {
  if (isSeq(value)) {
    const item = value.items[Number(part)] as Node | undefined;
    return { offset: item?.range?.[0], value: item };
  }
  // A key may be read as a boolean or a number.
  const pair = isMap(value)
    ? value.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(part))
    : undefined;
  return { offset: (pair?.key as Node | undefined)?.range?.[0], value: pair?.value };
}
