import type { ClusterObjectChanged } from '../../../model/events/event.ts';
import { objectChanged } from '../../../model/events/object-changed.ts';
import type { ClusterObject } from '../../../model/kubernetes.ts';
import { objectText } from '../../../model/kubernetes-object.ts';
import { secondsInUtc } from '../../../model/pod.ts';
import {
  isNewer,
  orderedVersion,
  type Sighting,
  type StoredSighting,
  storedSighting,
} from '../../../model/version.ts';
import { contradiction } from '../../../objects/plan/contradiction.ts';
import { capOf, keptWithoutKind, overCap } from '../../../objects/plan/deletion-cap.ts';
import { isSameContent } from '../../../pods/plan/same-content.ts';
import { type Finding, finding } from '../findings/finding.ts';
import type { Allowed } from './deletion-policy.ts';

interface Stored {
  readonly object: ClusterObject;
  readonly deleted: boolean;
  /** Set if the stored content is an earlier one than that of its version. */
  readonly fault?: string | undefined;
}

interface ClusterSnapshot {
  readonly objects: readonly ClusterObject[];
  readonly kinds: readonly string[];
  /** Those of the kinds that the cluster does not have; their stored objects are never deleted. */
  readonly absentKinds: readonly string[];
  readonly complete: boolean;
  readonly resourceVersion: string;
}

export interface ObjectRepairs {
  readonly events: readonly ClusterObjectChanged[];
  /** Objects whose stored state the listing contradicts. */
  readonly findings: readonly Finding[];
  readonly refused: Allowed['refused'];
}

/**
 * The events that send `reconcile-mesh` the mesh objects and namespaces whose stored state is out of date. Deleting an
 * object deletes its App Mesh resources, so deletions are capped as those of instances are: a cluster of the same name
 * that is still empty, or that lost its CRDs, must not delete the whole mesh. `force` lifts only the cap. An object
 * that the API server lists wins over the stored one (`contradiction`).
 */
export function objectRepairs(
  cluster: string,
  snapshot: ClusterSnapshot,
  { stored, force }: { readonly stored: readonly Stored[]; readonly force: boolean },
): ObjectRepairs {
  const deletions = deletionsOf(snapshot, stored, force);
  const changed = changedObjects(snapshot, stored);
  const events = [
    ...changed.map(({ object, superseded }) =>
      objectChanged(cluster, 'Applied', object, superseded?.sighting),
    ),
    ...deletions.allowed.map((object) =>
      objectChanged(cluster, 'Deleted', identityOf(asOf(object, snapshot.resourceVersion))),
    ),
  ];
  return { events, findings: changed.flatMap(contradictedObject), refused: deletions.refused };
}

interface ChangedObject {
  readonly object: ClusterObject;
  /** The stored state that contradicts it, and why it cannot be true. */
  readonly superseded?: { readonly sighting: StoredSighting; readonly reason: string } | undefined;
}

function changedObjects(
  { kinds, objects }: ClusterSnapshot,
  stored: readonly Stored[],
): readonly ChangedObject[] {
  if (kinds.length === 0) return [];
  const known = new Map(stored.map((item) => [objectText(item.object), item]));
  return objects.flatMap((object) => changeOf(object, known.get(objectText(object))) ?? []);
}

function contradictedObject({ object, superseded }: ChangedObject): readonly Finding[] {
  if (superseded === undefined) return [];
  const { reason: detail, sighting: stored } = superseded;
  return [finding('RecordContradicted', { object: objectText(object), detail, stored })];
}

function deletionsOf(
  { complete, kinds, absentKinds, objects }: ClusterSnapshot,
  stored: readonly Stored[],
  force: boolean,
) {
  const listed = new Set(objects.map(objectText));
  const allowed: ClusterObject[] = [];
  const refused: Allowed['refused'][number][] = [];
  const live = complete
    ? stored.filter(({ object, deleted }) => !deleted && kinds.includes(object.kind))
    : [];
  for (const [kind, ofKind] of Map.groupBy(live, ({ object }) => object.kind)) {
    const isAbsent = absentKinds.includes(kind);
    const gone = ofKind
      .map(({ object }) => object)
      .filter((object) => isAbsent || !listed.has(objectText(object)));
    const maxDeleted = isAbsent ? 0 : force ? gone.length : capOf(ofKind.length);
    const reason = isAbsent ? keptWithoutKind(kind) : overCap(`all ${kind}s`, ofKind.length);
    allowed.push(...gone.slice(0, maxDeleted));
    refused.push(...gone.slice(maxDeleted).map((object) => ({ finding: deletedObject(object), reason })));
  }
  return { allowed, refused };
}

function deletedObject(object: ClusterObject): Finding {
  return finding('ObjectDeleted', {
    object: objectText(object),
    detail: 'it is stored, but not in the cluster',
  });
}

function changeOf(object: ClusterObject, known: Stored | undefined): ChangedObject | undefined {
  if (known === undefined) return { object };
  const [listed, stored] = [sightingOf(object, false), sightingOf(known.object, known.deleted)];
  const reason = contradiction(listed, stored) ?? otherContent(object, known);
  if (reason !== null) return { object, superseded: { sighting: storedSighting(stored), reason } };
  if (!known.deleted && isSameObject(object, known.object)) return undefined;
  return isNewer(listed, stored) ? { object } : undefined;
}

/**
 * Two contents of one version are of two histories: a cluster that was restored from a backup gives out the versions since
 * then once more.
 */
function otherContent(listed: ClusterObject, { object, deleted, fault }: Stored): string | null {
  const { uid, resourceVersion } = listed.metadata;
  const isSameVersion =
    !deleted && uid === object.metadata.uid && resourceVersion === object.metadata.resourceVersion;
  if (!isSameVersion || fault !== undefined || isSameObject(listed, object)) return null;
  return `the cluster lists it with other content at resourceVersion ${resourceVersion}, which the table has, too`;
}

/**
 * The same except for what every write changes: a status write raises the resourceVersion, and the relay sends no
 * event.
 */
function isSameObject(listed: ClusterObject, stored: ClusterObject): boolean {
  const { resourceVersion, generation } = stored.metadata;
  const metadata = { ...listed.metadata, resourceVersion, generation };
  return isSameContent({ ...listed, metadata }, stored);
}

function sightingOf({ metadata }: ClusterObject, deleted: boolean): Sighting {
  const { uid, resourceVersion, creationTimestamp } = metadata;
  return { uid, resourceVersion, createdAt: secondsInUtc(creationTimestamp), deleted };
}

/** Deleted as of the listing, or as of its last sighting if that is later. */
function asOf(object: ClusterObject, resourceVersion: string): ClusterObject {
  const { metadata } = object;
  const isLater = orderedVersion(resourceVersion) > orderedVersion(metadata.resourceVersion);
  return isLater ? { ...object, metadata: { ...metadata, resourceVersion } } : object;
}

/** A deletion needs only the object's identity; so its event fits, however large the object was. */
function identityOf({ spec, status, ...identity }: ClusterObject): ClusterObject {
  return identity;
}
