import { type ClusterObjectChanged, detailTypes, eventVersion } from '../../model/event.ts';
import { objectKey } from '../../model/identity.ts';
import type { ClusterObject } from '../../model/kubernetes.ts';
import { secondsInUtc } from '../../model/pod.ts';
import {
  isNewer,
  orderedVersion,
  type Sighting,
  type StoredSighting,
  storedSighting,
} from '../../model/version.ts';
import { contradiction } from '../../objects/plan/contradiction.ts';
import { capOf, overCap } from '../../objects/plan/deletion-cap.ts';
import { isSameContent } from '../../pods/plan/same-content.ts';
import type { Allowed } from './deletion-policy.ts';
import type { Finding } from './finding.ts';

interface Stored {
  readonly object: ClusterObject;
  readonly deleted: boolean;
}

interface ClusterSnapshot {
  readonly objects: readonly ClusterObject[];
  readonly kinds: readonly string[];
  /** Those of the kinds that the cluster does not have, of which nothing can be said. */
  readonly absentKinds: readonly string[];
  readonly complete: boolean;
  readonly resourceVersion: string;
}

export interface ObjectRepairs {
  readonly events: readonly ClusterObjectChanged[];
  /** Of objects whose stored state the listing contradicts. */
  readonly findings: readonly Finding[];
  readonly refused: Allowed['refused'];
}

/**
 * The events that tell `reconcile-mesh` of mesh objects and namespaces it does not know as they are. With an object goes
 * what was made of it, so their deletions are limited as those of instances are: a cluster of the same name that is not
 * filled yet, or that lost its CRDs, must not take the whole mesh along. `force` lifts the cap alone. An object that the
 * API server lists wins over whatever is stored of it (`contradiction`).
 */
export function objectRepairs(
  cluster: string,
  snapshot: ClusterSnapshot,
  { stored, force }: { readonly stored: readonly Stored[]; readonly force: boolean },
): ObjectRepairs {
  const deletions = deletionsOf(snapshot, stored, force);
  const changed = changedObjects(snapshot, stored);
  const events = [
    ...changed.map(({ object, superseded }) => event(cluster, 'Applied', object, superseded?.sighting)),
    ...deletions.allowed.map((object) =>
      event(cluster, 'Deleted', identityOf(asOf(object, snapshot.resourceVersion))),
    ),
  ];
  return { events, findings: changed.flatMap(contradictedObject), refused: deletions.refused };
}

interface ChangedObject {
  readonly object: ClusterObject;
  /** What is stored in contradiction to it, and why it cannot be true. */
  readonly superseded?: { readonly sighting: StoredSighting; readonly reason: string } | undefined;
}

function changedObjects(
  { kinds, objects }: ClusterSnapshot,
  stored: readonly Stored[],
): readonly ChangedObject[] {
  if (kinds.length === 0) return [];
  const known = new Map(stored.map((item) => [nameOf(item.object), item]));
  return objects.flatMap((object) => changeOf(object, known.get(nameOf(object))) ?? []);
}

function contradictedObject({ object, superseded }: ChangedObject): readonly Finding[] {
  if (superseded === undefined) return [];
  const { reason: detail, sighting: stored } = superseded;
  return [{ kind: 'RecordContradicted', object: nameOf(object), detail, stored, deletesIn: [] }];
}

function deletionsOf(
  { complete, kinds, absentKinds, objects }: ClusterSnapshot,
  stored: readonly Stored[],
  force: boolean,
) {
  const there = new Set(objects.map(nameOf));
  const allowed: ClusterObject[] = [];
  const refused: Allowed['refused'][number][] = [];
  const live = complete
    ? stored.filter(({ object, deleted }) => !deleted && kinds.includes(object.kind))
    : [];
  for (const [kind, those] of Map.groupBy(live, ({ object }) => object.kind)) {
    const isAbsent = absentKinds.includes(kind);
    const gone = those.map(({ object }) => object).filter((object) => isAbsent || !there.has(nameOf(object)));
    const most = isAbsent ? 0 : force ? gone.length : capOf(those.length);
    const reason = isAbsent
      ? `the cluster has no kind ${kind}: nothing of it is deleted`
      : overCap(`all ${kind}s`, those.length);
    allowed.push(...gone.slice(0, most));
    refused.push(...gone.slice(most).map((object) => ({ finding: goneObject(object), reason })));
  }
  return { allowed, refused };
}

function goneObject(object: ClusterObject): Finding {
  const detail = 'is stored, and is not in the cluster';
  return { kind: 'ObjectDeleted', object: nameOf(object), detail, deletesIn: [] };
}

function changeOf(object: ClusterObject, known: Stored | undefined): ChangedObject | undefined {
  if (known === undefined) return { object };
  const [listed, stored] = [sightingOf(object, false), sightingOf(known.object, known.deleted)];
  const reason = contradiction(listed, stored);
  if (reason !== null) return { object, superseded: { sighting: storedSighting(stored), reason } };
  if (!known.deleted && isSameObject(object, known.object)) return undefined;
  return isNewer(listed, stored) ? { object } : undefined;
}

/** The same but for what every write changes: a status raises the resourceVersion, and no relay tells of it. */
function isSameObject(listed: ClusterObject, stored: ClusterObject): boolean {
  const { uid, resourceVersion, generation } = stored.metadata;
  if (listed.metadata.uid !== uid) return false;
  const metadata = { ...listed.metadata, resourceVersion, generation };
  return isSameContent({ ...listed, metadata }, stored);
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

/** Of what is gone only who it was matters; and however large it was, this can be told. */
function identityOf({ spec, status, ...identity }: ClusterObject): ClusterObject {
  return identity;
}

function nameOf({ kind, metadata }: ClusterObject): string {
  return `${kind} ${objectKey(metadata)}`;
}

function event(
  cluster: string,
  change: ClusterObjectChanged['change'],
  object: ClusterObject,
  supersedes?: StoredSighting,
): ClusterObjectChanged {
  const type = detailTypes.clusterObjectChanged;
  const common = { type, version: eventVersion, group: cluster, cluster } as const;
  return { ...common, change, object, ...(supersedes && { supersedes }) };
}
