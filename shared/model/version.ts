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

/**
 * Whether `next` says more than what is stored. Of the same uid, the higher resourceVersion; at the same one, only
 * that it is gone, or where it is, is news. Of another uid, the later creation; creation is known to the second only, so within one
 * second the resourceVersion decides, which is safe because one cluster's versions only grow and no cluster is rebuilt
 * within a second.
 */
export function isNewer(next: Sighting, stored: Sighting): boolean {
  const versions = compare(orderedVersion(next.resourceVersion), orderedVersion(stored.resourceVersion));
  if (next.uid === stored.uid) return versions > 0 || (versions === 0 && saysMore(next, stored));
  const creations = compare(next.createdAt, stored.createdAt);
  return creations > 0 || (creations === 0 && versions > 0);
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
