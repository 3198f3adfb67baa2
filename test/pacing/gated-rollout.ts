import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { defaultRates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { paced } from '../../shared/adapters/aws/paced.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { podHandling } from '../../shared/lambda/pod-handling.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import { Pacer } from '../../shared/pacing/pacer.ts';
import { maxWaitMs } from '../../shared/pods/wait-limit.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';
import { memoryStores } from '../fakes/stores/memory-stores.ts';
import { wrappedPort } from '../fakes/wrapped-port.ts';
import { randomOf } from './random.ts';
import { addressOf, readyPod, services } from './rollout-pods.ts';
import { type Message, RolloutQueue, recordOf } from './rollout-queue.ts';
import { slowClient } from './slow-client.ts';

export interface GatedRolloutOptions {
  readonly pods: number;
  /** Pods whose containers become ready; without it, all at once. */
  readonly perSecond?: number;
  readonly declaresGate?: boolean;
  /** Neither their services nor the namespace exist yet. */
  readonly isCold?: boolean;
  /** Environments of the function that work side by side; `podConcurrency` of the deployment by default. */
  readonly environments?: number;
}

export interface GatedRolloutOutcome {
  /** From the first pod ready to the last RegisterInstance accepted. */
  readonly registeredSeconds: number;
  /** Of each pod, from its containers being ready to its gate being True, without its operation's own time. */
  readonly gateLagsMs: readonly number[];
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly deadLettered: number;
  readonly maxReceipts: number;
}

/** How long a read or write of the table, a patch of a pod's status, the delivery of an event and a poll take. */
const tableMs = 5;
const patchMs = 20;
const eventMs = 40;
const pollMs = 10;
/** As long as those of AWS. */
const operationMs = { from: 1_000, jitter: 2_000 };
/** Time before the pods that count, so that their services exist. */
const warmUpMs = 20_000;

/**
 * A rollout on a clock of its own: a FIFO queue, environments of `sync-pods` with the real batch handling, use cases,
 * pacing and SDK client, stores in memory that take time, and an embedded Cloud Map that throttles.
 */
export async function simulateRollout(options: GatedRolloutOptions): Promise<GatedRolloutOutcome> {
  const rollout = new Rollout(options);
  await rollout.run();
  return rollout.outcome();
}

class Rollout {
  private readonly options: GatedRolloutOptions;
  private readonly clock = new VirtualClock();
  private readonly startMs = this.clock.now() + warmUpMs;
  private readonly random = randomOf(7);
  private readonly cloudMap = new CloudMap({
    clock: this.clock,
    random: this.random,
    settings: { rates: defaultRates, latencyJitterMs: operationMs.jitter },
  });
  private readonly stores = memoryStores(() => this.clock.now());
  private readonly budgets = new MemoryBudgets();
  private readonly queue = new RolloutQueue(() => this.clock.now());
  private readonly trueAtMs = new Map<string, number>();
  private readonly readyAtMs = new Map<string, number>();
  private isEnded = false;
  private deadLettered = 0;
  private callsBefore: ReadonlyMap<string, number> = new Map();

  constructor(options: GatedRolloutOptions) {
    this.options = options;
    this.cloudMap.settings.latenciesMs.REGISTER_INSTANCE = operationMs.from;
    const { pods, perSecond = Number.POSITIVE_INFINITY } = options;
    for (let index = 0; index < services && !options.isCold; index++) this.send(index, this.clock.now());
    for (let index = 0; index < pods; index++)
      this.send(services + index, this.startMs + (index * 1000) / perSecond);
  }

  async run(): Promise<void> {
    this.clock.schedule(warmUpMs, () => {
      this.callsBefore = new Map(this.cloudMap.calls);
    });
    const environments = this.options.environments ?? 10;
    const working = Promise.all(Array.from({ length: environments }, (_, index) => this.work(index)));
    void working.finally(() => {
      this.isEnded = true;
    });
    while (!this.isEnded) {
      // All that follows from the last step, down to the last promise, before time moves on.
      await new Promise((resolve) => setImmediate(resolve));
      const dueMs = this.clock.nextDueMs();
      if (dueMs !== undefined) this.clock.advance(dueMs - this.clock.now());
    }
    await working;
  }

  outcome(): GatedRolloutOutcome {
    const operations = this.cloudMap
      .snapshot()
      .operations.filter(({ createdAtMs }) => createdAtMs >= this.startMs);
    const ofPod = new Map(operations.map((operation) => [operation.instanceId, operation]));
    const gateLagsMs = [...this.trueAtMs].map(([name, atMs]) => {
      const { createdAtMs = 0, updatedAtMs = 0 } = ofPod.get(addressOf(name)) ?? {};
      return atMs - (this.readyAtMs.get(name) ?? 0) - (updatedAtMs - createdAtMs);
    });
    const calls = [...this.cloudMap.calls].map(
      ([name, count]) => [name, count - (this.callsBefore.get(name) ?? 0)] as const,
    );
    return {
      registeredSeconds:
        (Math.max(...operations.map(({ createdAtMs }) => createdAtMs)) - this.startMs) / 1000,
      gateLagsMs,
      calls: Object.fromEntries(calls),
      throttled: (Object.fromEntries(calls).RegisterInstance ?? 0) - this.options.pods,
      deadLettered: this.deadLettered,
      maxReceipts: this.queue.maxReceipts,
    };
  }

  /** One environment: batch after batch. */
  private async work(index: number): Promise<void> {
    const deps = this.dependenciesOf(index);
    while (!this.queue.isEmpty) {
      const batch = this.queue.receive();
      if (batch.length === 0) await this.clock.sleep(pollMs);
      else await this.handle(batch, deps);
    }
  }

  private dependenciesOf(index: number): Dependencies {
    const clock = { now: () => this.clock.now(), sleep: (ms: number) => this.clock.sleep(ms) };
    const pacer = new Pacer({
      ...{ store: this.slow(this.budgets), clock, random: randomOf(index + 1), maxWaitMs },
      ...{ target: 'own/own', cluster: 'local', onStoreFailure: () => {} },
    });
    const adapter = new CloudMapAdapter(
      paced(slowClient(this.cloudMap, this.clock), pacer),
      undefined,
      pacer,
    );
    const { pods, claims, objects, services, usedServices, waitingPods, listings, drains } = this.stores;
    return {
      clock,
      ...{ pods: this.slow(pods), claims: this.slow(claims), objects: this.slow(objects) },
      ...{ services: this.slow(services), usedServices: this.slow(usedServices) },
      ...{ waitingPods: this.slow(waitingPods), listings, drains: this.slow(drains) },
      requests: { send: async () => {} },
      cloudMap: () => adapter,
      podStatus: () => ({ setCondition: ({ name }, { status }) => this.setGate(name, status) }),
      cluster: () => config,
    };
  }

  /** The kubelet makes the pod ready, and the relay sends that. */
  private async setGate(name: string, status: string): Promise<string> {
    await this.clock.sleep(patchMs);
    if (status !== 'True') return '1';
    const index = Number(name.split('-')[1]);
    if (index >= services) this.trueAtMs.set(name, this.clock.now());
    this.send(index, this.clock.now() + eventMs, true);
    return '1';
  }

  private slow<Port extends object>(port: Port): Port {
    return wrappedPort(port, {
      isListing: (method) => method === 'inRange' || method === 'ofService',
      call: async (call) => {
        await this.clock.sleep(tableMs);
        return call();
      },
      list: (call) => call(),
    });
  }

  private async handle(batch: readonly Message[], deps: Dependencies): Promise<void> {
    const byId = new Map(batch.map((message) => [message.id, message]));
    const { batchItemFailures } = await handleFifoBatch(batch.map(recordOf), {
      queue: {
        hide: async (messages, seconds) => {
          for (const { id } of messages) this.queue.hide(byId.get(id), seconds);
          return new Set();
        },
        delete: async () => {},
        send: async (messages) => {
          for (const message of messages) this.queue.defer(message.body, Number(message.attributes.DueAt));
        },
        deadLetter: async () => {
          this.deadLettered += 1;
        },
      },
      notes: { note: async () => {} },
      handling: podHandling(deps),
      clock: deps.clock,
      remainingTimeMs: () => 60_000,
      onFailure: () => {},
      onMisrouted: () => {},
    });
    this.queue.settle(batch, new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)));
  }

  /** Sends the event of a pod that became ready at this time, or whose gate is True. */
  private send(index: number, atMs: number, isGateTrue = false): void {
    const name = `front-${index}`;
    if (!isGateTrue) this.readyAtMs.set(name, atMs);
    const body = readyPod(index, this.options.declaresGate ?? false, isGateTrue);
    this.queue.send(`${name}-${body.pod.metadata.resourceVersion}`, body, atMs + eventMs);
  }
}

const cloudMapConfig = { namespaces: [{ name: '*', create: { kind: 'http' } }] };
const [config] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap: cloudMapConfig }] }).clusters as [
  ReturnType<Dependencies['cluster']>,
];
