import { type ClusterObjectChanged, detailTypes, eventVersion } from '../model/event.ts';
import { objectKey } from '../model/identity.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import { secondsInUtc } from '../model/pod.ts';
import { isNewer, orderedVersion, type Sighting } from '../model/version.ts';
import { isSameContent } from './same-content.ts';

interface Stored {
  readonly object: ClusterObject;
  readonly deleted: boolean;
}

/** The events that tell `reconcile-mesh` of mesh objects and namespaces it does not know as they are. */
export function objectRepairs(
  cluster: string,
  truth: {
    readonly objects: readonly ClusterObject[];
    readonly kinds: readonly string[];
    readonly complete: boolean;
    readonly resourceVersion: string;
  },
  stored: readonly Stored[],
): ClusterObjectChanged[] {
  const known = new Map(stored.map((item) => [nameOf(item.object), item]));
  const there = new Set(truth.objects.map(nameOf));
  const changed =
    truth.kinds.length === 0
      ? []
      : truth.objects.filter((object) => isNews(object, known.get(nameOf(object))));
  const gone = truth.complete
    ? stored.filter(
        ({ object, deleted }) => !deleted && truth.kinds.includes(object.kind) && !there.has(nameOf(object)),
      )
    : [];
  return [
    ...changed.map((object) => event(cluster, 'Applied', object)),
    ...gone.map(({ object }) => event(cluster, 'Deleted', asOf(object, truth.resourceVersion))),
  ];
}

function isNews(object: ClusterObject, known: Stored | undefined): boolean {
  if (known === undefined) return true;
  if (!known.deleted && isSameObject(object, known.object)) return false;
  return isNewer(sightingOf(object, false), sightingOf(known.object, known.deleted));
}

/** The same but for what every write changes: a status raises the resourceVersion, and no relay tells of it. */
function isSameObject(listed: ClusterObject, told: ClusterObject): boolean {
  const { uid, resourceVersion, generation } = told.metadata;
  if (listed.metadata.uid !== uid) return false;
  const metadata = { ...listed.metadata, resourceVersion, generation };
  return isSameContent({ ...listed, metadata }, told);
}

function sightingOf({ metadata }: ClusterObject, deleted: boolean): Sighting {
  const { uid, resourceVersion, creationTimestamp } = metadata;
  return { uid, resourceVersion, createdAt: secondsInUtc(creationTimestamp), deleted };
}

/** Gone as of the listing, or of its last sighting where that is later. */
function asOf(object: ClusterObject, resourceVersion: string): ClusterObject {
  const { metadata } = object;
  const isLater = orderedVersion(resourceVersion) > orderedVersion(metadata.resourceVersion);
  return isLater ? { ...object, metadata: { ...metadata, resourceVersion } } : object;
}

function nameOf({ kind, metadata }: ClusterObject): string {
  return `${kind} ${objectKey(metadata)}`;
}

function event(
  cluster: string,
  change: ClusterObjectChanged['change'],
  object: ClusterObject,
): ClusterObjectChanged {
  const type = detailTypes.clusterObjectChanged;
  return { type, version: eventVersion, group: cluster, cluster, change, object };
}
