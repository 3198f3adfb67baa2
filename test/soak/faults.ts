import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, throttling } from '@eks-mesh-sync/embedded-aws/faults.ts';
import type { Playground } from '../../playground/playground.ts';
import type { RelayProcess } from '../../playground/relay-process.ts';
import { Random } from '../property/random.ts';

const internalError = { code: 'InternalFailure', message: 'injected by the soak', status: 500 } as const;
const operationFailure = { code: 'INTERNAL_FAILURE', message: 'injected by the soak' } as const;

/** What may be disturbed, with its weight. */
type Disturbance = readonly [weight: number, name: string, act: (random: Random) => void | Promise<void>];

/**
 * Disturbs every part of a playground, several times a second, as the seed says: calls that fail, are slow or lose their
 * answer; operations of Cloud Map that are accepted and fail; functions that crash before or after their work; an API server that refuses,
 * drops and forgets; a relay that is stopped, killed and restarted.
 */
export class Disturber {
  readonly counts = new Map<string, number>();
  readonly #playground: Playground;
  readonly #random: Random;
  readonly #disturbances: readonly Disturbance[];
  #relay: RelayProcess;
  #isOn = false;

  constructor(playground: Playground, seed: number) {
    this.#playground = playground;
    this.#random = new Random(seed);
    this.#relay = playground.relay;
    this.#disturbances = this.#all();
    this.#restartWhenItEnds();
    void this.#run();
  }

  on(): void {
    this.#isOn = true;
  }

  /** Everything goes well again; a relay that stands still goes on. */
  off(): void {
    this.#isOn = false;
    const { aws, cloudMap, kubernetes } = this.#playground.faults;
    aws.reset();
    cloudMap?.faults.reset();
    kubernetes?.clear();
    this.#playground.appMesh?.faults.reset();
    this.#signal('SIGCONT');
  }

  async #run(): Promise<void> {
    for (;;) {
      await sleep(100 + this.#random.below(300), undefined, { ref: false });
      if (this.#isOn) await this.#disturb();
    }
  }

  async #disturb(): Promise<void> {
    const total = this.#disturbances.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random.next() * total;
    for (const [weight, name, act] of this.#disturbances) {
      left -= weight;
      if (left >= 0) continue;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      return await act(this.#random);
    }
  }

  #all(): readonly Disturbance[] {
    const { aws, cloudMap, kubernetes } = this.#playground.faults;
    const times = (random: Random) => 1 + random.below(3);
    const pick = <Item>(random: Random, items: readonly Item[]): Item =>
      items[random.below(items.length)] as Item;
    const services = ['dynamodb', 'sqs', 'events', 'servicediscovery', 'appmesh', 'eks', 'sts'];
    // The cluster has no section serviceEntries, so that sync-service-entries never runs.
    const functions = ['sync-pods', 'reconcile-mesh'];
    return [
      [
        8,
        'AWS call fails',
        (r) => aws.add({ service: pick(r, services), times: times(r), error: internalError }),
      ],
      [
        4,
        'AWS call is throttled',
        (r) => aws.add({ service: pick(r, services), times: times(r), error: throttling }),
      ],
      [4, 'AWS answer is lost', (r) => aws.add({ service: pick(r, services), loseResponse: true })],
      [3, 'AWS call is slow', (r) => aws.add({ service: pick(r, services), delayMs: 200 + r.below(2_000) })],
      [
        2,
        'function crashes before its work',
        (r) => aws.add({ service: 'function', operation: pick(r, functions), error: internalError }),
      ],
      [
        4,
        'function crashes during its work',
        (r) =>
          aws.add({ service: 'function', operation: pick(r, functions), crashAfterMs: 5 + r.below(1_000) }),
      ],
      [
        2,
        'function crashes after its work',
        (r) => aws.add({ service: 'function', operation: pick(r, functions), loseResponse: true }),
      ],
      [1, 'sweep crashes before its work', () => this.#crashSweep({ error: internalError })],
      [2, 'sweep crashes during its work', (r) => this.#crashSweep({ crashAfterMs: 5 + r.below(1_000) })],
      [1, 'sweep crashes after its work', () => this.#crashSweep({ loseResponse: true })],
      [
        2,
        'registration is accepted and fails',
        (r) => cloudMap?.faults.failOperations('REGISTER_INSTANCE', operationFailure, times(r)),
      ],
      [
        2,
        'deregistration is accepted and fails',
        (r) => cloudMap?.faults.failOperations('DEREGISTER_INSTANCE', operationFailure, times(r)),
      ],
      [
        3,
        'API server refuses',
        (r) => void kubernetes?.inject({ times: times(r), error: { code: pick(r, [429, 500, 503]) } }),
      ],
      [2, 'API server drops the connection', (r) => void kubernetes?.inject({ times: times(r), drop: true })],
      [2, 'watches end', (r) => void kubernetes?.cutWatches(pick(r, ['close', 'expired', 'reset'] as const))],
      [1, 'API server compacts its history', () => kubernetes?.expireHistory()],
      [1, 'relay stands still', (r) => this.#stopRelay(500 + r.below(8_000))],
      [1, 'relay is killed', () => this.#signal('SIGKILL')],
      [1, 'relay is restarted', () => this.#relay.stop()],
    ];
  }

  /** Starts it as well: its schedule would only start it every five minutes. */
  #crashSweep(fault: Omit<Fault, 'service' | 'operation'>): void {
    this.#playground.faults.aws.add({ service: 'function', operation: 'sweep', ...fault });
    void this.#playground.invoke('sweep', { cluster: 'local' }).catch(() => undefined);
  }

  async #stopRelay(forMs: number): Promise<void> {
    this.#signal('SIGSTOP');
    await sleep(forMs);
    this.#signal('SIGCONT');
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#relay;
    if (pid === undefined) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended, and is being restarted
    }
  }

  /** As a kubelet does. */
  #restartWhenItEnds(): void {
    void this.#relay.ended.then(async () => {
      await sleep(1_000, undefined, { ref: false });
      this.#relay = this.#playground.startRelay();
      this.#restartWhenItEnds();
    });
  }
}
