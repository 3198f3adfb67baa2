import type { DetailType } from '../../shared/model/events/event.ts';

/** An event that waits for the bus. */
export interface OutboxEvent {
  /** One pending event per key: a newer event replaces the older one. */
  readonly key: string;
  /** The object as errors name it: `Pod shop/cart-0`. */
  readonly subject: string;
  readonly type: DetailType;
  /** The event's detail as JSON. */
  readonly detail: string;
  /** Identifies the change in the logs. */
  readonly correlationId?: string | undefined;
  /** Its size in a PutEvents request. */
  readonly bytes: number;
  /** When the change was observed; epoch milliseconds. */
  readonly observedAt: number;
  /** Sent only after all events offered before it were accepted. */
  readonly afterOthers: boolean;
}

/** An event as the outbox keeps it. */
export interface Pending {
  event: OutboxEvent;
  /** The order in which keys were first offered. */
  readonly sequence: number;
  /** Attempts that failed so far. */
  attempts: number;
  /** The earliest time to send it; epoch milliseconds. */
  notBefore: number;
  /** Sent in a request of its own, because a request with it was rejected as a whole. */
  alone: boolean;
}

/** The limits of one PutEvents request. */
export interface BatchLimits {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * The events that were observed and not yet accepted: at most one per key, in the order of first arrival. A key in
 * flight is not sent again before its response arrives, so two versions of one object never race.
 *
 * Replacing is safe because in the state only newer observations count: the last one makes earlier ones unnecessary.
 * That includes a `Deleted` replaced by the `Applied` of another uid under the same name, which implies the deletion.
 */
export class Outbox {
  /** In insertion order: that of `sequence`, except for events that were given back. */
  readonly #waiting = new Map<string, Pending>();
  readonly #inFlight = new Map<string, Pending>();
  #sequence = 0;

  /** Events not yet accepted, including those in flight. */
  get size(): number {
    return this.#waiting.size + this.#inFlight.size;
  }

  /** Returns whether it replaced an older event with the same key. */
  offer(event: OutboxEvent): boolean {
    const older = this.#waiting.get(event.key);
    if (older) {
      older.event = { ...event, observedAt: older.event.observedAt };
      return true;
    }
    this.#sequence += 1;
    this.#waiting.set(event.key, {
      event,
      sequence: this.#sequence,
      attempts: 0,
      notBefore: 0,
      alone: false,
    });
    return false;
  }

  /** Removes a waiting event that another event supersedes. */
  withdraw(key: string): void {
    this.#waiting.delete(key);
  }

  /**
   * Moves the events that may be sent now, oldest first and within the limits, to those in flight. With `onlyFull` none,
   * unless the request can take no more.
   */
  take(limits: BatchLimits, now: number, onlyFull = false): Pending[] {
    const { batch, isFull } = this.#nextBatch(limits, now);
    if (onlyFull && !isFull) return [];
    for (const pending of batch) {
      this.#waiting.delete(pending.event.key);
      this.#inFlight.set(pending.event.key, pending);
    }
    return batch;
  }

  /** The event was accepted, or never can be. */
  settle(pending: Pending): void {
    this.#inFlight.delete(pending.event.key);
  }

  /** The event failed and will be sent again, unless a newer one has replaced it meanwhile. */
  giveBack(pending: Pending): void {
    const { key } = pending.event;
    this.#inFlight.delete(key);
    if (!this.#waiting.has(key)) this.#waiting.set(key, pending);
  }

  /** The earliest `notBefore` that is still to come; undefined if there is none. Epoch milliseconds. */
  nextNotBefore(now: number): number | undefined {
    let next: number | undefined;
    for (const { notBefore } of this.#waiting.values())
      if (notBefore > now && (next === undefined || notBefore < next)) next = notBefore;
    return next;
  }

  #nextBatch(limits: BatchLimits, now: number): { readonly batch: Pending[]; readonly isFull: boolean } {
    const batch: Pending[] = [];
    let bytes = 0;
    for (const pending of this.#waiting.values()) {
      if (!this.#maySend(pending, now)) continue;
      bytes += pending.event.bytes;
      if (batch.length > 0 && (pending.alone || bytes > limits.bytes)) return { batch, isFull: true };
      batch.push(pending);
      if (pending.alone || batch.length === limits.entries) return { batch, isFull: true };
    }
    return { batch, isFull: false };
  }

  #maySend(pending: Pending, now: number): boolean {
    if (pending.notBefore > now || this.#inFlight.has(pending.event.key)) return false;
    return !pending.event.afterOthers || this.#isOldest(pending);
  }

  #isOldest({ sequence }: Pending): boolean {
    const isBefore = (other: Pending) => !other.event.afterOthers && other.sequence < sequence;
    return !this.#waiting.values().some(isBefore) && !this.#inFlight.values().some(isBefore);
  }
}
