import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import type { Handling, Queue } from '../../shared/lambda/batch-handling.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { meshHandling } from '../../shared/lambda/mesh-handling.ts';
import { podHandling } from '../../shared/lambda/pod-handling.ts';
import type { ReconcileDependencies } from '../../shared/mesh/mesh-target.ts';
import { WaitError } from '../../shared/model/errors.ts';
import type { QueueName } from '../../shared/model/events/route.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import { memoryMeshStores } from '../fakes/stores/memory-mesh.ts';
import { memoryStores } from '../fakes/stores/memory-stores.ts';
import type { MessageGroup } from '../scenario/harness.ts';
import { ApiServer } from './api-server.ts';
import { ClusterState } from './cluster.ts';
import { configOf, dependenciesOf, type SimulationDependencies } from './dependencies.ts';
import { Channel } from './fifo.ts';
import { Crash, Interleaving } from './interleave.ts';
import { Random } from './random.ts';
import { clusterName, steadyNode } from './states.ts';

export interface Faults {
  readonly crashProbability: number;
  readonly throttleProbability: number;
  readonly duplicateProbability: number;
  readonly sweepProbability: number;
  /** That a call of the API server fails, and that the event of a condition that we set is lost. */
  readonly apiFailureProbability: number;
  /** Of a registration or deregistration that was accepted. */
  readonly operationFailureProbability: number;
}

/**
 * The system as it runs, but for AWS's wires: the real use cases, the real Cloud Map adapter over the real SDK against
 * the embedded Cloud Map; stores, queues, bus and cluster in memory; time that stands still until it is advanced.
 */
export class Simulation {
  readonly clock = new VirtualClock(Date.UTC(2026, 10, 21, 10));
  readonly stores = { ...memoryStores(() => this.clock.now()), ...memoryMeshStores() };
  readonly snapshot: ClusterState;
  readonly cloudMap: CloudMap;
  readonly channel: Channel;
  readonly random: Random;
  /** What must never happen and did. */
  readonly violations: string[] = [];
  readonly failures: unknown[] = [];
  readonly interleaving: Interleaving;
  private readonly deps: SimulationDependencies;
  private readonly handlings: Readonly<Partial<Record<QueueName, Handling<unknown>>>>;
  /** Names of services in which no instance can be changed. */
  readonly refusing = new Set<string>();
  /** Attributes that somebody added to our instances, by service id, instance id and key, and of which pod each is. */
  readonly notes = new Map<string, { readonly uid: string; readonly value: string }>();
  /** Ids of the operations that somebody else started. */
  readonly byHand = new Set<string>();
  /** In a drain, pods that live are deregistered, too. */
  isDrained = false;
  private sweeps = 0;
  private faults: Faults = {
    crashProbability: 0,
    throttleProbability: 0,
    duplicateProbability: 0,
    sweepProbability: 0,
    apiFailureProbability: 0,
    operationFailureProbability: 0,
  };

  readonly kind: 'http' | 'private-dns';
  /** How many instances a service can have. */
  readonly places: number;

  constructor(
    seed: number,
    healthCheck: 'custom' | 'none',
    kind: 'http' | 'private-dns',
    { messageGroup = 'path', places = 1000 }: { messageGroup?: MessageGroup; places?: number } = {},
  ) {
    this.kind = kind;
    this.places = places;
    this.random = new Random(seed);
    this.snapshot = new ClusterState(() => this.clock.now());
    this.channel = new Channel(this.random, () => this.clock.now(), messageGroup);
    this.interleaving = new Interleaving(this.random);
    this.cloudMap = new CloudMap({
      clock: this.clock,
      random: () => this.random.next(),
      settings: {
        rates: {},
        quotas: { instancesPerService: places },
        latenciesMs: this.latencies(),
        listedAfterMs: this.random.chance(0.5) ? 0 : 300,
      },
    });
    this.cloudMap.faults.onCall = (operation, input) =>
      this.watch(operation, input as Record<string, string>);
    const { interleaving, clock, cloudMap, stores, channel, snapshot } = this;
    const apiServer = new ApiServer(snapshot, channel, () =>
      this.random.chance(this.faults.apiFailureProbability),
    );
    this.deps = dependenciesOf(
      { interleaving, clock, cloudMap, stores, channel, snapshot, apiServer },
      configOf(healthCheck, kind, places),
    );
    const { meshClaims, meshRuns } = this.stores;
    const noMesh = {
      meshClaims,
      meshRuns,
      meshTargets: () => [],
      later: async () => {},
      newToken: () => 'token',
      note: () => {},
    };
    const meshDependencies: ReconcileDependencies = { ...this.deps, ...noMesh };
    this.handlings = {
      pods: podHandling(this.deps) as Handling<unknown>,
      mesh: meshHandling(meshDependencies) as Handling<unknown>,
    };
  }

  setFaults(faults: Faults): void {
    this.faults = faults;
    this.interleaving.crashProbability = faults.crashProbability;
    const { onCall } = this.cloudMap.faults;
    this.cloudMap.faults.reset(); // an operation that was to fail may never have been accepted
    this.cloudMap.faults.onCall = onCall;
  }

  /** Lets some events arrive, then runs the functions on some batches at a time, for a number of rounds. */
  async work(rounds: number): Promise<void> {
    for (let round = 0; round < rounds && !this.channel.isEmpty; round++) {
      const arrivals = 1 + this.random.below(4);
      for (let arrival = 0; arrival < arrivals; arrival++)
        this.channel.deliverOne(this.faults.duplicateProbability);
      const batches = this.channel.receive(3);
      await this.interleaving.run(batches.map((batch) => () => this.invoke(batch)));
      this.clock.advance(this.random.below(5) === 0 ? 10_000 : 50);
    }
  }

  /** A function with a batch. After a crash it does nothing more: its messages are received again when their visibility timeout ends. */
  private async invoke({ name, records }: ReturnType<Channel['receive']>[number]): Promise<void> {
    const queue = this.channel.queues[name];
    let hasCrashed = false;
    const crashing = async <T>(action: () => Promise<T>): Promise<T> => {
      try {
        if (hasCrashed) throw new Crash('crashed before');
        return await action();
      } catch (error) {
        hasCrashed ||= error instanceof Crash;
        if (!(error instanceof Crash) && !(error instanceof WaitError)) this.failures.push(error);
        throw error;
      }
    };
    const handling = this.handlings[name];
    if (handling === undefined) throw new Error(`nothing handles the queue ${name} here`);
    const sends = this.interleaving.wrap<Pick<Queue, 'send' | 'deadLetter'>>({
      send: (messages) => queue.send(messages),
      deadLetter: (message, reason) => queue.deadLetter(message, reason),
    });
    const response = await handleFifoBatch(records, {
      queue: {
        hide: (messages, seconds) => crashing(() => queue.hide(messages, seconds)),
        delete: (messages) => crashing(() => queue.delete(messages)),
        send: (messages) => crashing(() => sends.send(messages)),
        deadLetter: (message, reason) => crashing(() => sends.deadLetter(message, reason)),
      },
      handling: {
        ...handling,
        record: (event, received) => crashing(() => handling.record(event, received)),
        apply: (events, limit) => crashing(() => handling.apply(events, limit)),
      },
      notes: { note: async () => {} },
      clock: {
        now: () => this.clock.now(),
        sleep: (ms) => crashing(() => this.deps.clock.sleep(ms)).catch(() => {}),
      },
      remainingTimeMs: () => (hasCrashed ? 0 : 60_000),
      onFailure: () => {},
      onMisrouted: () => {},
    });
    if (!hasCrashed) await queue.settle(records, response);
  }

  /** Works until nothing is left to do, letting time pass where all that is left has to wait; false when that never comes. */
  async drain(): Promise<boolean> {
    for (let attempt = 0; attempt < 2_000 && !this.channel.isEmpty; attempt++) {
      await this.work(5);
      const nextMs = this.channel.underway.length > 0 ? undefined : this.channel.nextAtMs();
      if (nextMs !== undefined) this.clock.advance(Math.max(0, nextMs - this.clock.now()));
    }
    this.clock.advance(60_000);
    return this.channel.isEmpty;
  }

  private async sweep(): Promise<void> {
    const options = { force: false, adopt: true, dryRun: false };
    await sweep(this.deps, { cluster: clusterName }, options, `run-${++this.sweeps}`);
  }

  /** Without anything beside it. */
  async sweepAlone(): Promise<void> {
    const [result] = await this.interleaving.run([() => this.sweep()]);
    if (result?.status === 'rejected') throw result.reason;
  }

  /** Of operations: fast as embedded, or slow as on AWS. */
  private latencies() {
    const slow = { REGISTER_INSTANCE: 2_500, DEREGISTER_INSTANCE: 2_500 };
    return this.random.chance(0.5) ? {} : slow;
  }

  /** Every call that reaches Cloud Map: may be throttled or lost, and may never touch what it must not. */
  private watch(operation: string, input: Record<string, string>) {
    const fault = this.random.chance(this.faults.throttleProbability) ? 'throttle' : undefined;
    const isWrite = operation === 'RegisterInstance' || operation === 'DeregisterInstance';
    const current = isWrite ? this.instance(input.ServiceId, input.InstanceId) : undefined;
    if (current !== undefined && isForeign(current))
      this.violations.push(`${operation} on the foreign instance ${input.InstanceId}`);
    if (operation === 'DeregisterInstance' && current !== undefined && !this.isDrained)
      this.checkSteady(current, input);
    if (operation === 'DeleteService') this.checkRemoval(input.Id);
    if (operation === 'DeregisterInstance')
      this.forgetNotes(input.ServiceId, input.InstanceId, ['note', 'tier']);
    if (isWrite && this.isRefused(input.ServiceId)) return 'error';
    if (isWrite && fault === undefined && this.random.chance(this.faults.operationFailureProbability))
      this.cloudMap.faults.failOperations(
        operation === 'RegisterInstance' ? 'REGISTER_INSTANCE' : 'DEREGISTER_INSTANCE',
        { code: 'INTERNAL_FAILURE', message: 'at random' },
        1,
      );
    if (fault === undefined && this.random.chance(this.faults.throttleProbability / 2)) return 'lost-after';
    return fault;
  }

  forgetNotes(serviceId: string | undefined, instanceId: string | undefined, keys: readonly string[]): void {
    for (const key of keys) this.notes.delete(`${serviceId} ${instanceId} ${key}`);
  }

  private isRefused(serviceId: string | undefined): boolean {
    const service = this.services().find(({ id }) => id === serviceId);
    return service !== undefined && this.refusing.has(service.name);
  }

  private checkSteady(attributes: Readonly<Record<string, string>>, input: Record<string, string>): void {
    const pod = this.snapshot.pods.get(attributes['k8s.io/pod'] ?? '');
    const service = this.services().find(({ id }) => id === input.ServiceId);
    if (service?.name !== steadyNode.service) return; // in the others, virtual nodes come and go
    if (pod?.steady === true && pod.uid === attributes['k8s.io/pod-uid'])
      this.violations.push(`DeregisterInstance on ${input.InstanceId} of the live, ready pod ${pod.name}`);
  }

  private checkRemoval(id: string | undefined): void {
    const service = this.services().find((each) => each.id === id);
    if (!this.isDrained)
      this.violations.push(`DeleteService of ${service?.name}, although nothing is drained`);
    if (service?.name === 'foreign') this.violations.push('DeleteService of a service of somebody else');
  }

  /** A person begins to drain the cluster, or ends that. The request may crash anywhere; what it has done then stays. */
  async setDrained(isDrained: boolean): Promise<void> {
    if (isDrained) this.isDrained = true;
    await this.interleaving.run([
      async () => {
        if (isDrained) await this.deps.drains.begin(clusterName, this.clock.now());
        else await this.deps.drains.end(clusterName);
        await this.sweep();
      },
    ]);
    const isStored = (await this.stores.drains.find(clusterName)) !== undefined;
    if (isStored !== isDrained) await this.setDrained(isDrained);
    this.isDrained = isDrained;
  }

  private instance(serviceId = '', instanceId = ''): Readonly<Record<string, string>> | undefined {
    return this.services().find(({ id }) => id === serviceId)?.instances[instanceId]?.attributes;
  }

  services() {
    return this.cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  }
}

export function isForeign(attributes: Readonly<Record<string, string>>): boolean {
  return attributes.owner === 'somebody else';
}
