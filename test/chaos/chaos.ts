import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../shared/adapters/aws/cloud-map-reader.ts';
import { meshHandling } from '../../shared/lambda/mesh-handling.ts';
import { podHandling } from '../../shared/lambda/pod-handling.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { SyncError } from '../../shared/model/errors.ts';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { deduplicationIdOf, messageGroupOf, queueOf } from '../../shared/model/events/route.ts';
import type { StatusDependencies, StatusWriter } from '../../shared/ports/mesh-ports.ts';
import type { Dependencies, ListingDependencies } from '../../shared/ports/ports.ts';
import type { SweepDependencies } from '../../shared/ports/sweep-ports.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { hostedZonesOf } from '../fakes/hosted-zones.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { memoryStores } from '../fakes/stores/memory-stores.ts';
import { Crash } from '../property/interleave.ts';
import { Random } from '../property/random.ts';
import { ScenarioCluster } from '../scenario/cluster.ts';
import { FunctionQueue } from '../scenario/queue.ts';
import { type FaultRates, faulty } from './faulty.ts';

/**
 * Two clusters that share Cloud Map services, functions that crash, and services that fail: the real use cases, batch
 * handling and adapters; stores in memory; virtual time. Everything follows from the seed.
 */
export class Chaos {
  readonly clock = new VirtualClock(Date.UTC(2026, 10, 21, 10));
  readonly rates: FaultRates = { failures: 0, crashes: 0 };
  readonly clusters: readonly ScenarioCluster[];
  readonly cloudMap: CloudMap;
  readonly stores = { ...memoryStores(() => this.clock.now()), ...memoryMeshStores() };
  readonly random: Random;
  readonly queues: readonly Pick<FunctionQueue<unknown>, 'enqueue' | 'work' | 'nextAtMs' | 'deadLetters'>[];
  private readonly deps: Dependencies & SweepDependencies & StatusDependencies & ListingDependencies;
  private runs = 0;

  constructor(seed: number, names: readonly string[]) {
    this.random = new Random(seed);
    this.clusters = names.map((name) => new ScenarioCluster(name, () => this.clock.now()));
    this.cloudMap = new CloudMap({
      clock: this.clock,
      random: () => this.random.next(),
      settings: {
        rates: {},
        quotas: { namespaces: 50, instancesPerService: 1000, instancesPerNamespace: 5000 },
      },
    });
    this.cloudMap.faults.onCall = () => {
      if (this.random.chance(this.rates.failures)) return 'throttle';
      return this.random.chance(this.rates.failures / 5) ? 'lost-after' : undefined;
    };
    this.deps = this.makeDependencies(names);
    const { clock } = this.deps;
    const { meshRuns } = this.stores;
    const noMesh = {
      meshRuns,
      meshTargets: () => [],
      later: async () => {},
      newToken: () => 'token',
      note: () => {},
    };
    this.queues = [
      new FunctionQueue(clock, podHandling(this.deps)),
      new FunctionQueue(clock, meshHandling({ ...this.stores, ...this.deps, ...noMesh })),
    ];
  }

  publish(events: readonly EventDetail[]): void {
    for (const event of events)
      this.queues[queueOf(event.type) === 'pods' ? 0 : 1]?.enqueue({
        group: messageGroupOf(event),
        body: JSON.stringify(event),
        deduplicationId: deduplicationIdOf(event),
        attributes: {},
      });
  }

  /** Works on what can be worked on now. */
  async work(): Promise<void> {
    for (const queue of this.queues.toReversed()) while (await queue.work());
  }

  /** Works until nothing is left, letting time pass where messages wait. */
  async drain(): Promise<void> {
    for (let round = 0; round < 2_000; round++) {
      await this.work();
      const times = this.queues.map((queue) => queue.nextAtMs()).filter((time) => time !== undefined);
      if (times.length === 0) return this.clock.advance(5_000);
      this.clock.advance(Math.max(1, Math.min(...times) - this.clock.now()));
    }
    throw new Error('the queues never become empty');
  }

  /** As the schedule does it: a sweep that fails is simply the next one's to do. */
  async sweep(cluster: string): Promise<number | 'failed'> {
    const options = { force: false, adopt: true, dryRun: false };
    try {
      const { allowed, refused } = await sweep(this.deps, { cluster }, options, `run-${++this.runs}`);
      return allowed.length + refused.length;
    } catch (error) {
      if (!(error instanceof SyncError) && !(error instanceof Crash)) throw error;
      return 'failed';
    }
  }

  private makeDependencies(
    names: readonly string[],
  ): Dependencies & SweepDependencies & StatusDependencies & ListingDependencies {
    const wrap = <Port extends object>(port: Port) => faulty(port, this.random, this.rates);
    const { clusters } = clustersFile.parse({
      clusters: names.map((name) => ({
        name,
        cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] },
        tenancy: [{ kubernetesNamespaces: ['*'], cloudMapNamespaces: ['*'] }],
      })),
    });
    const client = new ServiceDiscoveryClient(inProcessClientOptions(this.cloudMap));
    const adapter = wrap(new CloudMapAdapter(client, hostedZonesOf(this.cloudMap)));
    const reader = new CloudMapReader(client);
    const clusterNamed = (name: string) => {
      const cluster = this.clusters.find((known) => known.name === name);
      if (cluster === undefined) throw new Error(`there is no cluster ${name}`);
      return cluster;
    };
    return {
      clock: { now: () => this.clock.now(), sleep: async (milliseconds) => this.clock.advance(milliseconds) },
      pods: wrap(this.stores.pods),
      claims: wrap(this.stores.claims),
      objects: wrap(this.stores.objects),
      services: wrap(this.stores.services),
      usedServices: wrap(this.stores.usedServices),
      waitingPods: wrap(this.stores.waitingPods),
      drains: wrap(this.stores.drains),
      listings: wrap(this.stores.listings),
      reports: wrap(this.stores.reports),
      requests: wrap({ send: async (events: readonly EventDetail[]) => this.publish(events) }),
      cloudMap: () => adapter,
      podStatus: () => ({ setCondition: async () => '1' }),
      statuses: wrap(this.stores.statuses),
      meshRuns: wrap(this.stores.meshRuns),
      statusWriter: ({ name }) =>
        wrap({
          write: async (...write: Parameters<StatusWriter['write']>) =>
            clusterNamed(name).setStatus(...write),
        }),
      cloudMapReader: () => reader,
      clusterReader: wrap({
        list: async ({ name }: { readonly name: string }) => clusterNamed(name).listing(),
      }),
      refused: () => undefined,
      calls: () => ({}),
      cluster: (name) => {
        const config = clusters.find((known) => known.name === name);
        if (config === undefined) throw new Error(`there is no cluster ${name}`);
        return config;
      },
    };
  }
}
