/** Exponential backoff with full jitter: each wait is random between 0 and a bound that doubles, in milliseconds. */
export interface BackoffBounds {
  readonly baseMs: number;
  readonly maxMs: number;
}

export class Backoff {
  readonly #bounds: BackoffBounds;
  #attempt = 0;

  constructor(bounds: BackoffBounds) {
    this.#bounds = bounds;
  }

  /** The number of waits since the last success. */
  get attempt(): number {
    return this.#attempt;
  }

  nextMs(): number {
    this.#attempt += 1;
    return jitteredMs(this.#bounds, this.#attempt);
  }

  reset(): void {
    this.#attempt = 0;
  }
}

/** The wait before attempt `attempt + 1`; the first attempt is 1. */
export function jitteredMs({ baseMs, maxMs }: BackoffBounds, attempt: number): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
}
