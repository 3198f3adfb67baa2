import type { ClusterObject } from '../model/kubernetes.ts';
import { secondsInUtc } from '../model/pod.ts';
import { isNewer, type Sighting } from '../model/version.ts';
import type { StoredObject } from '../ports/cluster-object-store.ts';

export type ObjectState = Pick<StoredObject, 'object' | 'deleted' | 'seenAtMs'>;

/** Limit for a displaced state stored with a live object: both, and earlier states, share one item of at most 400 KB. */
const maxBytesBeside = 100_000;

export function sightingOf({ object, deleted }: Pick<StoredObject, 'object' | 'deleted'>): Sighting {
  const { uid, resourceVersion, creationTimestamp } = object.metadata;
  return { uid, resourceVersion, createdAt: secondsInUtc(creationTimestamp), deleted };
}

/**
 * The live state to keep with the next stored one: the previous state, if the next is a deletion or another object of the
 * name. If the stored version proves to be false, this state is the current one.
 */
export function displacedBy(
  next: ObjectState,
  previous: StoredObject | undefined,
): ClusterObject | undefined {
  if (previous === undefined) return undefined;
  const isReplaced = next.deleted || next.object.metadata.uid !== previous.object.metadata.uid;
  const beside = previous.deleted || !isReplaced ? previous.displaced : previous.object;
  return next.deleted || isSmall(beside) ? beside : undefined;
}

/** Keeps a live state that is not newer than the stored deletion or other object; only the newest such state is kept. */
export function withDisplaced(stored: StoredObject, { object, deleted }: ObjectState): StoredObject {
  const isOther = stored.deleted || object.metadata.uid !== stored.object.metadata.uid;
  if (deleted || !isOther || !(stored.deleted || isSmall(object))) return stored;
  const { displaced } = stored;
  const isNewest =
    displaced === undefined ||
    isNewer(sightingOf({ object, deleted }), sightingOf({ object: displaced, deleted: false }));
  return isNewest ? { ...stored, displaced: object } : stored;
}

function isSmall(object: ClusterObject | undefined): boolean {
  return object !== undefined && Buffer.byteLength(JSON.stringify(object)) <= maxBytesBeside;
}
