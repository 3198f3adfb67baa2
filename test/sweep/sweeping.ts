import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { CloudMapReader, ClusterListing, SweepDependencies } from '../../shared/ports/sweep-ports.ts';
import { MemoryReports } from '../fakes/stores/memory-listings.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { aDependencies } from '../fakes/world.ts';

export const nowMs = Date.UTC(2026, 10, 21, 12);
export const emptyListing: ClusterListing = {
  ...{
    resourceVersion: '50',
    pods: new Map(),
    objects: [],
    statuses: new Map(),
    laterKinds: [],
    absentKinds: [],
  },
};

export const front = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
/** An instance of the cluster whose pod is gone. */
export const leftover = {
  ...{ 'k8s.io/cluster': 'local', 'k8s.io/namespace': 'shop' },
  ...{ 'k8s.io/pod': 'front-9', 'k8s.io/pod-uid': 'uid-9' },
};

/**
 * What a sweep sees, in memory: a cluster with this listing, configured so, and a Cloud Map that has services only if a
 * test stores their ids and instances. A pause lasts as long as it says.
 */
export function aSweptCluster(listing: ClusterListing | Error = emptyListing, configured: object = {}) {
  const world = aDependencies({ namespacesNamed: async () => [] });
  const reader: Partial<CloudMapReader> = {
    runningOperations: async () => [],
    failedOperations: async () => new Map(),
    servicesOf: async () => new Map(),
    instancesOf: async () => new Map(),
  };
  const { meshRuns, statuses } = memoryMeshStores();
  const { clock, stores } = world;
  clock.nowMs = nowMs;
  const [config = world.config] = clustersFile.parse({
    clusters: [{ name: 'local', ...configured }],
  }).clusters;
  const lists: number[] = [];
  const deps: SweepDependencies = {
    ...world.deps,
    cluster: () => config,
    clock: {
      now: () => clock.nowMs,
      sleep: async (ms) => {
        clock.nowMs += ms;
      },
    },
    clusterReader: {
      list: async () => {
        lists.push(clock.nowMs - nowMs);
        if (listing instanceof Error) throw listing;
        return listing;
      },
    },
    reports: new MemoryReports(),
    cloudMapReader: () => reader as CloudMapReader,
    ...{ meshRuns, statuses },
    calls: () => ({}),
  };
  /** Stores the service `srv-front` with these instances. */
  const putFront = async (instances: Readonly<Record<string, Readonly<Record<string, string>>>>) => {
    await stores.services.save(front, {
      ...{
        id: 'srv-front',
        name: 'front',
        namespaceId: 'ns-1',
        namespaceKind: 'http',
        httpName: 'shop.local',
      },
      hasCustomHealthCheck: false,
    });
    await stores.usedServices.save('local', { service: front, usedAtMs: nowMs });
    const seen = Object.entries(instances).map(([id, attributes]) => [id, { attributes }] as const);
    reader.instancesOf = async () => new Map(seen);
  };
  return { ...world, deps, reader, lists, putFront, meshRuns };
}
