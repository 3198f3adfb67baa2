import type { ReadAttempts } from '../explain/reads.ts';
import { readMesh } from '../mesh/read-mesh.ts';
import type { ClusterConfig } from '../model/cluster-config.ts';
import type { ServiceKey } from '../model/identity.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { ClusterObjectStore, StoredObject } from '../ports/cluster-object-store.ts';
import type { ReportDependencies } from '../ports/report-ports.ts';
import { registrationContextOf } from '../sweep/read-cluster.ts';
import type { ClusterFacts, ReportScope } from './plan/facts.ts';

/** What was read of a cluster, and the services that it is recorded to have used. */
export interface ReadCluster {
  readonly facts: ClusterFacts;
  readonly used: readonly ServiceKey[];
}

export async function readClusterFacts(
  deps: ReportDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { namespace }: ReportScope,
): Promise<ReadCluster> {
  const { name } = config;
  const of = (what: string) => `${what} of cluster ${name}`;
  const [pods, mesh, statuses, used, ...others] = await Promise.all([
    reads.attempt(of('the stored pods'), () => readPods(deps, name, namespace)),
    reads.attempt(of('the mesh objects'), () => readObjects(deps, name)),
    reads.attempt(of('the statuses of mesh objects'), () => Array.fromAsync(deps.statuses.all(name))),
    reads.attempt(of('the services used'), () => Array.fromAsync(deps.usedServices.ofCluster(name))),
    reads.attempt(of('the dead-lettered messages'), () => deps.deadLetters.ofCluster(name)),
    reads.attempt(of('the report of the last sweep'), () => deps.reports.last(name)),
    reads.attempt(of("the time of the relay's last listing"), () => deps.relay.lastListedAtMs(name)),
    reads.attempt(of('the last mesh run'), () => deps.meshRuns.last(name)),
    reads.attempt(of('the last comparison of ServiceEntries'), () => deps.serviceEntries.report(name)),
  ]);
  const [deadLetters = [], sweep, lastListedAtMs, meshRun, entries] = others;
  const facts = {
    ...{ config, pods: pods ?? [], statuses: statuses ?? [], deadLetters, sweep, lastListedAtMs, entries },
    ...{ directory: mesh?.directory, registrationContext: mesh?.registrationContext, drain: mesh?.drain },
    meshReconciledAtMs: meshRun?.endedAtMs,
  };
  return { facts, used: (used ?? []).map(({ service }) => service) };
}

async function readPods(
  deps: ReportDependencies,
  cluster: string,
  namespace: string | undefined,
): Promise<readonly PodRecord[]> {
  // '0' follows '/': the range of one namespace.
  const [from, to] = namespace === undefined ? ['', null] : [`${namespace}/`, `${namespace}0`];
  return Array.fromAsync(deps.pods.inRange(cluster, from, to));
}

async function readObjects(deps: ReportDependencies, cluster: string) {
  const all: StoredObject[] = [];
  const noted: Pick<ClusterObjectStore, 'inRange'> = {
    async *inRange(...range) {
      for await (const item of deps.objects.inRange(...range)) {
        all.push(item);
        yield item;
      }
    },
  };
  const { directory } = await readMesh(noted, cluster);
  const live: readonly ClusterObject[] = all.flatMap(({ object, deleted }) => (deleted ? [] : [object]));
  const drain = await deps.drains.find(cluster);
  return { directory, drain, registrationContext: registrationContextOf(live, drain) };
}
