import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget } from '../../../shared/model/records/budget.ts';
import { draw, fullBudget, type Limit, leaseMs, slowDown } from '../../../shared/pacing/plan/budget.ts';
import { pacedLimit } from '../../../shared/pacing/plan/cloud-map-limits.ts';

const limit: Limit = { perSecond: 10, burst: 40 };
const start = Date.UTC(2026, 10, 21);
const full = fullBudget(limit, start);

/** What a cluster gets that asks for so many, and what is left. */
function take(budget: Budget, cluster: string, needed: number, atMs: number, extra = 0) {
  return draw(budget, limit, { cluster, needed, extra }, start + atMs);
}

describe('draw', () => {
  it.each([
    // needed, extra → granted, waiting
    ['what is needed', 3, 0, 3, 0],
    ['extra out of plenty', 3, 4, 7, 0],
    ['no extra beyond half of the burst', 15, 16, 20, 0],
    ['all above the reserve and its credit, 30 + 5', 35, 0, 35, 0],
    ['no more than that', 50, 0, 35, 15],
    ['no extra where there is not even enough', 50, 16, 35, 15],
  ])('draw of a full bucket grants %s', (_, needed, extra, granted, waiting) => {
    const drawn = take(full, 'a', needed, 0, extra);
    expect(drawn).toMatchObject({ granted, budget: { tokens: 40 - granted } });
    expect(drawn.waitsMs).toHaveLength(waiting);
  });

  it('draw grants another cluster its credit at once, when one has taken all it can', () => {
    const { budget } = take(full, 'a', 1000, 0);
    expect(take(budget, 'a', 1, 0).granted).toBe(0);
    expect(take(budget, 'b', 3, 0)).toMatchObject({ granted: 3, waitsMs: [] });
  });

  it('draw gives waiting calls their turns one after the other, at the rate', () => {
    const first = take(full, 'a', 38, 0);
    // Of the first: its credit fills with 10/s · ½, divided by one cluster, so 5 tokens a second.
    expect(first.waitsMs).toEqual([200, 300, 400]);
    expect(take(first.budget, 'a', 2, 0).waitsMs).toEqual([500, 600]);
  });

  it('draw has the turns of a short line at half of the rate, those of a long one at what that leaves', () => {
    const long = take(full, 'a', 100, 0).budget;
    const short = take(long, 'b', 6, 0);
    const [first = 0, second = 0, third = 0] = short.waitsMs;
    expect([second - first, third - second]).toEqual([200, 200]);
    const [next = 0, afterNext = 0] = take(short.budget, 'a', 2, 0).waitsMs;
    expect(afterNext - next).toBeGreaterThan(100);
    expect(afterNext - next).toBeLessThan(115);
  });

  it('draw puts no turn further away than a quarter of an hour', () => {
    const { waitsMs } = take(full, 'a', 10_000, 0);
    expect(waitsMs.at(-1)).toBe(900_000);
  });

  it('draw fills up again, to the burst', () => {
    const { budget } = take(full, 'a', 35, 0);
    expect(take(budget, 'a', 0, 1_000).budget.tokens).toBe(15);
    expect(take(budget, 'a', 0, 60_000).budget.tokens).toBe(40);
  });

  it.each([
    [1_000, 'up to the burst without them', 32],
    [1_249, 'as long as they may be unused', 32],
    [1_500, 'to the burst afterwards', 40],
  ])('draw of tokens that may be used later has the bucket filled, after %i ms, %s', (atMs, _, tokens) => {
    const { budget } = take(full, 'a', 1, 1_000, 8);
    const filled = { ...budget, tokens: 40 };
    expect(take(filled, 'a', 0, atMs).budget.tokens).toBe(tokens);
  });

  it('draw notes nothing where no tokens may be used later', () => {
    expect(take(full, 'a', 3, 0).budget).not.toHaveProperty('extra');
  });

  it('draw counts tokens that may be used later for at least a quarter and at most half of a second', () => {
    const first = take(full, 'a', 1, 1_000, 4).budget;
    const second = take(first, 'a', 1, 1_200, 3).budget;
    const third = take(second, 'a', 1, 1_300, 2).budget;
    const most = (atMs: number) => take({ ...third, tokens: 40 }, 'a', 0, atMs).budget.tokens;
    expect([1_300, 1_549, 1_550, 1_799, 1_800].map(most)).toEqual([31, 31, 38, 38, 40]);
  });

  it('draw forgets clusters that are idle', () => {
    const { budget } = take(full, 'a', 35, 0);
    expect(Object.keys(take(budget, 'b', 1, 500).budget.lanes)).toEqual(['a', 'b']);
    expect(Object.keys(take(budget, 'b', 1, 60_000).budget.lanes)).toEqual(['b']);
  });

  it('draw gains nothing by a clock that is behind, and loses nothing', () => {
    const { budget } = take(full, 'a', 35, 0);
    const behind = take(budget, 'a', 0, -300_000).budget;
    expect(behind).toMatchObject({ tokens: 5, atMs: start });
    expect(take(behind, 'a', 0, 1_000).budget.tokens).toBe(15);
  });
});

describe('slowDown', () => {
  it('slowDown halves the rate, once a second, and takes what seemed to be left', () => {
    const once = slowDown(full, limit, start);
    expect(once).toMatchObject({ rate: 5, knee: 10, tokens: 0 });
    expect(slowDown(once, limit, start + 999)).toMatchObject({ rate: 5 });
    expect(slowDown(once, limit, start + 1_000)).toMatchObject({ rate: expect.closeTo(3) });
  });

  it('slowDown never stops altogether', () => {
    let budget = full;
    for (let second = 0; second < 100; second++) budget = slowDown(budget, limit, start + second * 1_000);
    expect(budget.rate).toBe(limit.perSecond / 100);
    expect(take(budget, 'a', 1, 110_000).granted).toBe(1);
  });

  it('slowDown comes back: quickly to nine tenths, slowly on, to the limit and no further', () => {
    let budget = slowDown(full, limit, start);
    const rates: number[] = [];
    for (let second = 1; second <= 15; second++) {
      budget = take(budget, 'a', 1, second * 1_000).budget;
      rates.push(Number(budget.rate.toFixed(1)));
    }
    expect(rates).toEqual([6, 7, 8, 9, 9.2, 9.4, 9.6, 9.8, 10, 10, 10, 10, 10, 10, 10]);
  });

  it('slowDown takes it that less is allowed at once, where less is allowed a second', () => {
    const slow = { ...full, rate: 2.5, knee: 2.5, tokens: 0 };
    expect(take(slow, 'a', 0, 3_600_000).budget.tokens).toBe(10);
  });

  it('slowDown has waiting calls retried at the rate that is likely, after AWS has throttled', () => {
    const slow = { ...full, rate: 2.5, knee: 5, tokens: 0 };
    const [first = 0, second = 0] = take(slow, 'a', 2, 0).waitsMs;
    expect(second - first).toBe(250);
  });

  it('slowDown does not take a pause for proof that more is allowed', () => {
    const slowed = slowDown(full, limit, start);
    expect(take(slowed, 'a', 1, 3_600_000).budget.rate).toBe(6);
  });
});

const clusters = fc.constantFrom('a', 'b', 'c', 'd');
const limits = fc.record({
  perSecond: fc.integer({ min: 1, max: 100 }),
  burst: fc.integer({ min: 5, max: 400 }),
});
const steps = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 3_000 }),
    cluster: clusters,
    needed: fc.integer({ min: 0, max: 60 }),
    extra: fc.integer({ min: 0, max: 16 }),
    usedAfterMs: fc.integer({ min: 0, max: leaseMs }),
    throttled: fc.boolean(),
  }),
  { maxLength: 60 },
);

describe('whatever is asked for', () => {
  it('a budget lets no more than burst + rate · t be called in any time, and answers every call, whatever is asked for', () => {
    fc.assert(
      fc.property(limits, steps, (limit, steps) => {
        let budget = fullBudget(limit, start);
        let nowMs = start;
        const calls: { atMs: number; count: number }[] = [];
        for (const { afterMs, throttled, usedAfterMs, ...wish } of steps) {
          nowMs += afterMs;
          if (throttled) budget = slowDown(budget, limit, nowMs);
          const drawn = draw(budget, limit, wish, nowMs);
          budget = drawn.budget;
          expect(Math.min(wish.needed, drawn.granted) + drawn.waitsMs.length).toBe(wish.needed);
          for (const waitMs of drawn.waitsMs) expect(waitMs).toBeGreaterThan(0);
          const due = Math.min(wish.needed, drawn.granted);
          calls.push({ atMs: nowMs, count: due }, { atMs: nowMs + usedAfterMs, count: drawn.granted - due });
        }
        calls.sort((one, other) => one.atMs - other.atMs);
        for (const [index, { atMs }] of calls.entries()) {
          let sum = 0;
          for (const later of calls.slice(index)) {
            sum += later.count;
            const most = limit.burst + (limit.perSecond * (later.atMs - atMs)) / 1000;
            expect(sum).toBeLessThanOrEqual(most + 0.01);
          }
        }
      }),
    );
  });

  it('a budget never lets a cluster wait that asks for what it may count on, whatever another asks for', () => {
    const greed = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 50, maxLength: 400 });
    fc.assert(
      fc.property(greed, fc.integer({ min: 0, max: 40 }), (greed, beginsAt) => {
        let budget = full;
        for (const [index, needed] of greed.entries()) {
          const atMs = index * 100;
          budget = take(budget, 'greedy', needed, atMs).budget;
          // Of two clusters: 10/s · ½ / 2, so one token in 400 ms.
          if (index < beginsAt || index % 4 !== 0) continue;
          const modest = take(budget, 'modest', 1, atMs);
          expect(modest.granted).toBe(1);
          budget = modest.budget;
        }
      }),
    );
  });

  it('a budget keeps a modest cluster waiting for less than a second, even where five greedy ones begin at once', () => {
    let budget = full;
    let maxMs = 0;
    for (let atMs = 0, askedAtMs: number | undefined; atMs < 60_000; atMs += 50) {
      for (const greedy of ['a', 'b', 'c', 'd', 'e']) budget = take(budget, greedy, 100, atMs).budget;
      if (atMs % 2_000 === 0) askedAtMs = atMs;
      if (askedAtMs === undefined) continue;
      const modest = take(budget, 'modest', 1, atMs);
      budget = modest.budget;
      maxMs = Math.max(maxMs, atMs - askedAtMs);
      if (modest.granted === 1) askedAtMs = undefined;
    }
    expect(maxMs).toBeLessThan(1_000);
  });
});

describe('limits of Cloud Map', () => {
  it('limits of Cloud Map leave room for the preparation of calls and for those made without asking', () => {
    const limit = pacedLimit('RegisterInstance');
    const preparationMs = 150; // between the turn of such a call and the call itself
    expect(limit).toEqual({
      perSecond: 50,
      burst: 100 - (50 * preparationMs) / 1000 - 10,
      idleMs: 4_000,
    });
    expect(pacedLimit('GetInstance')?.burst).toBe(90);
  });

  it('limits of Cloud Map let nobody call without asking where little is allowed', () => {
    expect(pacedLimit('ListNamespaces')).toEqual({
      perSecond: 1,
      burst: 8,
      idleMs: null,
    });
  });

  it('limits of Cloud Map do not concern discovery', () => {
    expect(pacedLimit('DiscoverInstances')).toBeUndefined();
  });
});
