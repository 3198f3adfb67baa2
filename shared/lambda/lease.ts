import type { QueueMessage } from '../adapters/aws/queue.ts';

export interface LeaseQueue {
  /** Hides messages for so many seconds from now; answers the ids of those that are another receiver's by now. */
  hide(messages: readonly QueueMessage[], seconds: number): Promise<ReadonlySet<string>>;
  delete(messages: readonly QueueMessage[]): Promise<void>;
}

export interface LeaseOptions {
  readonly queue: LeaseQueue;
  readonly onFailure: (error: unknown) => void;
}

/** How long a message stays hidden after the function was last known to run. */
const leaseSeconds = 8;
/** Two renewals may fail before it ends. */
const renewalMs = 3_000;
/** Until the first answer of the queue, which takes milliseconds. */
const maxStartMs = 1_000;

/**
 * Holds the messages of a batch for as long as the function runs, and little longer: whatever ends it (its timeout, its
 * memory, a crash), its messages, and the groups that are locked by them, come back within seconds.
 *
 * Lambda refuses a queue whose visibility timeout is shorter than the function's timeout ("Queue visibility timeout … is
 * less than Function timeout"), and AWS advises six times as much, so that a batch outlives retries of a throttled
 * invocation. Those cost a receipt here, of which there are hundreds, while six minutes of a locked group are six minutes
 * in which a pod is not deregistered. So the queue's timeout is just above the function's, and the function itself
 * shortens it at its start and renews it: one request a batch that ends within three seconds.
 *
 * Where a renewal fails, the messages may be another receiver's while they are still worked on here. Each step is
 * conditional, so that does no harm, and nothing new is begun with them.
 */
export class Lease {
  private readonly options: LeaseOptions;
  private readonly held: Map<string, QueueMessage>;
  private readonly done = new Map<string, QueueMessage>();
  private readonly lost = new Set<string>();
  /** By a clock that nobody sets. */
  private endsAtMs = Number.POSITIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  /** One request at a time: a renewal must not come after the delay of a message that is to be received again. */
  private turn: Promise<void> = Promise.resolve();

  constructor(messages: readonly QueueMessage[], options: LeaseOptions) {
    this.options = options;
    this.held = new Map(messages.map((message) => [message.id, message]));
  }

  /**
   * Resolves when the queue has answered, so that whatever happens from then on costs seconds; or when it is slow to, since
   * the messages are hidden anyhow.
   */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.inTurn(() => this.renew()), renewalMs);
    const slow = Promise.withResolvers<void>();
    const timer = setTimeout(slow.resolve, maxStartMs);
    this.turn = this.renew().catch((error: unknown) => this.options.onFailure(error));
    await Promise.race([this.turn, slow.promise]);
    clearTimeout(timer);
  }

  /** Whether a message may be another receiver's by now. */
  isLost({ id }: QueueMessage): boolean {
    return this.lost.has(id) || performance.now() >= this.endsAtMs;
  }

  /** They are done. Of a batch that takes long they are deleted before its end, so that their groups go on. */
  finish(messages: readonly QueueMessage[]): void {
    for (const message of messages) if (this.held.delete(message.id)) this.done.set(message.id, message);
  }

  /** They are received again after so many seconds; where that fails, when the lease ends. */
  release(messages: readonly QueueMessage[], seconds: number): Promise<void> {
    for (const { id } of messages) this.held.delete(id);
    return this.inTurn(async () => {
      await this.options.queue.hide(messages, seconds);
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  private async renew(): Promise<void> {
    const { queue } = this.options;
    const done = [...this.done.values()];
    const held = [...this.held.values()];
    if (done.length > 0) await queue.delete(done);
    this.done.clear();
    if (held.length === 0) return;
    const endsAtMs = performance.now() + leaseSeconds * 1000;
    for (const id of await queue.hide(held, leaseSeconds)) this.lost.add(id);
    this.endsAtMs = endsAtMs;
  }

  private inTurn(request: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(request).catch((error: unknown) => this.options.onFailure(error));
    return this.turn;
  }
}
