/** The fields that order two sightings of an object of one name. */
export interface Sighting {
  readonly uid: string;
  readonly resourceVersion: string;
  /** As `secondsInUtc` gives it. */
  readonly createdAt: string;
  readonly deleted: boolean;
  /** Whether a pod's zone is known: its node may be observed after the pod. */
  readonly placed?: boolean;
  /** Of a live pod: the version of its node, `NodePlace.resourceVersion`. */
  readonly nodeVersion?: string | undefined;
}

/** The fields that identify a stored sighting. */
export type StoredSighting = Pick<Sighting, 'uid' | 'resourceVersion' | 'deleted' | 'nodeVersion'>;

export function storedSighting({
  uid,
  resourceVersion,
  deleted,
  nodeVersion,
}: StoredSighting): StoredSighting {
  return { uid, resourceVersion, deleted, ...(nodeVersion !== undefined && { nodeVersion }) };
}

export function isSameSighting(one: StoredSighting, other: StoredSighting): boolean {
  return (
    one.uid === other.uid &&
    one.deleted === other.deleted &&
    orderedVersion(one.resourceVersion) === orderedVersion(other.resourceVersion) &&
    orderedNodeVersion(one) === orderedNodeVersion(other)
  );
}

/**
 * Whether `next` is newer than the stored sighting. With the same uid, the higher resourceVersion is newer; at the same
 * version, a deletion is, or a higher version of the pod's node, whose zone may change while the pod does not (without
 * that version: a newly known zone). With another uid, the later creation is newer; within ten seconds of each
 * other the resourceVersion decides, because the API servers of one cluster use their own clocks for creation times, while
 * its versions only grow, and no cluster is rebuilt within ten seconds.
 */
export function isNewer(next: Sighting, stored: Sighting): boolean {
  const versions = compare(orderedVersion(next.resourceVersion), orderedVersion(stored.resourceVersion));
  if (next.uid === stored.uid) return versions > 0 || (versions === 0 && addsInformation(next, stored));
  const { earliest, latest } = sameTimeAs(next.createdAt);
  return stored.createdAt < earliest || (stored.createdAt <= latest && versions > 0);
}

const clockSkewMs = 10_000;

/** The range of creation times that count as the same time. */
export function sameTimeAs(createdAt: string): { readonly earliest: string; readonly latest: string } {
  const atMs = Date.parse(createdAt);
  const text = (timeMs: number) => new Date(timeMs).toISOString().replace('.000Z', 'Z');
  return { earliest: text(atMs - clockSkewMs), latest: text(atMs + clockSkewMs) };
}

/** At the same resourceVersion: whether `next` adds the deletion, or a later place. */
function addsInformation(next: Sighting, stored: Sighting): boolean {
  if (stored.deleted) return false;
  if (next.deleted) return true;
  const nodeVersions = compare(orderedNodeVersion(next), orderedNodeVersion(stored));
  if (nodeVersions !== 0 || next.nodeVersion !== undefined) return nodeVersions > 0;
  return next.placed === true && stored.placed !== true;
}

/** The empty text, before every version, if the node has none. */
function orderedNodeVersion({ nodeVersion }: Pick<Sighting, 'nodeVersion'>): string {
  return nodeVersion === undefined ? '' : orderedVersion(nodeVersion);
}

/**
 * A resourceVersion as text that sorts bytewise as the integers do, whatever their length: the number of digits in
 * four, then the digits. DynamoDB's own numbers end at 38 digits.
 */
export function orderedVersion(resourceVersion: string): string {
  const digits = resourceVersion.replace(/^0+(?=\d)/, '');
  return `${String(digits.length).padStart(4, '0')}${digits}`;
}

/** The inverse of `orderedVersion`. */
export function versionOf(ordered: string): string {
  return ordered.slice(4);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
