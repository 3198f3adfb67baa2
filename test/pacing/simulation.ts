import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import type { Rates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { isThrottling } from '../../shared/adapters/aws/errors.ts';
import { paced } from '../../shared/adapters/aws/paced.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { type LastCalls, Pacer } from '../../shared/pacing/pacer.ts';
import { maxWaitMs } from '../../shared/pods/wait-limit.ts';
import type { BudgetStore } from '../../shared/ports/budget-store.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';
import { type Message, recordOf } from './message.ts';
import { randomOf } from './random.ts';

export interface Pods {
  readonly cluster: string;
  /** When they become ready, in milliseconds from the beginning. */
  readonly atMs: readonly number[];
}

export interface SimulationOptions {
  readonly rates: Rates;
  readonly pods: readonly Pods[];
  /** Functions that work at a time; `podConcurrency` of the deployment by default. */
  readonly functions?: number;
  /** Without, the calls go unpaced, and a throttled one is retried by the queue alone. */
  readonly isPaced?: boolean;
  /** How far a function's clock is off. */
  readonly skewMs?: (functionIndex: number) => number;
  readonly store?: (clock: VirtualClock) => BudgetStore;
}

export interface Pod {
  readonly cluster: string;
  readonly readyAtMs: number;
  /** When RegisterInstance was accepted. */
  readonly registeredAtMs: number;
  readonly receipts: number;
}

export interface Outcome {
  readonly pods: readonly Pod[];
  readonly deadLetters: number;
  readonly throttled: number;
  /** When RegisterInstance was called, throttled calls included. */
  readonly calledAtMs: readonly number[];
  /** Reads and writes of budgets. */
  readonly budgetCalls: number;
  readonly storeFailures: number;
}

const batchSize = 10;
/** Of one read or write of the table, of what a handler reads and writes before its call, and of Cloud Map. */
const tableMs = 5;
const handlerMs = 40;
const cloudMapMs = 30;
const lambdaPollMs = 10;

/**
 * Pods of several clusters that become ready, on a clock of its own: one FIFO queue for all clusters, a number of
 * functions with the real batch handling, pacing and SDK client, and an embedded Cloud Map that throttles. Messages are
 * received in the order in which they can be.
 */
export async function simulate(options: SimulationOptions): Promise<Outcome> {
  const simulation = new Simulation(options);
  await simulation.run();
  return simulation.outcome();
}

class Simulation {
  private readonly options: SimulationOptions;
  private readonly clock = new VirtualClock();
  /** Of each function. */
  private readonly lastCalls: LastCalls[] = [];
  private readonly startMs = this.clock.now();
  private readonly cloudMap: CloudMap;
  private readonly store: BudgetStore;
  private readonly messages: Message[];
  private readonly done: Pod[] = [];
  private readonly calledAtMs: number[] = [];
  private serviceId = '';
  private deadLetters = 0;
  private throttled = 0;
  private budgetCalls = 0;
  private storeFailures = 0;

  constructor(options: SimulationOptions) {
    this.options = options;
    this.cloudMap = new CloudMap({ clock: this.clock, settings: { rates: {}, quotas } });
    this.store = options.store?.(this.clock) ?? new MemoryBudgets();
    this.messages = options.pods.flatMap(({ cluster, atMs }) =>
      atMs.map((readyAtMs, index) => ({
        ...{ id: `${cluster}-${index}`, cluster, readyAtMs },
        visibleAtMs: this.startMs + readyAtMs,
        receipts: 0,
        attributes: {},
      })),
    );
  }

  async run(): Promise<void> {
    this.serviceId = await this.createService();
    this.cloudMap.settings.rates = this.options.rates;
    const working = Array.from({ length: this.options.functions ?? 10 }, (_, index) => this.work(index));
    let isRunning = true;
    const finished = Promise.all(working).finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      // All that follows from the last step, down to the last promise, before time moves on.
      await new Promise((resolve) => setImmediate(resolve));
      const dueMs = this.clock.nextDueMs();
      if (dueMs !== undefined) this.clock.advance(dueMs - this.clock.now());
    }
    await finished;
  }

  outcome(): Outcome {
    const { done: pods, deadLetters, throttled, calledAtMs, budgetCalls, storeFailures } = this;
    return { pods, deadLetters, throttled, calledAtMs, budgetCalls, storeFailures };
  }

  private async createService(): Promise<string> {
    const adapter = new CloudMapAdapter(new ServiceDiscoveryClient(inProcessClientOptions(this.cloudMap)));
    await adapter.createNamespace('shop.local', { kind: 'http' }, 'a');
    this.clock.advance(1_000);
    const [namespace] = await adapter.namespacesNamed('shop.local');
    if (namespace === undefined) throw new Error('the namespace was not created within a second');
    const service = { name: 'front', recordTypes: [], ttlSeconds: 300, hasCustomHealthCheck: false };
    return adapter.ensureService({ ...service, namespace, cluster: 'a' });
  }

  /** One execution environment: a client for each cluster, batch after batch. */
  private async work(index: number): Promise<void> {
    const adapters = new Map(
      this.options.pods.map(({ cluster }) => [cluster, this.adapterOf(cluster, index)]),
    );
    while (this.messages.length > 0) {
      const batch = this.receive();
      if (batch.length === 0) await this.clock.sleep(lambdaPollMs);
      else await this.handle(batch, adapters);
    }
  }

  private adapterOf(cluster: string, index: number): CloudMapAdapter {
    const client = this.client();
    if (this.options.isPaced === false) return new CloudMapAdapter(client);
    const skewMs = this.options.skewMs?.(index) ?? 0;
    const lastCalls = this.lastCalls[index] ?? new Map();
    this.lastCalls[index] = lastCalls;
    const pacer = new Pacer({
      lastCalls,
      store: this.slow(this.store),
      clock: { now: () => this.clock.now() + skewMs, sleep: (ms) => this.clock.sleep(ms) },
      random: randomOf(index + cluster.length),
      onStoreFailure: () => {
        this.storeFailures += 1;
      },
      ...{ target: 'own/own', cluster, maxWaitMs },
    });
    return new CloudMapAdapter(paced(client, pacer));
  }

  private slow(store: BudgetStore): BudgetStore {
    const call = async <T>(action: () => Promise<T>): Promise<T> => {
      this.budgetCalls += 1;
      await this.clock.sleep(tableMs / 2);
      const answer = await action();
      await this.clock.sleep(tableMs / 2);
      return answer;
    };
    return {
      find: (key) => call(() => store.find(key)),
      replace: (key, budget, version) => call(() => store.replace(key, budget, version)),
    };
  }

  private receive(): readonly Message[] {
    const visible = this.messages.filter(({ visibleAtMs }) => visibleAtMs <= this.clock.now());
    const batch = visible.sort((a, b) => a.visibleAtMs - b.visibleAtMs).slice(0, batchSize);
    for (const message of batch) {
      message.visibleAtMs = Number.POSITIVE_INFINITY;
      message.receipts += 1;
    }
    return batch;
  }

  private async handle(
    batch: readonly Message[],
    adapters: ReadonlyMap<string, CloudMapAdapter>,
  ): Promise<void> {
    const byId = new Map(batch.map((message) => [message.id, message]));
    const { batchItemFailures } = await handleFifoBatch(batch.map(recordOf), {
      queue: {
        hide: async (messages, seconds) => {
          for (const { id } of messages) this.hide(byId.get(id), seconds);
          return new Set();
        },
        delete: async () => {},
        // A deferred message, without the receipts that hand it over when it is due.
        send: async (messages) => {
          for (const { body, attributes } of messages) {
            const { DueAt, ...others } = attributes;
            const known = byId.get(body) ?? batch[0];
            if (known !== undefined)
              this.messages.push({ ...known, attributes: others, receipts: 0, visibleAtMs: Number(DueAt) });
          }
        },
        deadLetter: async () => {
          this.deadLetters += 1;
        },
      },
      notes: { note: async () => {} },
      handling: {
        parse: (id) => id,
        groupOf: (id) => id,
        isJoint: () => false,
        record: async () => {},
        followUp: ([id = '']) => id,
        apply: async ([id = '']) => {
          const message = byId.get(id);
          if (message !== undefined) await this.register(message, adapters.get(message.cluster));
        },
      },
      clock: { now: () => this.clock.now(), sleep: (ms) => this.clock.sleep(ms) },
      onMisrouted: () => {},
      remainingTimeMs: () => 60_000,
      onFailure: () => {},
    });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const message of batch)
      if (!failed.has(message.id)) this.messages.splice(this.messages.indexOf(message), 1);
  }

  private hide(message: Message | undefined, seconds: number): void {
    if (message !== undefined) message.visibleAtMs = this.clock.now() + seconds * 1000;
  }

  private async register(message: Message, adapter: CloudMapAdapter | undefined): Promise<void> {
    const { id, cluster, readyAtMs, receipts } = message;
    await this.clock.sleep(handlerMs);
    await adapter?.registerInstance(this.serviceId, id, { AWS_INSTANCE_IPV4: '10.0.0.1' });
    this.done.push({ cluster, readyAtMs, registeredAtMs: this.clock.now() - this.startMs, receipts });
  }

  /** A client in process whose calls take time, and are counted. */
  private client(): ServiceDiscoveryClient {
    const client = new ServiceDiscoveryClient(inProcessClientOptions(this.cloudMap));
    client.middlewareStack.add(
      (next) => async (args) => {
        await this.clock.sleep(cloudMapMs / 2);
        this.calledAtMs.push(this.clock.now() - this.startMs);
        try {
          return await next(args);
        } catch (error) {
          if (isThrottling(error)) this.throttled += 1;
          throw error;
        } finally {
          await this.clock.sleep(cloudMapMs / 2);
        }
      },
      { name: 'takeTime', step: 'deserialize', priority: 'high' },
    );
    return client;
  }
}

/** Instances are many here, which is not what is measured. */
const quotas = { instancesPerService: 100_000, instancesPerNamespace: 100_000 };
