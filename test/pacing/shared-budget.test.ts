import { describe, expect, it } from 'vitest';
import { ConflictError } from '../../shared/model/errors.ts';
import { fullBudget, type Limit } from '../../shared/pacing/plan/budget.ts';
import { SharedBudget } from '../../shared/pacing/shared-budget.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';

const limit = { perSecond: 100, burst: 400 };
const key = { target: 'own/own', operation: 'RegisterInstance' };
const request = (needed: number) => ({ cluster: 'a', needed, extra: 0 });

/** A shared budget; how often its store was read; what it slept. */
function aBudget(of: Limit = limit, random: () => number = () => 0) {
  const store = new MemoryBudgets();
  const clock = {
    nowMs: 1_000_000,
    now: () => clock.nowMs,
    sleep: async (ms: number) => void slept.push(ms),
  };
  const slept: number[] = [];
  const failures: unknown[] = [];
  const onStoreFailure = (error: unknown) => void failures.push(error);
  const counted = { reads: 0 };
  const { find } = store;
  store.find = (about) => {
    counted.reads += 1;
    return find.call(store, about);
  };
  return {
    budget: new SharedBudget({ store, clock, random, onStoreFailure }, key, of),
    store,
    clock,
    slept,
    failures,
    counted,
  };
}

describe('a shared budget whose store fails', () => {
  const failing = (of: Limit) => {
    const all = aBudget(of);
    const error = new Error('the table is down');
    all.store.replace = () => Promise.reject(error);
    return { ...all, error };
  };

  it('is a twentieth of the limit, for this environment alone', async () => {
    const { budget, failures, error } = failing(limit);
    const { granted, waitsMs } = await budget.draw(request(20));
    // Of a burst of 20: 15 above the reserve, and a credit of 2.5.
    expect([granted, waitsMs]).toEqual([17, [200, 400, 600]]);
    expect(failures).toEqual([error]);
  });

  it('grants at least one call', async () => {
    const { budget } = failing({ perSecond: 10, burst: 10 });
    expect(await budget.draw(request(1))).toMatchObject({ granted: 1, waitsMs: [] });
  });

  it('keeps what it granted, and asks the store again after five seconds', async () => {
    const { budget, clock, counted } = failing(limit);
    await budget.draw(request(17));
    expect(await budget.draw(request(1))).toMatchObject({ granted: 0 });
    clock.nowMs += 4_999;
    await budget.draw(request(1));
    expect(counted.reads).toBe(1);
    clock.nowMs += 1;
    await budget.draw(request(1));
    expect(counted.reads).toBe(2);
  });
});

describe('a shared budget that others change', () => {
  it('is tried ten times, and then again after 100 to 300 ms for each call', async () => {
    const values = [...Array.from({ length: 10 }, () => 1), 0.5, 0, 0.25];
    const { budget, store, slept, failures, counted } = aBudget(limit, () => values.shift() ?? 0);
    store.replace = () => Promise.reject(new ConflictError('another was first'));
    expect(await budget.draw(request(3))).toEqual({ granted: 0, waitsMs: [100, 150, 200] });
    expect(counted.reads).toBe(10);
    expect(slept).toEqual([5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
    expect(failures).toEqual([]);
  });
});

describe('a shared budget of a clock that is ahead', () => {
  it('goes on at the time of that clock', async () => {
    const { budget, store, clock } = aBudget();
    const aheadMs = clock.nowMs + 60_000;
    const lanes = { a: { credit: 0, turnAtMs: 0 } };
    await store.replace(key, { ...fullBudget(limit, aheadMs), tokens: 100, lanes }, undefined);
    expect(await budget.draw(request(1))).toMatchObject({ granted: 0 });
    clock.nowMs += 1_000;
    // A second at 100 tokens, and 50 of credit, of which 50 are a part of the reserve.
    expect(await budget.draw(request(200))).toMatchObject({ granted: 150 });
    expect((await store.find(key))?.budget.atMs).toBe(aheadMs + 1_000);
  });
});
