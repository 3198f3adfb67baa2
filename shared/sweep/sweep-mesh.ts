import { instancesConditions } from '../mesh/plan/instances.ts';
import { servicesWithoutCheck } from '../mesh/services-without-check.ts';
import type { ClusterConfig } from '../model/cluster-config.ts';
import { type MeshTargetConfig, meshTargetsOf } from '../model/config/mesh-targets.ts';
import type { EventDetail } from '../model/events/event.ts';
import { meshReconcileRequested } from '../model/events/mesh-reconcile-requested.ts';
import { meshStatusRequested } from '../model/events/mesh-status-requested.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import type { StatusRecord } from '../model/records/status-record.ts';
import { isSameContent } from '../pods/plan/same-content.ts';
import type { SweepDependencies } from '../ports/sweep-ports.ts';
import { type DriftedStatus, driftOf } from './plan/status-drift.ts';
import type { ClusterSnapshot } from './read-cluster.ts';
import { registrationContextOf } from './read-cluster.ts';

/** What a sweep of a whole cluster asks `reconcile-mesh` to check. */
export interface MeshRequests {
  /** Absent if the cluster has no mesh target. */
  readonly mesh?: 'reconcile' | 'verify' | undefined;
  /** Namespaces with virtual nodes whose status is out of date, or is recorded but not written to the object. */
  readonly namespaces: readonly string[];
  /** Of objects whose status is not the one that was written: what to record so that `reconcile-mesh` writes it again. */
  readonly drifted: readonly DriftedStatus[];
  readonly events: readonly EventDetail[];
}

/**
 * Every sweep reconciles the mesh, because that needs no call if nothing changed. It compares the mesh with a mesh target if
 * `verify` is set or the last comparison with it is older than its `verifyEveryMinutes`.
 */
export async function meshRequests(
  deps: SweepDependencies,
  snapshot: ClusterSnapshot,
  { run, verify }: { readonly run: string; readonly verify: boolean },
): Promise<MeshRequests> {
  const { cluster } = snapshot;
  const config = deps.cluster(cluster);
  const targets = meshTargetsOf(config);
  const due = verify ? targets : await dueForVerification(deps, cluster, targets);
  const mesh = targets.length === 0 ? undefined : due.length > 0 ? 'verify' : 'reconcile';
  const drifted = snapshot.writtenStatuses.flatMap(
    (record) => driftOf(record, snapshot.liveStatuses, targets.length > 0) ?? [],
  );
  const namespaces = await staleNamespaces(deps, config, snapshot, drifted);
  const now = deps.clock.now();
  const verified = due.length < targets.length ? due.map(({ name }) => name) : true;
  const reconcile = { run: `sweep ${run}`, reason: 'a sweep', ...(due.length > 0 && { verify: verified }) };
  return {
    ...(mesh && { mesh }),
    ...{ namespaces, drifted },
    events: [
      ...(mesh ? [meshReconcileRequested(cluster, reconcile)] : []),
      ...namespaces.map((namespace) => meshStatusRequested({ cluster, namespace }, now)),
    ],
  };
}

async function dueForVerification(
  deps: SweepDependencies,
  cluster: string,
  targets: readonly MeshTargetConfig[],
): Promise<readonly MeshTargetConfig[]> {
  if (targets.length === 0) return [];
  const last = await deps.meshRuns.last(cluster);
  return targets.filter(({ name, verifyEveryMinutes }) => {
    const verifiedAtMs = last?.verifiedAtMs?.[name];
    return verifiedAtMs === undefined || deps.clock.now() - verifiedAtMs >= verifyEveryMinutes * 60_000;
  });
}

/** Compared by the stored objects, because the writer of statuses reads those. */
async function staleNamespaces(
  deps: SweepDependencies,
  config: ClusterConfig,
  { seen, stored, writtenStatuses, drain }: ClusterSnapshot,
  drifted: readonly DriftedStatus[],
): Promise<readonly string[]> {
  const nodes = stored.filter(({ object }) => object.kind === 'VirtualNode');
  if (nodes.length === 0) return [];
  const ofNodes = writtenStatuses.filter(({ object }) => object.kind === 'VirtualNode');
  const written = new Map(ofNodes.map((each) => [keyOf(each.object.namespace, each.object.name), each]));
  const pods = Map.groupBy(seen.values(), ({ pod }) => pod.namespace);
  const live = stored.flatMap(({ object, deleted }) => (deleted ? [] : [object]));
  const registrationContext = registrationContextOf(live, drain);
  const driftedNodes = drifted.filter(({ record }) => record.object.kind === 'VirtualNode');
  const stale = new Set(driftedNodes.map(({ record }) => record.object.namespace));
  for (const [namespace, objects] of Map.groupBy(nodes, ({ object }) => object.metadata.namespace ?? '')) {
    const around = registrationContext(namespace);
    const withoutCheck = await servicesWithoutCheck(deps, config, around.virtualNodes);
    const own = pods.get(namespace) ?? [];
    const conditions = instancesConditions(own, around, config.cloudMap, withoutCheck);
    const isStale = objects.some(({ object, deleted }) => {
      const record = written.get(keyOf(namespace, object.metadata.name));
      return deleted
        ? record !== undefined
        : !isUpToDate(record, object, conditions.get(object.metadata.name));
    });
    if (isStale) stale.add(namespace);
  }
  return [...stale];
}

function isUpToDate(
  record: StatusRecord | undefined,
  { metadata }: ClusterObject,
  desired: { readonly status: string; readonly reason: string; readonly message: string } | undefined,
): boolean {
  if (record?.instances === undefined || desired === undefined) return record?.instances === desired;
  const { changedAt, ...instances } = record.instances;
  return (
    record.uid === metadata.uid && record.written === record.revision && isSameContent(instances, desired)
  );
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
