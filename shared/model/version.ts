/** What orders two sightings of an object of one name. */
export interface Sighting {
  readonly uid: string;
  readonly resourceVersion: string;
  /** As `secondsInUtc` gives it. */
  readonly createdAt: string;
  readonly deleted: boolean;
  /** Whether a pod's zone is known: its node may be told of only after it. */
  readonly placed?: boolean;
}

/** As much of a stored sighting as tells it from every other. */
export type StoredSighting = Pick<Sighting, 'uid' | 'resourceVersion' | 'deleted'>;

export function storedSighting({ uid, resourceVersion, deleted }: StoredSighting): StoredSighting {
  return { uid, resourceVersion, deleted };
}

export function isSameSighting(one: StoredSighting, other: StoredSighting): boolean {
  return (
    one.uid === other.uid &&
    one.deleted === other.deleted &&
    orderedVersion(one.resourceVersion) === orderedVersion(other.resourceVersion)
  );
}

/**
 * Whether `next` says more than what is stored. Of the same uid, the higher resourceVersion; at the same one, only
 * that it is gone, or where it is, is news. Of another uid, the later creation; within ten seconds of one another the
 * resourceVersion decides, because API servers of one cluster date what they create by clocks of their own, while its
 * versions only grow, and no cluster is rebuilt within ten seconds.
 */
export function isNewer(next: Sighting, stored: Sighting): boolean {
  const versions = compare(orderedVersion(next.resourceVersion), orderedVersion(stored.resourceVersion));
  if (next.uid === stored.uid) return versions > 0 || (versions === 0 && saysMore(next, stored));
  const { earliest, latest } = sameTimeAs(next.createdAt);
  return stored.createdAt < earliest || (stored.createdAt <= latest && versions > 0);
}

const clockSkewMs = 10_000;

/** From when to when something may be dated that was created at the same time. */
export function sameTimeAs(createdAt: string): { readonly earliest: string; readonly latest: string } {
  const atMs = Date.parse(createdAt);
  const text = (timeMs: number) => new Date(timeMs).toISOString().replace('.000Z', 'Z');
  return { earliest: text(atMs - clockSkewMs), latest: text(atMs + clockSkewMs) };
}

/** At the same resourceVersion: that the object is gone, or where it is. */
function saysMore(next: Sighting, stored: Sighting): boolean {
  if (stored.deleted) return false;
  return next.deleted || (next.placed === true && stored.placed !== true);
}

/**
 * A resourceVersion as text that sorts bytewise as the integers do, whatever their length: the number of digits in
 * four, then the digits. DynamoDB's own numbers end at 38 digits.
 */
export function orderedVersion(resourceVersion: string): string {
  const digits = resourceVersion.replace(/^0+(?=\d)/, '');
  return `${String(digits.length).padStart(4, '0')}${digits}`;
}

/** The resourceVersion that `orderedVersion` made text of. */
export function versionOf(ordered: string): string {
  return ordered.slice(4);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
