import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Budgets } from '../../../shared/adapters/dynamodb/budgets.ts';
import type { Table } from '../../../shared/adapters/dynamodb/table.ts';
import { ConflictError } from '../../../shared/model/errors.ts';
import { draw, fullBudget } from '../../../shared/pacing/plan/budget.ts';
import type { BudgetStore } from '../../../shared/ports/budget-store.ts';
import { MemoryBudgets } from '../../fakes/stores/memory-budgets.ts';
import { dynamoDbTables } from './tables.ts';

const limit = { perSecond: 0.3, burst: 7.5 };
const full = fullBudget(limit, 1_000);

/** One suite for the real store and for the one that simulations use, so that neither is kinder than the other. */
function contract(makeStore: () => BudgetStore) {
  let count = 0;
  let store: BudgetStore;
  let key: { readonly target: string; readonly operation: string };
  beforeEach(() => {
    store = makeStore();
    key = { target: `own/own-${count++}`, operation: 'ListNamespaces' };
  });

  it('the budget store has nothing at first', async () => {
    expect(await store.find(key)).toBeUndefined();
  });

  it('the budget store answers what was stored, fractions and lanes included, with versions that count up', async () => {
    await store.replace(key, full, undefined);
    expect(await store.find(key)).toEqual({ budget: full, version: 1 });
    const { budget } = draw(full, limit, { cluster: 'my.cluster-1', needed: 9, extra: 0 }, 1_234);
    await store.replace(key, budget, 1);
    expect(await store.find(key)).toEqual({ budget, version: 2 });
  });

  it('the budget store keeps accounts, Regions and operations apart', async () => {
    await store.replace(key, full, undefined);
    expect(await store.find({ ...key, operation: 'ListServices' })).toBeUndefined();
    expect(await store.find({ ...key, target: '111122223333/eu-west-1' })).toBeUndefined();
  });

  it.each([
    ['there is one already', undefined],
    ['it has moved on', 1],
    ['it was never there', 3],
  ])('the budget store refuses to replace where %s', async (_, version) => {
    await store.replace(key, full, undefined);
    await store.replace(key, full, 1);
    await expect(store.replace(key, { ...full, tokens: 0 }, version)).rejects.toBeInstanceOf(ConflictError);
    expect(await store.find(key)).toEqual({ budget: full, version: 2 });
  });

  it('the budget store refuses to replace what is not there any more', async () => {
    await expect(store.replace(key, full, 1)).rejects.toBeInstanceOf(ConflictError);
  });

  it('the budget store lets one of two writers win', async () => {
    await store.replace(key, full, undefined);
    const results = await Promise.allSettled([store.replace(key, full, 1), store.replace(key, full, 1)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
}

describe('budgets in memory', () => contract(() => new MemoryBudgets()));

describe('budgets in DynamoDB (dynalite)', () => {
  const makeTable = dynamoDbTables();
  let table: Table;
  beforeAll(async () => {
    table = await makeTable();
  });

  contract(() => new Budgets(table));
});
