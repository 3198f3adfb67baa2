import type { Clock } from '../cloud-map/clock.ts';
import { throttled } from './errors.ts';
import type { OperationName } from './kinds.ts';
import type { Rates, Settings } from './settings.ts';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** Two token buckets of an account and Region: one for what reads, one for what changes. */
export class Throttle {
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #buckets = new Map<keyof Rates, Bucket>();

  constructor(clock: Clock, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Takes a token or throws TooManyRequestsException. */
  take(operation: OperationName): void {
    const name = /^(Describe|List)/.test(operation) ? 'reads' : 'writes';
    const rate = this.#settings.rates[name];
    if (rate === undefined) return;
    const nowMs = this.#clock.now();
    const bucket = this.#buckets.get(name) ?? { tokens: rate.burst, filledAtMs: nowMs };
    const gained = ((nowMs - bucket.filledAtMs) / 1000) * rate.perSecond;
    const tokens = Math.min(rate.burst, bucket.tokens + gained);
    const isAllowed = tokens >= 1;
    this.#buckets.set(name, { tokens: isAllowed ? tokens - 1 : tokens, filledAtMs: nowMs });
    if (!isAllowed) throw throttled();
  }

  reset(): void {
    this.#buckets.clear();
  }
}
