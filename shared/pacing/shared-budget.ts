import { ConflictError } from '../model/errors.ts';
import type { Budget } from '../model/records/budget.ts';
import type { BudgetKey, BudgetStore } from '../ports/budget-store.ts';
import type { Clock } from '../ports/ports.ts';
import { draw, fullBudget, type Limit, slowDown, type TokenGrant, type TokenRequest } from './plan/budget.ts';

export interface BudgetOptions {
  readonly store: BudgetStore;
  readonly clock: Clock;
  /** From 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  /** Called if the store fails; this environment then paces itself alone for a while. */
  readonly onStoreFailure: (error: unknown) => void;
}

const maxAttempts = 10;
/** Without the store: the assumed number of environments, and the time before the next attempt. */
const assumedEnvironments = 20;
const aloneMs = 5_000;

/**
 * The budget that all running functions share: read, changed, and written back unless it was changed meanwhile. If the
 * store fails, a small budget of this environment's own replaces it, because calls must go on. Clocks may be minutes
 * apart. Time here is that of the clock furthest ahead: an environment that reads a later time than its own adopts it.
 * So a clock that is ahead grants the burst at most once more, and none holds up the others.
 */
export class SharedBudget {
  private readonly options: BudgetOptions;
  private readonly key: BudgetKey;
  private readonly limit: Limit;
  private readonly ownLimit: Limit;
  private own: Budget;
  private aloneUntilMs = Number.NEGATIVE_INFINITY;
  private behindMs = 0;

  constructor(options: BudgetOptions, key: BudgetKey, { perSecond, burst }: Limit) {
    this.options = options;
    this.key = key;
    this.limit = { perSecond, burst };
    this.ownLimit = {
      perSecond: perSecond / assumedEnvironments,
      burst: Math.max(1, burst / assumedEnvironments),
    };
    this.own = fullBudget(this.ownLimit, options.clock.now());
  }

  /** Tokens, and for each needed call without a token how long to wait before requesting again. */
  async draw(request: TokenRequest): Promise<Omit<TokenGrant, 'budget'>> {
    const drawn = await this.change((budget, limit, nowMs) => draw(budget, limit, request, nowMs));
    if (drawn !== undefined) return drawn;
    // Too many changed it at once: do not retry immediately.
    const waitsMs = Array.from({ length: request.needed }, () => 100 + 200 * this.options.random());
    return { granted: 0, waitsMs: waitsMs.sort((a, b) => a - b) };
  }

  async slowDown(): Promise<void> {
    await this.change((budget, limit, nowMs) => ({ budget: slowDown(budget, limit, nowMs) }));
  }

  /** Returns undefined if others were repeatedly first. */
  private async change<T extends { readonly budget: Budget }>(
    apply: (budget: Budget, limit: Limit, nowMs: number) => T,
  ): Promise<T | undefined> {
    const { clock, onStoreFailure } = this.options;
    if (clock.now() >= this.aloneUntilMs)
      try {
        return await this.changeShared(apply);
      } catch (error) {
        onStoreFailure(error);
        this.aloneUntilMs = clock.now() + aloneMs;
      }
    const changed = apply(this.own, this.ownLimit, clock.now());
    this.own = changed.budget;
    return changed;
  }

  private async changeShared<T extends { readonly budget: Budget }>(
    apply: (budget: Budget, limit: Limit, nowMs: number) => T,
  ): Promise<T | undefined> {
    const { store, clock, random } = this.options;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const stored = await store.find(this.key);
      const changed = apply(
        stored?.budget ?? fullBudget(this.limit, this.sharedNow()),
        this.limit,
        this.sharedNow(stored?.budget.atMs),
      );
      try {
        await store.replace(this.key, changed.budget, stored?.version);
        return changed;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        await clock.sleep(random() * 5 * attempt);
      }
    }
    return undefined;
  }

  private sharedNow(seenMs = Number.NEGATIVE_INFINITY): number {
    const nowMs = this.options.clock.now();
    this.behindMs = Math.max(this.behindMs, seenMs - nowMs);
    return nowMs + this.behindMs;
  }
}
