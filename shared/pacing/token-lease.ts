import type { Clock } from '../ports/ports.ts';
import { leaseMs, slowDownIntervalMs } from './plan/budget.ts';
import type { PacedLimit } from './plan/cloud-map-limits.ts';
import type { SharedBudget } from './shared-budget.ts';

const maxExtra = 16;

/** While calls have to wait, requests are collected for this long: the pods of a batch then share one. */
const collectMs = 20;
/** How long after a request that was not met in full. */
const shortMs = 1_000;

/** The environment that a lease is for. */
export interface LeaseEnvironment {
  readonly clock: Clock;
  /** When it last called the operation, for any cluster: the limits are the account's. */
  readonly lastCall: { atMs: number };
}

interface PendingRequest {
  readonly answer: (waitMs: number) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The tokens that this environment holds for one operation of one cluster. Concurrent calls make one token request to
 * the shared budget. A busy environment gets extra tokens at once, for a quarter of a second; an idle one may make one
 * call without a token request. So an occasional pod costs no read or write of the table.
 */
export class TokenLease {
  private readonly budget: SharedBudget;
  private readonly cluster: string;
  private readonly limit: PacedLimit;
  private readonly clock: Clock;
  private readonly lastCall: LeaseEnvironment['lastCall'];
  private lease = { tokens: 0, untilMs: 0 };
  private extra = 0;
  private lastSlowedAtMs = Number.NEGATIVE_INFINITY;
  private lastShortAtMs = Number.NEGATIVE_INFINITY;
  private pending: PendingRequest[] = [];
  private isRequesting = false;

  constructor(
    budget: SharedBudget,
    cluster: string,
    limit: PacedLimit,
    { clock, lastCall }: LeaseEnvironment,
  ) {
    this.budget = budget;
    this.cluster = cluster;
    this.limit = limit;
    this.clock = clock;
    this.lastCall = lastCall;
  }

  /** Takes a token and returns 0, or returns after how many milliseconds to request again. */
  take(): Promise<number> {
    const nowMs = this.clock.now();
    const idleMs = nowMs - this.lastCall.atMs;
    this.lastCall.atMs = nowMs;
    const wasIdle = this.limit.idleMs !== null && idleMs >= this.limit.idleMs;
    if (wasIdle || this.takeLeased()) return Promise.resolve(0);
    return new Promise((answer, fail) => {
      this.pending.push({ answer, fail });
      if (!this.isRequesting) void this.ask();
    });
  }

  /** AWS throttled: the granted tokens are invalid. Reported once per burst of throttled calls. */
  async slowDown(): Promise<void> {
    this.lease.tokens = 0;
    const nowMs = this.clock.now();
    if (nowMs - this.lastSlowedAtMs < slowDownIntervalMs) return;
    this.lastSlowedAtMs = nowMs;
    await this.budget.slowDown();
  }

  private takeLeased(): boolean {
    if (this.lease.tokens === 0 || this.clock.now() >= this.lease.untilMs) return false;
    this.lease.tokens -= 1;
    return true;
  }

  private async ask(): Promise<void> {
    this.isRequesting = true;
    await Promise.resolve(); // the pods of a batch call in the same turn of the event loop
    while (this.pending.length > 0) {
      if (this.clock.now() - this.lastShortAtMs < shortMs) await this.clock.sleep(collectMs);
      const pending: PendingRequest[] = [];
      for (const one of this.pending)
        if (this.takeLeased()) one.answer(0);
        else pending.push(one);
      this.pending = [];
      try {
        if (pending.length > 0) await this.askFor(pending);
      } catch (error) {
        for (const { fail } of pending) fail(error);
      }
    }
    this.isRequesting = false;
  }

  private async askFor(pending: readonly PendingRequest[]): Promise<void> {
    const nowMs = this.clock.now();
    const isBusy = nowMs < this.lease.untilMs;
    this.extra = isBusy ? Math.min(maxExtra, Math.max(1, this.extra * 2)) : 0;
    const request = { cluster: this.cluster, needed: pending.length, extra: this.extra };
    const { granted, waitsMs } = await this.budget.draw(request);
    const served = pending.length - waitsMs.length;
    if (waitsMs.length > 0) this.lastShortAtMs = this.clock.now();
    this.lease = { tokens: granted - served, untilMs: nowMs + leaseMs };
    for (const [index, { answer }] of pending.entries()) answer(waitsMs[index - served] ?? 0);
  }
}
