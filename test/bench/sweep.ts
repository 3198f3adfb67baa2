import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { CallCounter } from '../../shared/adapters/aws/call-counter.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../shared/adapters/aws/cloud-map-reader.ts';
import { ClusterReader } from '../../shared/adapters/kubernetes/cluster-reader.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { detailTypes, type EventDetail } from '../../shared/model/events/event.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';
import type { SweepDependencies, SweepReport } from '../../shared/ports/sweep-ports.ts';
import { InstanceMemory } from '../../shared/sweep/instance-memory.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { memoryStores } from '../fakes/stores/memory-stores.ts';

/**
 * A sweep of pods that were all registered by an earlier one, a thousand a service: the embedded API server over HTTP,
 * the embedded Cloud Map, the table in memory. Answers the report of the clean one.
 */
export async function measureSweep(services = 10, podsOfEach = 1_000): Promise<SweepReport> {
  await using started = new AsyncDisposableStack();
  const cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
  started.defer(() => cluster.stop());
  for (let service = 0; service < services; service++)
    cluster.createRunningPods(podsOfEach, {
      namespace: `team-${service}`,
      annotations: {
        'eks-mesh-sync/cloud-map-namespace': 'bench.local',
        'eks-mesh-sync/cloud-map-service': `app-${service}`,
      },
    });
  const events: EventDetail[] = [];
  const { deps, cloudMap } = dependenciesOf(cluster.url, events);
  started.defer(() => cloudMap.stop());
  const run = async (name: string) =>
    (await sweep(deps, { cluster: 'bench' }, { force: false, adopt: true, dryRun: false }, name)).report;
  await run('first');
  for (const event of events.splice(0)) await handle(deps, event);
  await run('listing what was registered');
  const report = await run('clean');
  if (Object.keys(report.counts).length > 0 || events.length > 0)
    throw new Error(`the sweep is not clean: ${JSON.stringify(report.counts)}, ${events.length} events`);
  return report;
}

async function handle(deps: Dependencies, event: EventDetail): Promise<void> {
  if (event.type === detailTypes.clusterObjectChanged) await observeClusterObject(deps, event);
  if (event.type === detailTypes.podChanged || event.type === detailTypes.podResyncRequested)
    await observePod(deps, event);
}

function dependenciesOf(
  server: string,
  events: EventDetail[],
): { deps: SweepDependencies & Dependencies; cloudMap: CloudMap } {
  const quotas = { namespaces: 50, instancesPerService: 1000, instancesPerNamespace: 100_000 };
  const cloudMap = new CloudMap({ settings: { rates: {}, quotas } });
  cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 0;
  const counter = new CallCounter();
  const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap)));
  const reader = new CloudMapReader(
    counter.watch(new ServiceDiscoveryClient(inProcessClientOptions(cloudMap))),
  );
  const { clusters } = clustersFile.parse({
    clusters: [{ name: 'bench', cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } }],
  });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const deps: SweepDependencies & Dependencies = {
    ...memoryStores(),
    ...memoryMeshStores(),
    clock: {
      now: () => Date.now(),
      sleep: (milliseconds) => new Promise((r) => setTimeout(r, milliseconds)),
    },
    requests: { send: async (sent) => void events.push(...sent) },
    cloudMap: () => adapter,
    podStatus: () => ({ setCondition: async () => '1' }),
    cloudMapReader: () => reader,
    clusterReader: new ClusterReader(async () => ({ server }), counter.count),
    instanceLists: new InstanceMemory({ now: () => Date.now() }),
    calls: () => counter.snapshot(),
    cluster: () => config,
  };
  return { deps, cloudMap };
}
