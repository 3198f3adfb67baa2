/** One object of a listing. */
export interface ListedObject {
  /** `objectKey` */
  readonly key: string;
  readonly uid: string;
}

/** A part of a listing, and the range [from, to) of keys that it covers. */
export interface ListingPart {
  readonly from: string;
  readonly to: string | null;
  readonly objects: readonly ListedObject[];
}

const maxObjects = 1000;
/** Well below the 256 KB of an entry, however long the names are. */
const maxBytes = 128 * 1024;
/** `{"key":"","uid":""},` */
const punctuationBytes = 20;

/** The range of a whole listing: all keys, or those of one namespace. `0` is the character after `/`. */
export function listingRange(namespace: string | undefined): { from: string; to: string | null } {
  return namespace === undefined ? { from: '', to: null } : { from: `${namespace}/`, to: `${namespace}0` };
}

/**
 * Splits a complete listing into parts, sorted bytewise by key. Their ranges are contiguous and cover the whole range.
 * An empty listing is one part without objects.
 */
export function listingParts(
  objects: readonly ListedObject[],
  range: { readonly from: string; readonly to: string | null },
): ListingPart[] {
  const groups = grouped(objects.toSorted((one, other) => compareBytewise(one.key, other.key)));
  return groups.map((group, index) => ({
    from: index === 0 ? range.from : firstKey(group),
    to: index === groups.length - 1 ? range.to : firstKey(groups[index + 1]),
    objects: group,
  }));
}

function grouped(sorted: readonly ListedObject[]): ListedObject[][] {
  let group: ListedObject[] = [];
  const groups = [group];
  let bytes = 0;
  for (const object of sorted) {
    const more = object.key.length + object.uid.length + punctuationBytes;
    if (group.length > 0 && (group.length === maxObjects || bytes + more > maxBytes)) {
      group = [];
      groups.push(group);
      bytes = 0;
    }
    group.push(object);
    bytes += more;
  }
  return groups;
}

function firstKey(group: readonly ListedObject[] | undefined): string {
  return group?.[0]?.key ?? '';
}

/**
 * Compares as UTF-8 bytes, as DynamoDB sorts. JavaScript compares UTF-16 code units; its order differs between
 * surrogates (above U+FFFF) and units from U+E000 on.
 */
export function compareBytewise(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  for (let index = 0; index < shorter; index++) {
    const difference = rank(one.charCodeAt(index)) - rank(other.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Ranks surrogates after all other code units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
