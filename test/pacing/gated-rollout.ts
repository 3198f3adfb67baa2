import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { inProcessClientOptions } from '@eks-mesh-sync/embedded-aws/cloud-map/in-process.ts';
import { defaultRates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import type { SQSRecord } from 'aws-lambda';
import { CloudMapAdapter } from '../../shared/adapters/aws/cloud-map.ts';
import { paced } from '../../shared/adapters/aws/paced.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { podHandling } from '../../shared/lambda/pod-handling.ts';
import { clustersFile } from '../../shared/model/cluster-config.ts';
import type { PodChanged } from '../../shared/model/events/event.ts';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { Pacer } from '../../shared/pacing/pacer.ts';
import type { Dependencies } from '../../shared/ports/ports.ts';
import { MemoryBudgets } from '../fakes/memory-budgets.ts';
import { memoryStores } from '../fakes/memory-stores.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';
import { wrappedPort } from '../fakes/wrapped-port.ts';
import { randomOf } from './random.ts';

export interface GatedRolloutOptions {
  readonly pods: number;
  /** Pods whose containers become ready; without it, all at once. */
  readonly perSecond?: number;
  readonly declaresGate?: boolean;
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

interface Message {
  readonly id: string;
  readonly group: string;
  readonly body: PodChanged;
  visibleAtMs: number;
  receipts: number;
  isInFlight: boolean;
}

const batchSize = 10;
/** Of a read or write of the table, a call of Cloud Map, a patch of a pod's status, the way of an event, a poll. */
const tableMs = 5;
const cloudMapMs = 30;
const patchMs = 20;
const eventMs = 40;
const pollMs = 10;
/** As long as those of AWS. */
const operationMs = { from: 1_000, jitter: 2_000 };
/** Services hold 1,000 instances. */
const services = 4;
/** Before the pods that count, so that the services are there. */
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
  private readonly messages: Message[];
  private readonly trueAtMs = new Map<string, number>();
  private readonly readyAtMs = new Map<string, number>();
  private isEnded = false;
  private deadLettered = 0;
  private deferred = 0;
  private maxReceipts = 0;
  private callsBefore: ReadonlyMap<string, number> = new Map();

  constructor(options: GatedRolloutOptions) {
    this.options = options;
    this.cloudMap.settings.latenciesMs.REGISTER_INSTANCE = operationMs.from;
    const { pods, perSecond = Number.POSITIVE_INFINITY } = options;
    const warm = Array.from({ length: services }, (_, index) => this.message(index, this.clock.now()));
    const counted = Array.from({ length: pods }, (_, index) =>
      this.message(services + index, this.startMs + (index * 1000) / perSecond),
    );
    this.messages = [...warm, ...counted];
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
      maxReceipts: this.maxReceipts,
    };
  }

  /** One environment: batch after batch. */
  private async work(index: number): Promise<void> {
    const deps = this.dependenciesOf(index);
    while (this.messages.length > 0) {
      const batch = this.receive();
      if (batch.length === 0) await this.clock.sleep(pollMs);
      else await this.handle(batch, deps);
    }
  }

  private dependenciesOf(index: number): Dependencies {
    const clock = { now: () => this.clock.now(), sleep: (ms: number) => this.clock.sleep(ms) };
    const pacer = new Pacer({
      ...{ store: this.slow(this.budgets), clock, random: randomOf(index + 1), maxWaitMs: 100 },
      ...{ target: 'own/own', cluster: 'local', onStoreFailure: () => {} },
    });
    const adapter = new CloudMapAdapter(paced(this.client(), pacer), undefined, pacer);
    const { pods, claims, objects, services, usedServices, waitingPods, listings } = this.stores;
    return {
      clock,
      ...{ pods: this.slow(pods), claims: this.slow(claims), objects: this.slow(objects) },
      ...{ services: this.slow(services), usedServices: this.slow(usedServices) },
      ...{ waitingPods: this.slow(waitingPods), listings },
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
    this.messages.push(this.message(index, this.clock.now() + eventMs, true));
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

  private receive(): readonly Message[] {
    const batch: Message[] = [];
    const busy = new Set(this.messages.filter(({ isInFlight }) => isInFlight).map(({ group }) => group));
    for (const message of this.messages) {
      if (batch.length === batchSize) break;
      if (busy.has(message.group)) continue;
      busy.add(message.group);
      if (message.visibleAtMs > this.clock.now()) continue;
      message.isInFlight = true;
      message.receipts += 1;
      this.maxReceipts = Math.max(this.maxReceipts, message.receipts);
      batch.push(message);
    }
    return batch;
  }

  private async handle(batch: readonly Message[], deps: Dependencies): Promise<void> {
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
          for (const message of messages) this.defer(message.body, Number(message.attributes.DueAt));
        },
        deadLetter: async () => {
          this.deadLettered += 1;
        },
      },
      notes: { note: async () => {} },
      handling: podHandling(deps),
      now: () => this.clock.now(),
      remainingTimeMs: () => 60_000,
      onFailure: () => {},
      onMisrouted: () => {},
    });
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const message of batch)
      if (failed.has(message.id)) message.isInFlight = false;
      else this.messages.splice(this.messages.indexOf(message), 1);
  }

  private hide(message: Message | undefined, seconds: number): void {
    if (message !== undefined) message.visibleAtMs = this.clock.now() + seconds * 1000;
  }

  private defer(text: string, dueAtMs: number): void {
    const body = JSON.parse(text) as PodChanged;
    this.deferred += 1;
    const id = `deferred-${this.deferred}`;
    this.messages.push({ id, group: body.group, body, visibleAtMs: dueAtMs, receipts: 0, isInFlight: false });
  }

  private message(index: number, atMs: number, isGateTrue = false): Message {
    const name = `front-${index}`;
    if (!isGateTrue) this.readyAtMs.set(name, atMs);
    const body = readyPod(index, this.options.declaresGate ?? false, isGateTrue);
    const id = `${name}-${body.pod.metadata.resourceVersion}`;
    return { id, group: body.group, body, visibleAtMs: atMs + eventMs, receipts: 0, isInFlight: false };
  }

  /** A client in process whose calls take time. */
  private client(): ServiceDiscoveryClient {
    const client = new ServiceDiscoveryClient(inProcessClientOptions(this.cloudMap));
    client.middlewareStack.add(
      (next) => async (args) => {
        await this.clock.sleep(cloudMapMs / 2);
        try {
          return await next(args);
        } finally {
          await this.clock.sleep(cloudMapMs / 2);
        }
      },
      { name: 'takeTime', step: 'deserialize', priority: 'high' },
    );
    return client;
  }
}

const cloudMapConfig = { namespaces: [{ name: '*', create: { kind: 'http' } }] };
const [config] = clustersFile.parse({ clusters: [{ name: 'local', cloudMap: cloudMapConfig }] }).clusters as [
  ReturnType<Dependencies['cluster']>,
];

function addressOf(name: string): string {
  const index = Number(name.split('-')[1]);
  return `10.0.${index >> 8}.${index & 255}`;
}

function readyPod(index: number, declaresGate: boolean, isGateTrue: boolean): PodChanged {
  const name = `front-${index}`;
  const status = (isTrue: boolean) => (isTrue ? 'True' : 'False');
  const pod = aPodObject({
    metadata: {
      name,
      uid: `uid-${index}`,
      resourceVersion: String(1_000 + 2 * index + (isGateTrue ? 1 : 0)),
      annotations: {
        'eks-mesh-sync/cloud-map-namespace': 'shop.local',
        'eks-mesh-sync/cloud-map-service': `front-${index % services}`,
      },
    },
    ...(declaresGate && { spec: { readinessGates: [{ conditionType: cloudMapReadinessGate }] } }),
    status: {
      podIPs: [{ ip: addressOf(name) }],
      conditions: [
        { type: 'Ready', status: status(!declaresGate || isGateTrue) },
        { type: 'ContainersReady', status: 'True' },
        ...(isGateTrue ? [{ type: cloudMapReadinessGate, status: 'True' }] : []),
      ],
    },
  });
  return podEvent({ pod });
}

function recordOf({ id, group, body, receipts }: Message): SQSRecord {
  return {
    messageId: id,
    receiptHandle: id,
    body: JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:pods.fifo',
    awsRegion: 'us-west-2',
  };
}
