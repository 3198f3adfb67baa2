import type { Clock } from './clock.ts';

/** A token bucket: refill rate in calls per second, and burst size. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** The token buckets of an account and Region, by name. */
export class Throttle<Name extends string> {
  readonly #clock: Clock;
  readonly #buckets = new Map<Name, Bucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token. False if there is none: the call must be throttled. Without a rate there is no limit. */
  take(name: Name, rate: Rate | undefined): boolean {
    if (rate === undefined) return true;
    const nowMs = this.#clock.now();
    const bucket = this.#buckets.get(name) ?? { tokens: rate.burst, filledAtMs: nowMs };
    const gained = ((nowMs - bucket.filledAtMs) / 1000) * rate.perSecond;
    const tokens = Math.min(rate.burst, bucket.tokens + gained);
    const isAllowed = tokens >= 1;
    this.#buckets.set(name, { tokens: isAllowed ? tokens - 1 : tokens, filledAtMs: nowMs });
    return isAllowed;
  }

  reset(): void {
    this.#buckets.clear();
  }
}
