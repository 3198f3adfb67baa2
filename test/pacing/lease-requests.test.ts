import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenRequest } from '../../shared/pacing/plan/budget.ts';
import type { SharedBudget } from '../../shared/pacing/shared-budget.ts';
import { TokenLease } from '../../shared/pacing/token-lease.ts';

/** Each request waits for an answer by hand. */
class RequestedBudget {
  readonly requests: TokenRequest[] = [];
  readonly answers: ((granted: number, waitsMs?: readonly number[]) => void)[] = [];
  slowed = 0;

  draw(request: TokenRequest) {
    this.requests.push(request);
    return new Promise((resolve) =>
      this.answers.push((granted, waitsMs = []) => resolve({ granted, waitsMs })),
    );
  }

  async slowDown() {
    this.slowed += 1;
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const limit = { perSecond: 10, burst: 40, idleMs: null };
let budget: RequestedBudget;
let clock: { nowMs: number; slept: number[]; now: () => number; sleep: (ms: number) => Promise<void> };
let lease: TokenLease;
beforeEach(() => {
  budget = new RequestedBudget();
  clock = { nowMs: 5_000, slept: [], now: () => clock.nowMs, sleep: async (ms) => void clock.slept.push(ms) };
  const lastCall = { atMs: Number.NEGATIVE_INFINITY };
  lease = new TokenLease(budget as unknown as SharedBudget, 'a', limit, { clock, lastCall });
});

/** Calls that are answered in one request. */
async function taken(calls: number, granted: number, waitsMs?: readonly number[]) {
  const taking = Promise.all(Array.from({ length: calls }, () => lease.take()));
  await turn();
  budget.answers.at(-1)?.(granted, waitsMs);
  return taking;
}

describe('the requests of a lease', () => {
  it('are one at a time: what is called meanwhile uses what the answer has left', async () => {
    const first = lease.take();
    await turn();
    const second = lease.take();
    await turn();
    expect(budget.requests).toEqual([{ cluster: 'a', needed: 1, extra: 0 }]);
    budget.answers[0]?.(2);
    expect(await Promise.all([first, second])).toEqual([0, 0]);
    await turn();
    expect(budget.requests).toHaveLength(1);
    const third = lease.take();
    await turn();
    expect(budget.requests[1]).toEqual({ cluster: 'a', needed: 1, extra: 1 });
    budget.answers[1]?.(1);
    expect(await third).toBe(0);
  });

  it('answer the first calls with their tokens, the others with the times they wait', async () => {
    expect(await taken(4, 2, [30, 70])).toEqual([0, 0, 30, 70]);
  });

  it('count the age of tokens from the request, however late its answer is', async () => {
    const first = lease.take();
    await turn();
    clock.nowMs += 200;
    budget.answers[0]?.(3);
    await first;
    clock.nowMs += 49;
    expect(await lease.take()).toBe(0);
    clock.nowMs += 1;
    void lease.take();
    await turn();
    expect(budget.requests).toHaveLength(2);
  });

  it('are made for tokens that are 250 ms old', async () => {
    await taken(1, 3);
    clock.nowMs += 249;
    expect(await lease.take()).toBe(0);
    expect(budget.requests).toHaveLength(1);
    clock.nowMs += 1;
    expect(await taken(1, 1)).toEqual([0]);
    expect(budget.requests[1], 'no more than needed after a pause').toEqual({
      cluster: 'a',
      needed: 1,
      extra: 0,
    });
  });

  it('ask for more than needed, twice as much each time and at most 16, within 250 ms of the last', async () => {
    for (let request = 0; request < 7; request++) {
      await taken(1, 1);
      clock.nowMs += 249;
    }
    expect(budget.requests.map(({ extra }) => extra)).toEqual([0, 1, 2, 4, 8, 16, 16]);
  });

  it('are delayed by 20 ms to collect calls within a second of one that was not met in full', async () => {
    await taken(2, 1, [10]);
    clock.nowMs += 999;
    await taken(1, 1);
    expect(clock.slept).toEqual([20]);
    clock.nowMs += 1;
    await taken(1, 1);
    expect(clock.slept).toEqual([20]);
  });
});

it('a lease reports throttled calls once a second', async () => {
  for (const afterMs of [0, 999, 1, 999]) {
    clock.nowMs += afterMs;
    await lease.slowDown();
  }
  expect(budget.slowed).toBe(2);
});
