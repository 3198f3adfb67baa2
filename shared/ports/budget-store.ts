import type { Budget } from '../model/records/budget.ts';

/** One Cloud Map operation in one account and Region. */
export interface BudgetKey {
  readonly target: string;
  readonly operation: string;
}

/** All reads are strongly consistent. */
export interface BudgetStore {
  find(key: BudgetKey): Promise<{ readonly budget: Budget; readonly version: number } | undefined>;
  /** Replaces the budget of that version (undefined: none is stored yet). Throws a ConflictError on another version. */
  replace(key: BudgetKey, budget: Budget, version: number | undefined): Promise<void>;
}
