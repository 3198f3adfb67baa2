import type { Budget } from '../../model/records/budget.ts';
import type { BudgetKey, BudgetStore } from '../../ports/budget-store.ts';
import type { ItemKey, Table } from './table.ts';

/** Calls that all functions together may make: `BUDGET#<target>` / `<Operation>`. */
export class Budgets implements BudgetStore {
  private readonly table: Table;

  constructor(table: Table) {
    this.table = table;
  }

  async find(key: BudgetKey): Promise<{ readonly budget: Budget; readonly version: number } | undefined> {
    const item = await this.table.get(keyOf(key));
    if (item === undefined) return undefined;
    const { pk: _pk, sk: _sk, version, ...budget } = item;
    return { budget: budget as unknown as Budget, version: version as number };
  }

  /** Replaces the budget of that version (undefined: none is stored yet). Throws a ConflictError on another version. */
  async replace(key: BudgetKey, budget: Budget, version: number | undefined): Promise<void> {
    const condition =
      version === undefined
        ? { text: 'attribute_not_exists(pk)' }
        : { text: '#version = :version', values: { ':version': version } };
    await this.table.put({ ...keyOf(key), ...budget, version: (version ?? 0) + 1 }, condition);
  }
}

function keyOf({ target, operation }: BudgetKey): ItemKey {
  return { pk: `BUDGET#${target}`, sk: operation };
}
