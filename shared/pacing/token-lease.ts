import type { Clock } from '../ports/ports.ts';
import { slowDownIntervalMs } from './plan/budget.ts';
import { leaseMs, type PacedLimit } from './plan/cloud-map-limits.ts';
import type { SharedBudget } from './shared-budget.ts';

const mostExtra = 16;

interface Asking {
  readonly answer: (waitMs: number) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The tokens that this environment holds of one operation for one cluster. Calls that ask at the same time are one
 * question to the shared budget; an environment that calls all the time gets some more tokens at once, for half a
 * second; one that is idle may call once without asking. So a pod now and then costs no read or write of the table.
 */
export class Purse {
  private readonly budget: SharedBudget;
  private readonly cluster: string;
  private readonly limit: PacedLimit;
  private readonly clock: Clock;
  private lease = { tokens: 0, untilMs: 0 };
  private extra = 0;
  private lastTakenAtMs = Number.NEGATIVE_INFINITY;
  private lastSlowedAtMs = Number.NEGATIVE_INFINITY;
  private asking: Asking[] = [];
  private isAsking = false;

  constructor(budget: SharedBudget, cluster: string, limit: PacedLimit, clock: Clock) {
    this.budget = budget;
    this.cluster = cluster;
    this.limit = limit;
    this.clock = clock;
  }

  /** Takes a token and answers 0, or after how many milliseconds to ask again. */
  take(): Promise<number> {
    const nowMs = this.clock.now();
    const idleMs = nowMs - this.lastTakenAtMs;
    this.lastTakenAtMs = nowMs;
    const wasIdle = this.limit.idleMs !== null && idleMs >= this.limit.idleMs;
    if (wasIdle || this.takeLeased()) return Promise.resolve(0);
    return new Promise((answer, fail) => {
      this.asking.push({ answer, fail });
      if (!this.isAsking) void this.ask();
    });
  }

  /** AWS throttled: what was granted is not there. Told once for a burst of throttled calls. */
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
    this.isAsking = true;
    while (this.asking.length > 0) {
      const asking: Asking[] = [];
      for (const one of this.asking)
        if (this.takeLeased()) one.answer(0);
        else asking.push(one);
      this.asking = [];
      try {
        if (asking.length > 0) await this.askFor(asking);
      } catch (error) {
        for (const { fail } of asking) fail(error);
      }
    }
    this.isAsking = false;
  }

  private async askFor(asking: readonly Asking[]): Promise<void> {
    const nowMs = this.clock.now();
    const isBusy = nowMs < this.lease.untilMs;
    this.extra = isBusy ? Math.min(mostExtra, Math.max(1, this.extra * 2)) : 0;
    const wish = { cluster: this.cluster, needed: asking.length, extra: this.extra };
    const { granted, waitsMs } = await this.budget.draw(wish);
    const served = asking.length - waitsMs.length;
    this.lease = { tokens: granted - served, untilMs: this.clock.now() + leaseMs };
    for (const [index, { answer }] of asking.entries())
      answer(index < served ? 0 : (waitsMs[index - served] ?? 0));
  }
}
