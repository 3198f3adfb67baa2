import { $ZodError } from 'zod/v4/core';
import { SyncError } from '../model/errors.ts';
import { objectKey } from '../model/identity.ts';
import { type ClusterObject, meshKinds } from '../model/kubernetes.ts';
import { type Pod, podOf } from '../model/pod.ts';
import type { PodRecord } from '../model/pod-record.ts';
import { orderedVersion } from '../model/version.ts';
import { meshOf, virtualNodeOf } from '../model/virtual-node.ts';
import { objectFault } from '../objects/object-fault.ts';
import type { RegistrationContext } from '../pods/plan/desired.ts';
import type { StoredObject } from '../ports/ports.ts';
import type { ClusterListing, ListedPod, SweepDependencies } from '../ports/sweep-ports.ts';

/** What is held to be true of a cluster, and how far it can be trusted. */
export interface ClusterSnapshot {
  readonly cluster: string;
  readonly source: 'api server' | 'relay';
  readonly takenAtMs: number;
  readonly resourceVersion: string;
  /** Whether what is not in it is gone. */
  readonly complete: boolean;
  /** Why it is not complete, in words. */
  readonly incomplete?: string | undefined;
  /** Live pods by `namespace/name`. */
  readonly pods: ReadonlyMap<string, Pod>;
  /** The same as objects, where the API server was asked. */
  readonly listed: ReadonlyMap<string, ListedPod>;
  /** Namespaces and mesh objects, and of which kinds they are all. */
  readonly objects: readonly ClusterObject[];
  readonly kinds: readonly string[];
  /** Those of the kinds that the cluster does not have: what is stored of them stands in for them. */
  readonly absentKinds: readonly string[];
  /** Pods seen by `namespace/name`, tombstones included. */
  readonly seen: ReadonlyMap<string, PodRecord>;
  /** Mesh objects and namespaces as stored, tombstones included. */
  readonly stored: readonly StoredObject[];
  readonly registrationContext: (namespace: string) => RegistrationContext;
}

/**
 * How old a listing of the relay may be and still say what is gone. The relay tells it anew every ten minutes, so a
 * missed one is forgiven, not two.
 */
const trustedForMs = 25 * 60_000;

const kinds = ['Namespace', ...meshKinds] as const;

/**
 * The cluster itself at one resourceVersion; where its API server cannot be reached, the pods seen as its relay's last
 * complete listing confirms them. Without either, or with one too old, nothing counts as gone. What is stored is read
 * before the cluster is listed: then what was stored and is not listed is gone, and what comes in between is only news.
 */
export async function readCluster(deps: SweepDependencies, cluster: string): Promise<ClusterSnapshot> {
  const config = deps.cluster(cluster);
  const takenAtMs = deps.clock.now();
  const seen = await readSeen(deps, cluster);
  const stored = await readStored(deps, cluster);
  let listing: ClusterListing;
  try {
    listing = await deps.clusterReader.list(config);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return fromRelay(deps, cluster, seen, stored, error.message);
  }
  const pods = new Map<string, Pod>();
  for (const [key, { object, node }] of listing.pods) pods.set(key, podOf(cluster, object, node));
  const { resourceVersion, absentKinds } = listing;
  const standIns = stored.filter(({ object, deleted }) => !deleted && absentKinds.includes(object.kind));
  const objects = [...listing.objects, ...standIns.map(({ object }) => object)];
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
    ...{ objects, kinds, absentKinds, seen, stored },
    registrationContext: registrationContextOf(inEffect(objects, stored)),
  };
}

/** As pods' writers go by them: of an object at fault, its last valid state; nothing of one that never was valid. */
function inEffect(
  objects: readonly ClusterObject[],
  stored: readonly StoredObject[],
): readonly ClusterObject[] {
  const known = new Map(stored.map((item) => [nameOf(item.object), item]));
  return objects.flatMap((object) => {
    if (objectFault(object) === undefined) return [object];
    const last = known.get(nameOf(object));
    const isItsOwn = last !== undefined && !last.deleted && last.object.metadata.uid === object.metadata.uid;
    return isItsOwn && last.object.spec !== undefined ? [last.object] : [];
  });
}

function nameOf({ kind, metadata }: ClusterObject): string {
  return `${kind} ${objectKey(metadata)}`;
}

async function fromRelay(
  deps: SweepDependencies,
  cluster: string,
  seen: ReadonlyMap<string, PodRecord>,
  stored: readonly StoredObject[],
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
      ? `the API server cannot be read (${why}), and the relay has not listed the cluster: nothing is deleted`
      : `the API server cannot be read (${why}), and the relay's last listing is ${Math.round(ageMs / 60_000)} minutes old: nothing is deleted`;
  return {
    ...{ cluster, source: 'relay', takenAtMs: listing?.storedAtMs ?? now, complete, incomplete },
    ...{ resourceVersion: listing?.resourceVersion ?? '0', pods, listed: new Map(), seen },
    ...{ objects, kinds: [], absentKinds: [], stored, registrationContext: registrationContextOf(objects) },
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
    for await (const item of deps.mesh.inRange(cluster, kind, '', null)) stored.push(item);
  return stored;
}

/** The surroundings of each namespace, put together once. An object at fault counts as absent: its own writer says why. */
export function registrationContextOf(
  objects: readonly ClusterObject[],
): (namespace: string) => RegistrationContext {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const meshes = (byKind.get('Mesh') ?? []).flatMap((object) => valid(object, meshOf));
  const nodes = Map.groupBy(byKind.get('VirtualNode') ?? [], ({ metadata }) => metadata.namespace ?? '');
  const labels = new Map(byKind.get('Namespace')?.map(({ metadata }) => [metadata.name, metadata.labels]));
  const known = new Map<string, RegistrationContext>();
  return (namespace) => {
    const made = known.get(namespace) ?? {
      meshes,
      virtualNodes: (nodes.get(namespace) ?? []).flatMap((object) => valid(object, virtualNodeOf)),
      namespaceLabels: labels.get(namespace) ?? {},
    };
    known.set(namespace, made);
    return made;
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
