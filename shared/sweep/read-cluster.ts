import { $ZodError } from 'zod/v4/core';
import { SyncError } from '../model/errors.ts';
import { objectKey } from '../model/identity.ts';
import { type ClusterObject, meshKinds } from '../model/kubernetes.ts';
import { type LiveStatus, objectText } from '../model/kubernetes-object.ts';
import { type Pod, podOf } from '../model/pod.ts';
import type { Drain } from '../model/records/drain.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { StatusRecord } from '../model/records/status-record.ts';
import { orderedVersion } from '../model/version.ts';
import { meshOf, virtualNodeOf } from '../model/virtual-node.ts';
import { objectFault } from '../objects/object-fault.ts';
import type { RegistrationContext } from '../pods/plan/desired/registration-context.ts';
import type { StoredObject } from '../ports/cluster-object-store.ts';
import type { ClusterListing, ListedPod, SweepDependencies } from '../ports/sweep-ports.ts';

/** The state of a cluster as read, and how far it can be trusted. */
export interface ClusterSnapshot {
  readonly cluster: string;
  readonly source: 'api server' | 'relay';
  readonly takenAtMs: number;
  readonly resourceVersion: string;
  /** Whether pods and objects that are not in it are deleted. */
  readonly complete: boolean;
  /** Why it is incomplete, as text. */
  readonly incomplete?: string | undefined;
  /** Live pods by `namespace/name`. */
  readonly pods: ReadonlyMap<string, Pod>;
  /** The same as objects, if they were read from the API server. */
  readonly listed: ReadonlyMap<string, ListedPod>;
  /** Namespaces and mesh objects, and the kinds that are listed completely. */
  readonly objects: readonly ClusterObject[];
  readonly kinds: readonly string[];
  /** Those of the kinds that the cluster does not have: their stored objects are used instead. */
  readonly absentKinds: readonly string[];
  /** Stored pods by `namespace/name`, tombstones included. */
  readonly seen: ReadonlyMap<string, PodRecord>;
  /** Stored mesh objects and namespaces, tombstones included. */
  readonly stored: readonly StoredObject[];
  /** Those that were written to the mesh objects. */
  readonly writtenStatuses: readonly StatusRecord[];
  /** Those that the mesh objects have, by `objectText`; empty if they were not read from the API server. */
  readonly liveStatuses: ReadonlyMap<string, LiveStatus>;
  /** Set if the cluster is drained. */
  readonly drain: Drain | undefined;
  readonly registrationContext: (namespace: string) => RegistrationContext;
}

/**
 * Max age of a relay's listing by which pods count as deleted. The relay sends one every ten minutes, so one may be
 * missed, not two.
 */
const trustedForMs = 25 * 60_000;

const kinds = ['Namespace', ...meshKinds] as const;

/**
 * Lists the cluster at one resourceVersion. If its API server cannot be reached, returns the stored pods that the
 * relay's last complete listing confirms. Without a listing, or with one too old, nothing counts as deleted. The stored
 * pods and objects are read before the cluster is listed: those that are not listed are deleted, and those created
 * in between are only new. The records of statuses are read before, too: the table is written before an object, so the
 * object of a record that does not change meanwhile is listed with the status that the record says.
 */
export async function readCluster(
  deps: SweepDependencies,
  cluster: string,
  drain?: Drain,
): Promise<ClusterSnapshot> {
  const config = deps.cluster(cluster);
  const takenAtMs = deps.clock.now();
  const seen = await readSeen(deps, cluster);
  const stored = await readStored(deps, cluster);
  const writtenStatuses = await Array.fromAsync(deps.statuses.all(cluster));
  let listing: ClusterListing;
  try {
    listing = await deps.clusterReader.list(config);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return fromRelay(deps, cluster, { seen, stored, writtenStatuses, drain }, error.message);
  }
  const pods = new Map<string, Pod>();
  for (const [key, { object, node }] of listing.pods) pods.set(key, podOf(cluster, object, node));
  const { resourceVersion, absentKinds } = listing;
  const substitutes = stored.filter(({ object, deleted }) => !deleted && absentKinds.includes(object.kind));
  const objects = [...listing.objects, ...substitutes.map(({ object }) => object)];
  return {
    ...{
      cluster,
      source: 'api server',
      takenAtMs,
      resourceVersion,
      complete: true,
      pods,
      listed: listing.pods,
    },
    ...{ objects, kinds, absentKinds, seen, stored, writtenStatuses, drain },
    liveStatuses: listing.statuses,
    registrationContext: registrationContextOf(inEffect(objects, stored), drain),
  };
}

/**
 * The objects that pods' writers use: of an invalid object, its last valid state; an object that never was valid is
 * left out.
 */
function inEffect(
  objects: readonly ClusterObject[],
  stored: readonly StoredObject[],
): readonly ClusterObject[] {
  const known = new Map(stored.map((item) => [objectText(item.object), item]));
  return objects.flatMap((object) => {
    if (objectFault(object) === undefined) return [object];
    const last = known.get(objectText(object));
    const isSameObject =
      last !== undefined && !last.deleted && last.object.metadata.uid === object.metadata.uid;
    return isSameObject && last.object.spec !== undefined ? [last.object] : [];
  });
}

async function fromRelay(
  deps: SweepDependencies,
  cluster: string,
  {
    seen,
    stored,
    writtenStatuses,
    drain,
  }: Pick<ClusterSnapshot, 'seen' | 'stored' | 'writtenStatuses' | 'drain'>,
  why: string,
): Promise<ClusterSnapshot> {
  const listing = await deps.listings.latest(cluster);
  const now = deps.clock.now();
  const ageMs = now - (listing?.storedAtMs ?? 0);
  const complete = listing !== undefined && ageMs <= trustedForMs;
  const pods = new Map<string, Pod>();
  for (const [key, { pod, deleted }] of seen) {
    const isLater =
      listing === undefined || orderedVersion(pod.resourceVersion) > orderedVersion(listing.resourceVersion);
    if (!deleted && (isLater || !complete || listing.pods.get(key) === pod.uid)) pods.set(key, pod);
  }
  const objects = stored.flatMap(({ object, deleted }) => (deleted ? [] : [object]));
  const incomplete = complete
    ? undefined
    : listing === undefined
      ? `the API server cannot be read (${why}), and the relay has not listed the cluster, so nothing is deleted`
      : `the API server cannot be read (${why}), and the relay's last listing is ${Math.round(ageMs / 60_000)} minutes old, so nothing is deleted`;
  return {
    ...{ cluster, source: 'relay', takenAtMs: listing?.storedAtMs ?? now, complete, incomplete },
    ...{ resourceVersion: listing?.resourceVersion ?? '0', pods, listed: new Map(), seen },
    ...{ objects, kinds: [], absentKinds: [], stored, writtenStatuses, liveStatuses: new Map(), drain },
    registrationContext: registrationContextOf(objects, drain),
  };
}

async function readSeen(deps: SweepDependencies, cluster: string): Promise<ReadonlyMap<string, PodRecord>> {
  const seen = new Map<string, PodRecord>();
  for await (const record of deps.pods.inRange(cluster, '', null)) seen.set(objectKey(record.pod), record);
  return seen;
}

async function readStored(deps: SweepDependencies, cluster: string): Promise<readonly StoredObject[]> {
  const stored: StoredObject[] = [];
  for (const kind of kinds)
    for await (const item of deps.objects.inRange(cluster, kind, '', null)) stored.push(item);
  return stored;
}

/**
 * The registration context of each namespace, built once. An invalid object counts as absent: its writer reports why.
 */
export function registrationContextOf(
  objects: readonly ClusterObject[],
  drain: Drain | undefined,
): (namespace: string) => RegistrationContext {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const meshes = (byKind.get('Mesh') ?? []).flatMap((object) => valid(object, meshOf));
  const nodes = Map.groupBy(byKind.get('VirtualNode') ?? [], ({ metadata }) => metadata.namespace ?? '');
  const labels = new Map(byKind.get('Namespace')?.map(({ metadata }) => [metadata.name, metadata.labels]));
  const built = new Map<string, RegistrationContext>();
  return (namespace) => {
    const context = built.get(namespace) ?? {
      meshes,
      virtualNodes: (nodes.get(namespace) ?? []).flatMap((object) => valid(object, virtualNodeOf)),
      namespaceLabels: labels.get(namespace) ?? {},
      ...(drain && { drain }),
    };
    built.set(namespace, context);
    return context;
  };
}

function valid<T>(object: ClusterObject, parse: (object: ClusterObject) => T): T[] {
  try {
    return [parse(object)];
  } catch (error) {
    if (error instanceof $ZodError) return [];
    throw error;
  }
}
