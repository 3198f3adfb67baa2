import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { definitionsOf } from '../../../playground/definitions/definitions.ts';
import { CallCounter } from '../../../shared/adapters/aws/call-counter.ts';
import { CloudMapCatalog } from '../../../shared/adapters/aws/cloud-map-catalog.ts';
import { KubernetesObjectsAdapter } from '../../../shared/adapters/kubernetes/kubernetes-objects.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { pollRequested, serviceChanged } from '../../../shared/model/events/service-entry-requests.ts';
import type { EntryDependencies } from '../../../shared/service-entries/entry-dependencies.ts';
import { type EntryRequest, syncEntries } from '../../../shared/service-entries/sync-entries.ts';
import { MemoryServiceEntries } from '../../fakes/stores/memory-service-entries.ts';

export interface EntryCalls {
  readonly what: string;
  readonly calls: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const namespaces = 20;

/**
 * Runs of the writer of ServiceEntries for services with instances each, in twenty namespaces: the first, a clean comparison,
 * the comparison after one service changed, and what one notified change costs. The embedded API server over HTTP, the
 * embedded Cloud Map without latency in process, the table in memory.
 */
export async function measureServiceEntries(
  services = 1_000,
  instances = 20,
): Promise<readonly EntryCalls[]> {
  await using started = new AsyncDisposableStack();
  const cluster = await startCluster({ port: 0, definitions: definitionsOf('istio') as never });
  started.defer(() => cluster.stop());
  const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, rates: {} } });
  started.defer(() => cloudMap.stop());
  const ids = fill(cloudMap, services, instances);
  const counter = new CallCounter();
  const deps = dependenciesOf(cluster.url, cloudMap, counter);
  const run = async (what: string, ...requests: readonly EntryRequest[]): Promise<EntryCalls> => {
    const before = counter.snapshot();
    const startedAt = performance.now();
    await syncEntries(deps, 'bench', requests);
    const seconds = (performance.now() - startedAt) / 1000;
    return { what, calls: difference(before, counter.snapshot()), seconds };
  };
  const poll = (name: string) => pollRequested('bench', name, 'bench');
  const first = await run('the first', poll('first'));
  const clean = await run('a clean comparison', poll('clean'));
  const [changed = ''] = ids;
  register(cloudMap, changed, '10.255.0.1');
  const notified = await run('one changed service, notified', serviceChanged('bench', changed, Date.now()));
  register(cloudMap, changed, '10.255.0.2');
  const found = await run('a comparison that finds one changed service', poll('changed'));
  return [first, clean, notified, found];
}

/**
 * What the Istio Cloud Map operator calls in a minute, by its code and not measured: every five seconds everything is
 * listed and discovered, and an entry of several instances, which come in random order, is written.
 */
export function operatorCallsPerMinute(services: number): Readonly<Record<string, number>> {
  const rounds = 60 / 5;
  return {
    ListNamespaces: rounds,
    ListServices: rounds * namespaces,
    DiscoverInstances: rounds * services,
    'update ServiceEntry': rounds * services,
  };
}

function fill(cloudMap: CloudMap, services: number, instances: number): readonly string[] {
  const spaces = Array.from({ length: namespaces }, (_, index) => {
    cloudMap.handle('CreateHttpNamespace', { Name: `bench-${index}` });
    return cloudMap.snapshot().namespaces.at(-1)?.id;
  });
  return Array.from({ length: services }, (_, index) => {
    const input = { Name: `app-${index}`, NamespaceId: spaces[index % namespaces] };
    const { Service } = cloudMap.handle('CreateService', input) as { Service: { Id: string } };
    for (let instance = 0; instance < instances; instance++)
      register(cloudMap, Service.Id, `10.${index >> 8}.${index & 255}.${instance}`);
    return Service.Id;
  });
}

function register(cloudMap: CloudMap, ServiceId: string, ip: string): void {
  const Attributes = { AWS_INSTANCE_IPV4: ip, AWS_INSTANCE_PORT: '8080', version: 'v1', app: 'bench' };
  cloudMap.handle('RegisterInstance', { ServiceId, InstanceId: ip, Attributes });
}

function dependenciesOf(server: string, cloudMap: CloudMap, counter: CallCounter): EntryDependencies {
  const { clusters } = clustersFile.parse({ clusters: [{ name: 'bench', serviceEntries: {} }] });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  const client = new ServiceDiscoveryClient(inProcessClientOptions(cloudMap));
  const catalog = new CloudMapCatalog(counter.watch(client));
  const objects = new KubernetesObjectsAdapter(
    async () => ({ server }),
    (action) => counter.count(action.split(' ').slice(0, 2).join(' ').replace('.networking.istio.io', '')),
  );
  return {
    clock: { now: () => Date.now() },
    entries: new MemoryServiceEntries(),
    services: { find: async () => undefined },
    catalog: () => catalog,
    kubernetesObjects: () => objects,
    requests: { send: async () => {} },
    later: async () => {},
    newToken: () => 'token',
    report: () => {},
    cluster: () => config,
    clusters,
  };
}

function difference(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const entries = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}
