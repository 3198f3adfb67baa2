import { ConflictError } from '../../../shared/model/errors.ts';
import type { Budget } from '../../../shared/model/records/budget.ts';
import type { BudgetKey, BudgetStore } from '../../../shared/ports/budget-store.ts';

/** The store in memory. Held to what DynamoDB does by the contract suite in test/adapters/dynamodb. */
export class MemoryBudgets implements BudgetStore {
  private readonly items = new Map<string, { readonly budget: Budget; readonly version: number }>();

  async find(key: BudgetKey): Promise<{ readonly budget: Budget; readonly version: number } | undefined> {
    return structuredClone(this.items.get(textOf(key)));
  }

  async replace(key: BudgetKey, budget: Budget, version: number | undefined): Promise<void> {
    const current = this.items.get(textOf(key))?.version;
    if (current !== version)
      throw new ConflictError(`budget ${textOf(key)} has version ${current}; expected ${version}`);
    this.items.set(textOf(key), structuredClone({ budget, version: (version ?? 0) + 1 }));
  }
}

function textOf({ target, operation }: BudgetKey): string {
  return `${target} ${operation}`;
}
