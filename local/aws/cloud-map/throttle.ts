import { AwsError } from '../protocol.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './settings.ts';
import type { OperationName } from './shapes.ts';

interface Bucket {
  tokens: number;
  filledAtMs: number;
}

/** A token bucket for each operation, one account and Region: what AWS says of DiscoverInstances. */
export class Throttle {
  readonly #clock: Clock;
  readonly #settings: Settings;
  readonly #buckets = new Map<OperationName, Bucket>();

  constructor(clock: Clock, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Takes a token or throws. An operation without a rate is not limited. */
  take(operation: OperationName): void {
    const rate = this.#settings.rates[operation];
    if (rate === undefined) return;
    const nowMs = this.#clock.now();
    const bucket = this.#buckets.get(operation) ?? { tokens: rate.burst, filledAtMs: nowMs };
    const gained = ((nowMs - bucket.filledAtMs) / 1000) * rate.perSecond;
    const tokens = Math.min(rate.burst, bucket.tokens + gained);
    const isAllowed = tokens >= 1;
    this.#buckets.set(operation, { tokens: isAllowed ? tokens - 1 : tokens, filledAtMs: nowMs });
    if (!isAllowed) throw throttled(operation);
  }
}

/** The Discover operations have an error of their own in the model; all others the one common to AWS services. */
export function throttled(operation: OperationName): AwsError {
  const code = operation.startsWith('Discover') ? 'RequestLimitExceeded' : 'ThrottlingException';
  return new AwsError(code, 'Rate exceeded');
}
