import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import type { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../shared/adapters/aws/cloud-map-reader.ts';
import { type ClusterConfig, clustersFile } from '../../shared/model/cluster-config.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import type { StatusDependencies } from '../../shared/ports/mesh-ports.ts';
import type { Dependencies, ListingDependencies } from '../../shared/ports/ports.ts';
import type { SweepDependencies } from '../../shared/ports/sweep-ports.ts';
import { hostedZonesOf } from '../fakes/hosted-zones.ts';
import type { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import type { memoryStores } from '../fakes/stores/memory-stores.ts';
import type { ApiServer } from './api-server.ts';
import type { ClusterState } from './cluster.ts';
import type { Channel } from './fifo.ts';
import type { Interleaving } from './interleave.ts';
import { cloudMapNamespace, clusterName } from './states.ts';

export type SimulationDependencies = Dependencies &
  SweepDependencies &
  StatusDependencies &
  ListingDependencies;

interface Parts {
  readonly interleaving: Interleaving;
  readonly clock: VirtualClock;
  readonly cloudMap: CloudMap;
  readonly stores: ReturnType<typeof memoryStores> & ReturnType<typeof memoryMeshStores>;
  readonly channel: Channel;
  readonly snapshot: ClusterState;
  readonly apiServer: ApiServer;
}

/** What the use cases work with: every call of it takes turns with those of other handlers, and may crash. */
export function dependenciesOf(parts: Parts, config: ClusterConfig): SimulationDependencies {
  const { interleaving, clock, cloudMap, stores, channel, snapshot } = parts;
  const client = new ServiceDiscoveryClient(inProcessClientOptions(cloudMap));
  const adapter = interleaving.wrap(new CloudMapAdapter(client, hostedZonesOf(cloudMap)));
  const apiServer = interleaving.wrap(parts.apiServer);
  const reader = interleaving.wrap(new CloudMapReader(client));
  return {
    clock: {
      now: () => clock.now(),
      sleep: async (milliseconds) => {
        await interleaving.turn();
        clock.advance(milliseconds);
      },
    },
    pods: interleaving.wrap(stores.pods),
    claims: interleaving.wrap(stores.claims),
    objects: interleaving.wrap(stores.objects),
    services: interleaving.wrap(stores.services),
    usedServices: interleaving.wrap(stores.usedServices),
    waitingPods: interleaving.wrap(stores.waitingPods),
    listings: interleaving.wrap(stores.listings),
    drains: interleaving.wrap(stores.drains),
    requests: interleaving.wrap({
      send: async (events: readonly EventDetail[]) => channel.request(events),
    }),
    cloudMap: () => adapter,
    podStatus: () => apiServer,
    statuses: interleaving.wrap(stores.statuses),
    meshRuns: stores.meshRuns,
    statusWriter: () => apiServer,
    cloudMapReader: () => reader,
    clusterReader: interleaving.wrap({ list: async () => snapshot.snapshot() }),
    reports: interleaving.wrap(stores.reports),
    refused: () => undefined,
    calls: () => ({}),
    cluster: () => config,
  };
}

/** The one cluster, whose services have so many places. */
export function configOf(
  healthCheck: 'custom' | 'none',
  kind: 'http' | 'private-dns',
  places: number,
): ClusterConfig {
  const create = kind === 'http' ? { kind } : { kind, vpc: 'vpc-00000000' };
  const everything = [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }];
  const { clusters } = clustersFile.parse({
    clusters: [
      {
        name: clusterName,
        cloudMap: {
          ...{ namespaces: [{ name: cloudMapNamespace, create }], services: { healthCheck } },
          quotas: { instancesPerService: places },
        },
        tenancy: everything,
      },
    ],
  });
  const [config] = clusters;
  if (config === undefined) throw new Error('there is one cluster');
  return config;
}
