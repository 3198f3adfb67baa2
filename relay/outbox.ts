import type { DetailType } from '../shared/model/event.ts';

/** An event that waits for the bus. */
export interface OutboxEvent {
  /** One pending event a key: a newer one takes the older one's place. */
  readonly key: string;
  /** The object, as it stands in errors: `Pod shop/cart-0`. */
  readonly subject: string;
  readonly type: DetailType;
  /** The event's detail as JSON. */
  readonly detail: string;
  /** What it counts for in a PutEvents request. */
  readonly bytes: number;
  /** When what it says was observed; epoch milliseconds. */
  readonly observedAt: number;
  /** Goes only when all that was offered before it has been accepted. */
  readonly afterOthers: boolean;
}

/** An event as the outbox keeps it. */
export interface Pending {
  event: OutboxEvent;
  /** Rises with each first arrival. */
  readonly sequence: number;
  /** Attempts that failed so far. */
  attempts: number;
  /** Not to be sent before; epoch milliseconds. */
  notBefore: number;
  /** To be sent without neighbours, because a request with it was refused as a whole. */
  alone: boolean;
}

/** What may go into one PutEvents request. */
export interface BatchLimits {
  readonly entries: number;
  readonly bytes: number;
}

/**
 * What has been observed and not yet been accepted, at most one event a key, in the order of first arrival. The key of
 * an event that is on its way is not sent a second time before the first answer is there, so two versions of one
 * object never race.
 *
 * Replacing is safe by the rule of the state that only newer observations count: whoever sees the last one needs none
 * before it. That includes a `Deleted` that is replaced by the `Applied` of another uid under the same name, by which
 * the state learns that the former object is gone.
 */
export class Outbox {
  /** In the order of insertion, which is that of `sequence` but for events given back. */
  readonly #waiting = new Map<string, Pending>();
  readonly #inFlight = new Map<string, Pending>();
  #sequence = 0;

  /** Events not yet accepted, those on their way included. */
  get size(): number {
    return this.#waiting.size + this.#inFlight.size;
  }

  /** Says whether an older event with that key was replaced. */
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

  /** Takes back what waits under a key and is told by another event now. */
  withdraw(key: string): void {
    this.#waiting.delete(key);
  }

  /** Moves what may be sent now, up to the limits, to those on their way; the oldest first. */
  take(limits: BatchLimits, now: number): Pending[] {
    const batch: Pending[] = [];
    let bytes = 0;
    for (const pending of this.#waiting.values()) {
      if (!this.#mayGo(pending, now)) continue;
      bytes += pending.event.bytes;
      if (batch.length > 0 && (pending.alone || bytes > limits.bytes)) break;
      batch.push(pending);
      if (pending.alone || batch.length === limits.entries) break;
    }
    for (const pending of batch) {
      this.#waiting.delete(pending.event.key);
      this.#inFlight.set(pending.event.key, pending);
    }
    return batch;
  }

  /** The event was accepted, or can never be. */
  settle(pending: Pending): void {
    this.#inFlight.delete(pending.event.key);
  }

  /** The event failed and is to go again, unless a newer one has come meanwhile, which then is all there is to say. */
  giveBack(pending: Pending): void {
    const { key } = pending.event;
    this.#inFlight.delete(key);
    if (!this.#waiting.has(key)) this.#waiting.set(key, pending);
  }

  /** When the next event that waits for its time may go; undefined when none does. Epoch milliseconds. */
  nextNotBefore(now: number): number | undefined {
    let next: number | undefined;
    for (const { notBefore } of this.#waiting.values())
      if (notBefore > now && (next === undefined || notBefore < next)) next = notBefore;
    return next;
  }

  #mayGo(pending: Pending, now: number): boolean {
    if (pending.notBefore > now || this.#inFlight.has(pending.event.key)) return false;
    return !pending.event.afterOthers || this.#isOldest(pending);
  }

  #isOldest({ sequence }: Pending): boolean {
    const isBefore = (other: Pending) => !other.event.afterOthers && other.sequence < sequence;
    return !this.#waiting.values().some(isBefore) && !this.#inFlight.values().some(isBefore);
  }
}
