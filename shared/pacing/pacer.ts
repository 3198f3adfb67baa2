import { AsyncLocalStorage } from 'node:async_hooks';
import { WaitError } from '../model/errors.ts';
import { pacedLimit } from './plan/cloud-map-limits.ts';
import { type BudgetOptions, SharedBudget } from './shared-budget.ts';
import { type LeaseEnvironment, TokenLease } from './token-lease.ts';

export interface PacerOptions extends BudgetOptions {
  /** Account and Region, as in a ServiceKey. */
  readonly target: string;
  readonly cluster: string;
  /** How long a call may wait for its turn here; beyond that, the caller must retry. */
  readonly maxWaitMs: number;
  /** When this environment last called which operation where; shared by the pacers of its clusters. */
  readonly lastCalls?: LastCalls;
}

export type LastCalls = Map<string, LeaseEnvironment['lastCall']>;

/** How long the caller of a throttled call waits before a retry, which then gets a turn like all others. */
const afterThrottleMs = 1_000;

/** A turn that was taken before the call it is for, and before the read that precedes that call. */
interface Reservation {
  readonly unused: Set<string>;
}

/** What is read before the call of a turn: as many reads as calls, so the calls' own limit paces both. */
const precedingRead = 'GetInstance';

/** Paces the Cloud Map calls for one cluster, so that all functions together stay within what AWS allows. */
export class Pacer {
  private readonly options: PacerOptions;
  private readonly leases = new Map<string, TokenLease | undefined>();
  private readonly lastCalls: LastCalls;
  private readonly reservations = new AsyncLocalStorage<Reservation>();

  constructor(options: PacerOptions) {
    this.options = options;
    this.lastCalls = options.lastCalls ?? new Map();
  }

  /** Resolves when the call may be made. If that takes too long, throws a WaitError that says when to retry. */
  async take(operation: string): Promise<void> {
    if (this.reservations.getStore()?.unused.delete(operation)) return;
    const { clock, maxWaitMs, cluster } = this.options;
    const lease = this.leaseOf(operation);
    const untilMs = clock.now() + maxWaitMs;
    for (;;) {
      const waitMs = (await lease?.take()) ?? 0;
      if (waitMs === 0) return;
      if (clock.now() + waitMs > untilMs)
        throw new WaitError(
          `${operation} for cluster ${cluster} has to wait: the account's budget for it is used up`,
          { retryAfterMs: waitMs, code: 'Throttled' },
        );
      await clock.sleep(waitMs);
    }
  }

  /**
   * Does the work as soon as the call may be made; the first call of that operation within the work uses that turn, and
   * so does one GetInstance. So what must be read before a call is read once, however long the call has to wait, and
   * at once.
   */
  async whenAllowed<T>(operation: string, work: () => Promise<T>): Promise<T> {
    await this.take(operation);
    return this.reservations.run({ unused: new Set([operation, precedingRead]) }, work);
  }

  /** AWS throttled a call: slows down all functions; returns when to retry, in milliseconds. */
  async throttled(operation: string): Promise<number> {
    await this.leaseOf(operation)?.slowDown();
    return afterThrottleMs * (1 + this.options.random());
  }

  private leaseOf(operation: string): TokenLease | undefined {
    if (!this.leases.has(operation)) this.leases.set(operation, this.leaseFor(operation));
    return this.leases.get(operation);
  }

  private leaseFor(operation: string): TokenLease | undefined {
    const limit = pacedLimit(operation);
    if (limit === undefined) return undefined;
    const { target, cluster, clock } = this.options;
    const budget = new SharedBudget(this.options, { target, operation }, limit);
    const key = `${target} ${operation}`;
    const lastCall = this.lastCalls.get(key) ?? { atMs: Number.NEGATIVE_INFINITY };
    this.lastCalls.set(key, lastCall);
    return new TokenLease(budget, cluster, limit, { clock, lastCall });
  }
}
