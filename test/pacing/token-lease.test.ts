import { VirtualClock } from '@eks-mesh-sync/embedded-aws/engine/clock.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { fullBudget } from '../../shared/pacing/plan/budget.ts';
import { SharedBudget } from '../../shared/pacing/shared-budget.ts';
import { TokenLease } from '../../shared/pacing/token-lease.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';

const limit = { perSecond: 10, burst: 40 };
const key = { target: 'own/own', operation: 'RegisterInstance' };

describe('the tokens an environment holds', () => {
  let clock: VirtualClock;
  let store: MemoryBudgets;
  let lease: TokenLease;
  const tokens = async () => (await store.find(key))?.budget.tokens ?? limit.burst;
  const leaseOf = (idleMs: number | null) => {
    const options = { store, clock, random: () => 0, onStoreFailure: () => {} };
    return new TokenLease(
      new SharedBudget(options, key, limit),
      'a',
      { ...limit, idleMs },
      {
        ...{ clock, lastCall: { atMs: Number.NEGATIVE_INFINITY } },
      },
    );
  };
  const pass = async (milliseconds: number) => {
    for (let ms = 0; ms < milliseconds; ms += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1);
    }
  };
  beforeEach(() => {
    clock = new VirtualClock();
    store = new MemoryBudgets();
    lease = leaseOf(null);
  });

  it('the tokens an environment holds are asked for once for calls at the same time', async () => {
    expect(await Promise.all([lease.take(), lease.take(), lease.take(), lease.take()])).toEqual([0, 0, 0, 0]);
    expect(await tokens()).toBe(36);
    expect((await store.find(key))?.version).toBe(1);
  });

  it('the tokens an environment holds are one more, then two more than needed, where one call follows another', async () => {
    const left: number[] = [];
    for (let call = 0; call < 6; call++) {
      await lease.take();
      left.push(await tokens());
    }
    expect(left).toEqual([39, 37, 37, 34, 34, 34]);
  });

  it('the tokens an environment holds are asked for once for calls within 20 ms, while calls have to wait', async () => {
    await Promise.all(Array.from({ length: 50 }, () => lease.take()));
    const before = (await store.find(key))?.version ?? 0;
    const later = [0, 5, 10, 15].map(async (afterMs) => {
      await clock.sleep(afterMs);
      return lease.take();
    });
    await pass(40);
    expect(await Promise.all(later)).toEqual(Array.from({ length: 4 }, () => expect.any(Number)));
    expect((await store.find(key))?.version).toBe(before + 1);
  });

  it('the tokens an environment holds expire: unused after half a second, they are requested again', async () => {
    await lease.take();
    await lease.take();
    clock.advance(500);
    await lease.take();
    expect(await tokens()).toBe(limit.burst - 1);
  });

  it('the tokens an environment holds are void when AWS throttles, which is reported once a second', async () => {
    await lease.take();
    await lease.take();
    await lease.slowDown();
    await lease.slowDown();
    expect((await store.find(key))?.budget).toMatchObject({ rate: 5, tokens: 0 });
    expect((await store.find(key))?.version).toBe(3);
    expect(await lease.take()).toBeGreaterThan(0);
  });

  it('the tokens an environment holds are not needed for a single call after a pause', async () => {
    const idle = leaseOf(8_000);
    await idle.take();
    expect(await store.find(key)).toBeUndefined();
    await idle.take();
    expect(await tokens()).toBe(39);
    clock.advance(7_999);
    await idle.take();
    expect((await store.find(key))?.version).toBe(2);
    clock.advance(8_000);
    await idle.take();
    expect((await store.find(key))?.version).toBe(2);
  });

  it('the tokens an environment holds give each of several calls its own time to ask again', async () => {
    await store.replace(key, { ...fullBudget(limit, clock.now()), tokens: 0 }, undefined);
    const takes = Promise.all([lease.take(), lease.take(), lease.take()]);
    await pass(20); // The first has to wait, so the others are collected.
    const waits = await takes;
    expect(new Set(waits).size).toBe(3);
    expect(Math.min(...waits)).toBeGreaterThan(0);
  });

  it('the tokens an environment holds fail with the mistake itself, and go on after it', async () => {
    const broken = new SharedBudget({ store, clock, random: () => 0, onStoreFailure: () => {} }, key, limit);
    const original = broken.draw.bind(broken);
    broken.draw = async () => {
      throw new TypeError('a mistake');
    };
    const lastCall = { atMs: Number.NEGATIVE_INFINITY };
    const other = new TokenLease(broken, 'a', { ...limit, idleMs: null }, { clock, lastCall });
    await expect(other.take()).rejects.toThrow('a mistake');
    broken.draw = original;
    expect(await other.take()).toBe(0);
  });
});
