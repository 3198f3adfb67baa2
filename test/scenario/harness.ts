import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { CloudMapReader } from '../../shared/adapters/aws/cloud-map-reader.ts';
import type { MeshEvent } from '../../shared/lambda/mesh-handling.ts';
import { meshHandling } from '../../shared/lambda/mesh-handling.ts';
import type { PodEvent } from '../../shared/lambda/pod-handling.ts';
import { podHandling } from '../../shared/lambda/pod-handling.ts';
import type { ReconcileDependencies } from '../../shared/mesh/mesh-target.ts';
import { type ClusterConfig, clustersFile } from '../../shared/model/cluster-config.ts';
import { PermanentError, RetryableError } from '../../shared/model/errors.ts';
import { detailTypes, type EventDetail, relaySource } from '../../shared/model/events/event.ts';
import { deduplicationIdOf, messageGroupOf, queueOf } from '../../shared/model/events/route.ts';
import type { StatusDependencies, StatusWriter } from '../../shared/ports/mesh-ports.ts';
import type {
  Dependencies,
  ListingDependencies,
  PodStatus,
  RefusedDeletions,
} from '../../shared/ports/ports.ts';
import type { ClusterListing, SweepDependencies } from '../../shared/ports/sweep-ports.ts';
import { hostedZonesOf } from '../fakes/hosted-zones.ts';
import type { MemoryFifo } from '../fakes/memory-fifo.ts';
import { MemoryListings, MemoryReports } from '../fakes/stores/memory-listings.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { memoryStores } from '../fakes/stores/memory-stores.ts';
import { FunctionQueue } from './queue.ts';

/** `literal`: as the text that it is, by older reports on AWS. */
export type MessageGroup = 'path' | 'literal';

/** Of the functions. */
const ownPlace = { account: '000000000000', region: 'us-west-2' };

/** An AWS error that calls of an operation get instead of an answer, so many times. */
export interface Refusal {
  readonly operation: string;
  readonly error: string;
  readonly message: string;
  /** Of which calls; of all without it. */
  readonly isOf?: (input: { readonly ServiceId?: string }) => boolean;
  times: number;
}

/** An API server, as far as this system asks it for something. */
export interface ApiServer extends PodStatus, StatusWriter {
  list(): ClusterListing;
}

type Beside = Pick<ScenarioHarness, 'clock' | 'cloudMap'>;

/**
 * The system as it runs, but for AWS's wires: real use cases behind real queues' rules, the real Cloud Map adapter over
 * the real SDK against the embedded Cloud Map; stores in memory; time that stands still until it is advanced.
 */
export class ScenarioHarness {
  readonly clock: VirtualClock;
  readonly cloudMap: CloudMap;
  /** Another account or Region. */
  readonly elsewhere: CloudMap;
  readonly listings = new MemoryListings(() => this.clock.now());
  readonly stores = { ...memoryStores(() => this.clock.now()), ...memoryMeshStores() };
  readonly refusals: Refusal[] = [];
  /** Deletions that listings were refused. */
  readonly listingRefusals: RefusedDeletions[] = [];
  /** Calls of the table that fail, from now on. */
  tableFails = 0;
  /** How far the functions' clock is off. */
  clockOffMs = 0;
  /** Requests to write statuses are apart from the other messages of the mesh, so that a scenario need not wait for them. */
  readonly queues: {
    readonly pods: FunctionQueue<PodEvent>;
    readonly mesh: FunctionQueue<MeshEvent>;
    readonly statuses: FunctionQueue<MeshEvent>;
  };
  private readonly clusters = new Map<string, ClusterConfig>();
  readonly deps: Dependencies & SweepDependencies & StatusDependencies & ListingDependencies;
  /** Those that answer. */
  readonly apiServers = new Map<string, ApiServer>();
  /** How many conditions of pods an API server fails to take, from now on. */
  patchesFail = 0;
  /** Whether they let us write. */
  forbidsPatches = false;

  /** How the rules take `$.detail.group`, and so into which groups the relays' events come. */
  private readonly messageGroup: MessageGroup;

  /** `beside`: another stage, with which it shares the time and Cloud Map. */
  constructor(clusters: readonly unknown[], messageGroup: MessageGroup = 'path', beside?: Beside) {
    this.messageGroup = messageGroup;
    this.clock = beside?.clock ?? new VirtualClock(Date.UTC(2026, 10, 21, 10));
    this.cloudMap = beside?.cloudMap ?? new CloudMap({ clock: this.clock, settings: { rates: {} } });
    this.elsewhere = new CloudMap({ clock: this.clock, settings: { rates: {} } });
    for (const config of clusters) this.configure(config);
    this.deps = this.makeDependencies();
    const clock = { ...this.deps.clock, now: () => this.clock.now() };
    const mesh = meshHandling(this.meshDependencies());
    this.queues = {
      pods: new FunctionQueue(clock, podHandling(this.deps)),
      mesh: new FunctionQueue(clock, mesh),
      statuses: new FunctionQueue(clock, mesh),
    };
  }

  /** Adds a cluster as clusters.yml describes it, or changes it. */
  configure(config: unknown, own: ClusterConfig['own'] = ownPlace): void {
    for (const cluster of clustersFile.parse({ clusters: [config] }).clusters)
      this.clusters.set(cluster.name, { ...cluster, own });
  }

  /** Loses a part of the table, or all of it. */
  empty(what: 'table' | 'claims' | 'pods'): void {
    const { pods, claims, objects: mesh, services, usedServices, waitingPods } = this.stores;
    if (what !== 'claims') pods.items.clear();
    if (what !== 'pods') claims.items.clear();
    if (what !== 'table') return;
    mesh.items.clear();
    services.known.clear();
    usedServices.items.clear();
    waitingPods.items.clear();
    services.ownersByKey.clear();
    this.listings.forget();
  }

  /** Takes back the faults of calls and of operations. */
  mend(): void {
    this.refusals.splice(0);
    this.cloudMap.faults.reset();
  }

  /** Over the bus, as relays do. */
  publish(events: readonly EventDetail[]): void {
    for (const event of events)
      this.queueOf(event).enqueue({
        group: this.messageGroup === 'path' ? event.group : '$.detail.group',
        body: JSON.stringify({ source: relaySource(event.cluster), detail: event }),
        attributes: {},
      });
  }

  /** To the queues, as functions do. */
  request(events: readonly EventDetail[]): void {
    for (const event of events)
      this.queueOf(event).enqueue({
        group: messageGroupOf(event),
        body: JSON.stringify(event),
        deduplicationId: deduplicationIdOf(event),
        attributes: {},
      });
  }

  private queueOf({ type }: EventDetail): MemoryFifo {
    const { pods, mesh, statuses } = this.queues;
    if (type === detailTypes.meshStatusRequested) return statuses;
    return queueOf(type) === 'pods' ? pods : mesh;
  }

  /** Works on the requests to write statuses, letting time pass until they are due. */
  async settleStatuses(): Promise<void> {
    const { statuses } = this.queues;
    for (let atMs = statuses.nextAtMs(); atMs !== undefined; atMs = statuses.nextAtMs()) {
      this.clock.advance(Math.max(0, atMs - this.clock.now()));
      await statuses.work();
    }
  }

  /** Works for so many seconds. */
  async pass(seconds: number): Promise<void> {
    const { pods, mesh } = this.queues;
    const endMs = this.clock.now() + seconds * 1000;
    for (let messages = 0; messages < 20_000; messages++) {
      if ((await mesh.work()) || (await pods.work())) continue;
      const times = [pods.nextAtMs(), mesh.nextAtMs()].filter((time) => time !== undefined);
      const nextMs = Math.min(endMs, ...times);
      this.clock.advance(Math.max(0, nextMs - this.clock.now()));
      if (nextMs === endMs) return;
    }
    throw new Error('there is always something to do');
  }

  /** Works until the queues are empty, letting time pass where everything left has to wait; then a second longer. */
  async settle(): Promise<void> {
    const { pods, mesh, statuses } = this.queues;
    for (let messages = 0; messages < 2_000; messages++) {
      if ((await mesh.work()) || (await pods.work()) || (await statuses.work())) continue;
      const times = [pods.nextAtMs(), mesh.nextAtMs()].filter((time) => time !== undefined);
      if (times.length === 0) return this.clock.advance(1_000);
      this.clock.advance(Math.max(1, Math.min(...times) - this.clock.now()));
    }
    throw new Error('the queues never become empty');
  }

  /** No cluster here has a mesh target. */
  private meshDependencies(): ReconcileDependencies {
    const { meshRuns } = this.stores;
    const meshTargets = () => [];
    const mesh = { meshRuns, meshTargets, later: async () => {}, newToken: () => 'token', note: () => {} };
    return { ...this.stores, ...this.deps, ...mesh };
  }

  private makeDependencies(): Dependencies & SweepDependencies & StatusDependencies & ListingDependencies {
    const client = this.client(this.cloudMap);
    const adapter = new CloudMapAdapter(client, hostedZonesOf(this.cloudMap));
    const reader = new CloudMapReader(client);
    const other = this.client(this.elsewhere);
    const [otherAdapter, otherReader] = [
      new CloudMapAdapter(other, hostedZonesOf(this.elsewhere)),
      new CloudMapReader(other),
    ];
    const isHere = ({ cloudMap: { region, roleArn } }: ClusterConfig) =>
      (region ?? ownPlace.region) === ownPlace.region &&
      (roleArn?.split(':')[4] ?? ownPlace.account) === ownPlace.account;
    return {
      clock: {
        now: () => this.clock.now() + this.clockOffMs,
        sleep: async (milliseconds) => this.clock.advance(milliseconds),
      },
      ...this.tables(),
      listings: this.listings,
      reports: new MemoryReports(),
      requests: { send: async (events) => this.request(events) },
      cloudMap: (config) => (isHere(config) ? adapter : otherAdapter),
      podStatus: ({ name }) => ({
        setCondition: async (pod, condition) => this.writable(name).setCondition(pod, condition),
      }),
      statusWriter: ({ name }) => ({
        write: async (object, status) => this.writable(name).write(object, status),
      }),
      cloudMapReader: (config) => (isHere(config) ? reader : otherReader),
      clusterReader: {
        list: async ({ name }) => {
          const server = this.apiServers.get(name);
          if (server === undefined)
            throw new RetryableError(`the API server of cluster ${name} does not answer`);
          return structuredClone(server.list());
        },
      },
      refused: (deletions) => void this.listingRefusals.push(deletions),
      calls: () => Object.fromEntries(this.cloudMap.calls),
      cluster: (name) => {
        const config = this.clusters.get(name);
        if (config === undefined) throw new PermanentError(`cluster is "${name}", which is not configured`);
        return config;
      },
    };
  }

  private writable(cluster: string): ApiServer {
    const server = this.apiServers.get(cluster);
    if (server === undefined)
      throw new PermanentError(`the API server of cluster ${cluster} is out of reach`);
    if (this.forbidsPatches)
      throw new PermanentError(`pods "x" is forbidden: cannot patch resource "pods/status"`);
    if (this.patchesFail === 0) return server;
    this.patchesFail -= 1;
    throw new RetryableError(`the API server of cluster ${cluster} fails: HTTP 503`);
  }

  private tables(): ScenarioHarness['stores'] {
    const entries = Object.entries(this.stores).map(([name, store]) => [name, this.breakable(store)]);
    return Object.fromEntries(entries);
  }

  private breakable<Store extends object>(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (this.tableFails > 0) {
            this.tableFails -= 1;
            throw new RetryableError('DynamoDB table: the service is not available');
          }
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  }

  private client(cloudMap: CloudMap): ServiceDiscoveryClient {
    const client = new ServiceDiscoveryClient(inProcessClientOptions(cloudMap));
    client.middlewareStack.add(
      (next, context) => (args) => {
        const refusal = this.refusals.find(
          ({ operation, times, isOf }) =>
            `${operation}Command` === context.commandName &&
            times > 0 &&
            (isOf?.(args.input as { ServiceId?: string }) ?? true),
        );
        if (refusal === undefined) return next(args);
        refusal.times -= 1;
        throw Object.assign(new Error(refusal.message), { name: refusal.error, $metadata: {} });
      },
      { step: 'initialize' },
    );
    return client;
  }
}
