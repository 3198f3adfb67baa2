/** One object of a listing. */
export interface ListedObject {
  /** `objectKey` */
  readonly key: string;
  readonly uid: string;
}

/** A part of a listing and the range [from, to) that it covers. */
export interface ListingPart {
  readonly from: string;
  readonly to: string | null;
  readonly objects: readonly ListedObject[];
}

const maxObjects = 1000;
/** Well under the 256 KB of an entry, whatever the length of the names. */
const maxBytes = 128 * 1024;
/** `{"key":"","uid":""},` */
const punctuationBytes = 20;

/** The range of a whole listing: everything, or exactly one namespace. `0` is the character after `/`. */
export function listingRange(namespace: string | undefined): { from: string; to: string | null } {
  return namespace === undefined ? { from: '', to: null } : { from: `${namespace}/`, to: `${namespace}0` };
}

/**
 * Cuts a complete listing into parts, sorted bytewise by key, whose ranges follow one another without a gap and cover
 * the whole. An empty listing is one part that says: nothing is there.
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
 * Compares as UTF-8 bytes, as DynamoDB sorts. JavaScript compares UTF-16 units, which is another order where a
 * surrogate (above U+FFFF) meets a unit from U+E000 on.
 */
export function compareBytewise(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  for (let index = 0; index < shorter; index++) {
    const difference = rank(one.charCodeAt(index)) - rank(other.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Puts surrogates after all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
