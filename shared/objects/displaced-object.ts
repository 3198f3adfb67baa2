import type { ClusterObject } from '../model/kubernetes.ts';
import { secondsInUtc } from '../model/pod.ts';
import { isNewer, type Sighting } from '../model/version.ts';
import type { StoredObject } from '../ports/ports.ts';

export type ObjectState = Pick<StoredObject, 'object' | 'deleted' | 'seenAtMs'>;

/** What is kept beside another live object: two of them, and earlier states, are one item of at most 400 KB. */
const maxBytesBeside = 100_000;

export function sightingOf({ object, deleted }: Pick<StoredObject, 'object' | 'deleted'>): Sighting {
  const { uid, resourceVersion, creationTimestamp } = object.metadata;
  return { uid, resourceVersion, createdAt: secondsInUtc(creationTimestamp), deleted };
}

/**
 * The live state to keep beside one that is stored from now on: that of before it, where that is deleted or of another
 * object of the name. Should the version of what is stored prove to be false, it is the truth.
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

/** What is stored, with a live state beside it that is not newer than a deletion or another object; the newest of them. */
export function withDisplaced(stored: StoredObject, { object, deleted }: ObjectState): StoredObject {
  const isOther = stored.deleted || object.metadata.uid !== stored.object.metadata.uid;
  if (deleted || !isOther || !(stored.deleted || isSmall(object))) return stored;
  const { displaced } = stored;
  const isNews =
    displaced === undefined ||
    isNewer(sightingOf({ object, deleted }), sightingOf({ object: displaced, deleted: false }));
  return isNews ? { ...stored, displaced: object } : stored;
}

function isSmall(object: ClusterObject | undefined): boolean {
  return object !== undefined && Buffer.byteLength(JSON.stringify(object)) <= maxBytesBeside;
}
