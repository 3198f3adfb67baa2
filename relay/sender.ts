import { Backoff, type BackoffBounds, jitteredMs } from './backoff.ts';
import { batchLimits, type EntryResult, type EventBus } from './event-bus.ts';
import type { Logger } from './logger.ts';
import type { RelayMetrics } from './metrics.ts';
import { Outbox, type OutboxEvent, type Pending } from './outbox.ts';

export interface SenderOptions {
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly backoff: BackoffBounds;
  /** Requests on their way at once. */
  readonly requests: number;
  /** Pending events above which whoever observes is asked to wait (`room`). */
  readonly capacity: number;
}

/** Codes that say: not so fast. They are the account's limit, so all sending pauses. */
const throttlingCodes = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException']);
/** Codes of an entry that will never be accepted as it is. */
const refusalCodes = new Set(['MalformedDetail', 'InvalidArgument', 'ValidationException']);

/**
 * Sends what is offered, at once when nothing is on its way, at least once, and drops nothing but what the bus can
 * never take, which is reported with the object's name. Under load batches fill by themselves, because what comes
 * while requests are on their way goes with the next.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #outbox = new Outbox();
  readonly #backoff: Backoff;
  #requests = 0;
  #open = false;
  #released = false;
  #pausedUntil = 0;
  /** Counts the pauses, by which a request knows whether it was sent before the last one. */
  #pauses = 0;
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #waiters: (() => void)[] = [];
  #progressAt = Date.now();

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
  }

  /** Starts to send. Before, everything waits. */
  open(): void {
    this.#open = true;
    this.#progressAt = Date.now();
    this.#schedule();
  }

  /** Lets all who wait for room go on, now and from now on: there will be no more to send than they have in hand. */
  release(): void {
    this.#released = true;
    this.#settled();
  }

  offer(event: Omit<OutboxEvent, 'bytes'>): void {
    const { metrics } = this.#options;
    const bytes = this.#options.bus.bytesOf(event);
    if (bytes > batchLimits.bytes) {
      this.#report(event, 'TooLarge', `it has ${bytes} bytes; expected at most ${batchLimits.bytes}`);
      return;
    }
    if (this.#outbox.size === 0) this.#progressAt = Date.now();
    if (this.#outbox.offer({ ...event, bytes })) metrics.coalesced.add({});
    metrics.pending.set({}, this.#outbox.size);
    this.#schedule();
  }

  withdraw(key: string): void {
    this.#outbox.withdraw(key);
    this.#settled();
  }

  /** Resolves when there is room for more; undefined when there is already. */
  waitForCapacity(): Promise<void> | undefined {
    if (this.#hasRoom()) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  get pending(): number {
    return this.#outbox.size;
  }

  /** For how long nothing was accepted although something waits; in milliseconds. */
  stalledMs(): number {
    return this.#outbox.size === 0 ? 0 : Date.now() - this.#progressAt;
  }

  /** Sends what is pending, until all is accepted or the deadline has passed; nothing is sent afterwards. */
  async flush(deadlineMs: number): Promise<void> {
    const end = Date.now() + deadlineMs;
    while (this.#open && this.#outbox.size > 0 && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    this.#open = false;
    clearTimeout(this.#timer);
  }

  /** One turn of the event loop later, so that what was read from one chunk of a watch goes in one request. */
  #schedule(): void {
    if (this.#scheduled || !this.#open) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const now = Date.now();
    while (this.#open && this.#pausedUntil <= now && this.#requests < this.#options.requests) {
      const batch = this.#outbox.take(batchLimits, now);
      if (batch.length === 0) break;
      void this.#send(batch);
    }
    const next = this.#pausedUntil > now ? this.#pausedUntil : this.#outbox.nextNotBefore(now);
    if (next !== undefined) this.#timer = setTimeout(() => this.#pump(), next - now);
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    this.#requests += 1;
    const pauses = this.#pauses;
    try {
      const results = await this.#options.bus.put(batch.map(({ event }) => event));
      this.#answered(batch, results, pauses);
    } catch (error) {
      this.#requestFailed(batch, error, pauses);
    } finally {
      this.#requests -= 1;
      this.#settled();
      this.#schedule();
    }
  }

  #answered(batch: readonly Pending[], results: readonly EntryResult[], pauses: number): void {
    batch.forEach((pending, index) => {
      const result = results[index] ?? { errorCode: 'NoResult' };
      if (result.errorCode) this.#entryFailed(pending, result.errorCode, result.errorMessage ?? '');
      else this.#accepted(pending);
    });
    this.#logFailures(batch, results);
    const throttled = results.some(({ errorCode }) => throttlingCodes.has(errorCode ?? ''));
    if (throttled) this.#pause('the event bus throttles', pauses);
    else if (results.every(({ errorCode }) => !errorCode)) this.#backoff.reset();
  }

  #accepted(pending: Pending): void {
    const { metrics } = this.#options;
    const now = Date.now();
    this.#progressAt = now;
    this.#outbox.settle(pending);
    metrics.sent.add({ type: pending.event.type });
    metrics.lag.observe((now - pending.event.observedAt) / 1000);
  }

  #entryFailed(pending: Pending, code: string, message: string): void {
    const { metrics, backoff } = this.#options;
    if (refusalCodes.has(code)) {
      this.#outbox.settle(pending);
      this.#report(pending.event, code, message);
      return;
    }
    metrics.failures.add({ code });
    pending.attempts += 1;
    pending.notBefore = Date.now() + jitteredMs(backoff, pending.attempts);
    this.#retry(pending);
  }

  /**
   * A request that failed as a whole is sent again as it was, after a pause. One that was found invalid is sent entry
   * by entry, to tell the entry that is to blame from its neighbours.
   */
  #requestFailed(batch: readonly Pending[], error: unknown, pauses: number): void {
    const code = error instanceof Error ? error.name : 'Unknown';
    const [only] = batch;
    if (refusalCodes.has(code) && batch.length === 1 && only) {
      this.#outbox.settle(only);
      this.#report(only.event, code, String(error));
      return;
    }
    this.#options.metrics.failures.add({ code }, batch.length);
    for (const pending of batch) {
      pending.alone ||= refusalCodes.has(code);
      this.#retry(pending);
    }
    if (!refusalCodes.has(code)) this.#pause(`PutEvents failed: ${String(error)}`, pauses);
  }

  #logFailures(batch: readonly Pending[], results: readonly EntryResult[]): void {
    const index = results.findIndex(({ errorCode }) => errorCode && !refusalCodes.has(errorCode));
    const failed = results[index];
    if (!failed) return;
    const entries = results.filter(({ errorCode }) => errorCode).length;
    const { errorCode: code, errorMessage: reason } = failed;
    const object = batch[index]?.event.subject;
    this.#options.logger.warn('entries failed and will be sent again', { entries, object, code, reason });
  }

  #retry(pending: Pending): void {
    this.#options.metrics.retries.add({});
    this.#outbox.giveBack(pending);
  }

  /** Requests that were on their way together and fail together are one failure, for which the wait grows once. */
  #pause(reason: string, pauses: number): void {
    if (pauses !== this.#pauses) return;
    this.#pauses += 1;
    const delayMs = this.#backoff.nextMs();
    this.#pausedUntil = Date.now() + delayMs;
    const { logger, bus } = this.#options;
    logger.warn('sending pauses', { bus: bus.name, reason, delayMs, pending: this.#outbox.size });
  }

  /** An event that no bus will ever take is the one thing that is not sent. */
  #report(event: Omit<OutboxEvent, 'bytes'>, code: string, message: string): void {
    const { metrics, logger } = this.#options;
    metrics.failures.add({ code });
    logger.error('an event cannot be sent', {
      object: event.subject,
      type: event.type,
      code,
      reason: message,
    });
  }

  #hasRoom(): boolean {
    return this.#released || this.#outbox.size < this.#options.capacity;
  }

  #settled(): void {
    this.#options.metrics.pending.set({}, this.#outbox.size);
    if (!this.#hasRoom()) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
