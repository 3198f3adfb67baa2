import type { QueueMessage } from '../adapters/aws/sqs/queue.ts';

export interface LeaseQueue {
  /** Hides messages for this many seconds from now; returns the ids of those that another receiver has by now. */
  hide(messages: readonly QueueMessage[], seconds: number): Promise<ReadonlySet<string>>;
  delete(messages: readonly QueueMessage[]): Promise<void>;
}

export interface LeaseOptions {
  readonly queue: LeaseQueue;
  readonly onFailure: (error: unknown) => void;
}

/** How long a message stays hidden after the function was last known to run. */
const leaseSeconds = 8;
/** Two renewals may fail before the lease ends. */
const renewalMs = 3_000;
/** Maximum wait for the first answer of the queue, which takes milliseconds. */
const maxStartMs = 1_000;

/**
 * Holds the messages of a batch while the function runs, and little longer. Whatever ends the function (its timeout,
 * its memory, a crash), its messages, and the groups that they lock, come back within seconds.
 *
 * Lambda refuses a queue whose visibility timeout is shorter than the function's timeout ("Queue visibility timeout …
 * is less than Function timeout"), and AWS advises six times as much, so that a batch outlives retries of a throttled
 * invocation. Here, such retries cost a receipt, of which there are hundreds, but a group that is locked for six
 * minutes means a pod that is not deregistered for six minutes. So the queue's timeout is just above the function's.
 * The function shortens it at its start and renews it: one request for a batch that ends within three seconds.
 *
 * If a renewal fails, another receiver may get the messages while this one still handles them. Each step is
 * conditional, so that does no harm, and no new work is started with them.
 */
export class Lease {
  private readonly options: LeaseOptions;
  private readonly held: Map<string, QueueMessage>;
  private readonly done = new Map<string, QueueMessage>();
  private readonly lost = new Set<string>();
  private readonly released: { readonly messages: readonly QueueMessage[]; readonly seconds: number }[] = [];
  /** By a monotonic clock. */
  private endsAtMs = Number.POSITIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  /** One request at a time: a renewal must not follow the delay set for a message that is to be received again. */
  private turn: Promise<void> = Promise.resolve();

  constructor(messages: readonly QueueMessage[], options: LeaseOptions) {
    this.options = options;
    this.held = new Map(messages.map((message) => [message.id, message]));
  }

  /**
   * Resolves once the queue has answered, so that a later crash costs only seconds; or when it is slow to answer,
   * because the messages are hidden anyway.
   */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.inTurn(() => this.renew()), renewalMs);
    const slow = Promise.withResolvers<void>();
    const timer = setTimeout(slow.resolve, maxStartMs);
    this.turn = this.renew().catch((error: unknown) => this.options.onFailure(error));
    await Promise.race([this.turn, slow.promise]);
    clearTimeout(timer);
  }

  /** Whether another receiver may have the message by now. */
  isLost({ id }: QueueMessage): boolean {
    return this.lost.has(id) || performance.now() >= this.endsAtMs;
  }

  /** Marks messages as done. In a long batch they are deleted before its end, so that their groups continue. */
  finish(messages: readonly QueueMessage[]): void {
    for (const message of messages) if (this.held.delete(message.id)) this.done.set(message.id, message);
  }

  /** Deletes what is done by now, so that its groups continue. */
  deleteDone(): Promise<void> {
    return this.inTurn(() => this.deleteFinished());
  }

  /** Has the messages received again after this many seconds; if that fails, when the lease ends. */
  release(messages: readonly QueueMessage[], seconds: number): Promise<void> {
    for (const { id } of messages) this.held.delete(id);
    this.released.push({ messages, seconds });
    return this.inTurn(() => this.hideReleased());
  }

  /** What was released while a request was running is hidden together: in a rollout, most pods of a batch wait. */
  private async hideReleased(): Promise<void> {
    const byDelay = Map.groupBy(this.released.splice(0), ({ seconds }) => seconds);
    await Promise.all(
      [...byDelay].map(([seconds, released]) =>
        this.options.queue.hide(
          released.flatMap(({ messages }) => messages),
          seconds,
        ),
      ),
    );
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.turn;
  }

  private async renew(): Promise<void> {
    if (this.done.size > 0) await this.deleteFinished();
    const held = [...this.held.values()];
    if (held.length === 0) return;
    const endsAtMs = performance.now() + leaseSeconds * 1000;
    for (const id of await this.options.queue.hide(held, leaseSeconds)) this.lost.add(id);
    this.endsAtMs = endsAtMs;
  }

  private async deleteFinished(): Promise<void> {
    const done = [...this.done.values()];
    if (done.length > 0) await this.options.queue.delete(done);
    for (const { id } of done) this.done.delete(id);
  }

  private inTurn(request: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(request).catch((error: unknown) => this.options.onFailure(error));
    return this.turn;
  }
}
