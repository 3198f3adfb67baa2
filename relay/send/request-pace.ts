export interface PaceOptions {
  /** In the long run one request per interval. */
  readonly intervalMs: number;
  /** Requests that may start at once after a quiet time. */
  readonly burst: number;
}

/**
 * How long a request that is not full waits for more events, so that a steady stream of changes does not become a
 * request per change. Below one request per interval nothing waits; above it no event waits longer than one interval.
 * Times are milliseconds of a clock that never goes back.
 */
export class RequestPace {
  readonly #options: PaceOptions;
  /** When the requests so far would have started, one per interval. */
  #scheduledUntil = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  waitMs(now: number): number {
    const { intervalMs, burst } = this.#options;
    return Math.max(0, this.#scheduledUntil - (burst - 1) * intervalMs - now);
  }

  /** A request starts, full or not. Full ones do not wait, so they may use more than there is, but lend nothing. */
  start(now: number): void {
    const { intervalMs, burst } = this.#options;
    this.#scheduledUntil = Math.min(
      Math.max(this.#scheduledUntil, now) + intervalMs,
      now + burst * intervalMs,
    );
  }
}
