import { Backoff, type BackoffBounds, jitteredMs } from '../backoff.ts';
import type { Logger } from '../logger.ts';
import type { RelayMetrics } from '../metrics.ts';
import { batchLimits, type EntryResult, type EventBus } from './event-bus.ts';
import { Outbox, type OutboxEvent, type Pending } from './outbox.ts';
import { type PaceOptions, RequestPace } from './request-pace.ts';

export interface SenderOptions {
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly metrics: RelayMetrics;
  readonly backoff: BackoffBounds;
  /** The maximum number of requests in flight. */
  readonly requests: number;
  /** The pace of requests that are not full. */
  readonly pace: PaceOptions;
  /** Pending events at which observers must wait (`waitForCapacity`). */
  readonly capacity: number;
}

/** Throttling codes. The limit is the account's, so all sending pauses. */
const throttlingCodes = new Set(['ThrottlingException', 'Throttling', 'TooManyRequestsException']);
/** Codes of an entry that can never be accepted. */
const refusalCodes = new Set(['MalformedDetail', 'InvalidArgument', 'ValidationException']);

/**
 * Sends each offered event at least once. Drops only events that the bus can never accept, and logs them with the
 * object's name. Events are sent at once while there are few. A steady stream of them is collected for up to one interval
 * of the pace, because a request takes 2 ms of CPU time, three times as much as a change. A full request is sent at once.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #outbox = new Outbox();
  readonly #backoff: Backoff;
  readonly #pace: RequestPace;
  #requests = 0;
  #open = false;
  #closed = false;
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
    this.#pace = new RequestPace(options.pace);
  }

  /** Starts sending. Until then all events wait. */
  open(): void {
    if (this.#closed) return;
    this.#open = true;
    this.#progressAt = Date.now();
    this.#schedule();
  }

  /** Ends all waits for capacity, now and later: each observer has at most one more event to offer. */
  release(): void {
    this.#released = true;
    this.#settled();
  }

  offer(event: Omit<OutboxEvent, 'bytes'>): void {
    const { metrics } = this.#options;
    const bytes = this.#options.bus.bytesOf(event);
    if (bytes > batchLimits.bytes) {
      this.#report(event, 'TooLarge', `the event has ${bytes} bytes; the maximum is ${batchLimits.bytes}`);
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

  /** Resolves when there is capacity for more events; undefined if there is capacity now. */
  waitForCapacity(): Promise<void> | undefined {
    if (this.#hasCapacity()) return undefined;
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  get pending(): number {
    return this.#outbox.size;
  }

  /** Milliseconds since the last accepted event while events are pending; 0 if none are. */
  stalledMs(): number {
    return this.#outbox.size === 0 ? 0 : Date.now() - this.#progressAt;
  }

  /** Sends pending events until all are accepted or the deadline passes; sends nothing afterwards. */
  async flush(deadlineMs: number): Promise<void> {
    const end = Date.now() + deadlineMs;
    while (this.#open && this.#outbox.size > 0 && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    this.#pauseSending();
  }

  /** Sends nothing more, at once and for good: the lease is lost. */
  close(): void {
    this.#closed = true;
    this.#pauseSending();
  }

  #pauseSending(): void {
    this.#open = false;
    clearTimeout(this.#timer);
  }

  /** Waits one turn of the event loop, so that all events of one chunk of a watch go into one request. */
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
    let paceMs = 0;
    while (this.#open && this.#pausedUntil <= now && this.#requests < this.#options.requests) {
      const startsAt = performance.now();
      paceMs = this.#pace.waitMs(startsAt);
      const batch = this.#outbox.take(batchLimits, now, paceMs > 0);
      if (batch.length === 0) break;
      this.#pace.start(startsAt);
      void this.#send(batch);
    }
    this.#pumpLater(now, paceMs);
  }

  #pumpLater(now: number, paceMs: number): void {
    const next = this.#pausedUntil > now ? this.#pausedUntil : this.#outbox.nextNotBefore(now);
    const waits = [...(next === undefined ? [] : [next - now]), ...(paceMs > 0 ? [paceMs] : [])];
    if (waits.length > 0) this.#timer = setTimeout(() => this.#pump(), Math.min(...waits));
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    this.#requests += 1;
    const pauses = this.#pauses;
    try {
      const results = await this.#options.bus.put(batch.map(({ event }) => event));
      this.#answered(batch, results, pauses);
    } catch (error) {
      if (this.#closed) for (const pending of batch) this.#outbox.giveBack(pending);
      else this.#requestFailed(batch, error, pauses);
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
    if (throttled) this.#pause('the event bus throttles requests', pauses);
    else if (results.every(({ errorCode }) => !errorCode)) this.#backoff.reset();
  }

  #accepted(pending: Pending): void {
    const { metrics } = this.#options;
    const now = Date.now();
    this.#progressAt = now;
    this.#outbox.settle(pending);
    metrics.sent.add({ type: pending.event.type });
    const lagMs = now - pending.event.observedAt;
    metrics.lag.observe(lagMs / 1000);
    const { subject: object, type, correlationId } = pending.event;
    this.#options.logger.debug('event sent', { object, type, correlationId, lagMs });
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
   * A request that failed as a whole is sent again after a pause. If it was invalid, its entries are sent one by one,
   * to find the invalid one.
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
    const { subject: object, correlationId } = batch[index]?.event ?? {};
    this.#options.logger.warn('the event bus did not accept some events; will retry', {
      entries,
      object,
      correlationId,
      code,
      reason,
    });
  }

  #retry(pending: Pending): void {
    this.#options.metrics.retries.add({});
    this.#outbox.giveBack(pending);
  }

  /** Concurrent requests that fail together count as one failure: the backoff grows once. */
  #pause(reason: string, pauses: number): void {
    if (pauses !== this.#pauses) return;
    this.#pauses += 1;
    const delayMs = this.#backoff.nextMs();
    this.#pausedUntil = Date.now() + delayMs;
    const { logger, bus } = this.#options;
    logger.warn('sending events is paused; will retry', {
      bus: bus.name,
      reason,
      delayMs,
      pending: this.#outbox.size,
    });
  }

  /** Logs an event that no bus can ever accept; only such events are dropped. */
  #report(event: Omit<OutboxEvent, 'bytes'>, code: string, message: string): void {
    const { metrics, logger } = this.#options;
    metrics.failures.add({ code });
    logger.error('event dropped: the event bus can never accept it', {
      object: event.subject,
      type: event.type,
      correlationId: event.correlationId,
      code,
      reason: message,
    });
  }

  #hasCapacity(): boolean {
    return this.#released || this.#outbox.size < this.#options.capacity;
  }

  #settled(): void {
    this.#options.metrics.pending.set({}, this.#outbox.size);
    if (!this.#hasCapacity()) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
