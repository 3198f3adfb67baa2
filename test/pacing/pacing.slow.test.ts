import { appMeshControllerRates, defaultRates } from '@eks-mesh-sync/embedded-aws/cloud-map/settings.ts';
import { describe, expect, it } from 'vitest';
import { fullBudget } from '../../shared/pacing/plan/budget.ts';
import type { BudgetStore } from '../../shared/ports/budget-store.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';
import { type Outcome, type Pod, simulate } from './simulation.ts';

const atOnce = (count: number): readonly number[] => Array<number>(count).fill(0);
const every = (milliseconds: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => 5_000 + index * milliseconds);

const of = ({ pods }: Outcome, cluster: string): readonly Pod[] =>
  pods.filter((pod) => pod.cluster === cluster);
const maxMs = (pods: readonly Pod[]): number =>
  Math.max(...pods.map(({ registeredAtMs, readyAtMs }) => registeredAtMs - readyAtMs));
const endSeconds = ({ pods }: Outcome): number =>
  Math.max(...pods.map(({ registeredAtMs }) => registeredAtMs)) / 1000;

/** The most calls beyond `perSecond · t` in any time t. */
function burstOf({ calledAtMs }: Outcome, perSecond: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  let most = 0;
  for (const [index, atMs] of [...calledAtMs].sort((a, b) => a - b).entries()) {
    const ahead = index - (perSecond * atMs) / 1000;
    lowest = Math.min(lowest, ahead);
    most = Math.max(most, ahead - lowest + 1);
  }
  return most;
}

const mcs = { perSecond: 50, burst: 100 };

describe('ten functions and a thousand pods at once, another cluster with a pod now and then', () => {
  const pods = [
    { cluster: 'a', atMs: atOnce(1_000) },
    { cluster: 'b', atMs: every(500, 25) },
  ];

  it('the pace of a thousand pods takes what Cloud Map allows, throttles nothing, and keeps another cluster waiting for no time', async () => {
    const outcome = await simulate({ rates: defaultRates, pods });
    expect(outcome).toMatchObject({ throttled: 0, deadLetters: 0, storeFailures: 0 });
    expect(outcome.pods).toHaveLength(1_025);
    expect(burstOf(outcome, mcs.perSecond)).toBeLessThanOrEqual(mcs.burst);
    // (1,025 - 100) / 50 is 18.5 s.
    expect(endSeconds(outcome)).toBeLessThan(18.5 * 1.25);
    expect(maxMs(of(outcome, 'b'))).toBeLessThan(200);
    expect(Math.max(...outcome.pods.map(({ receipts }) => receipts))).toBeLessThanOrEqual(5);
  });

  it('the pace of a thousand pods keeps within the limit as well where the clocks are minutes apart', async () => {
    const skewMs = (index: number) => [0, 240_000, -180_000, 60_000, -30][index % 5] ?? 0;
    const outcome = await simulate({ rates: defaultRates, pods, skewMs });
    expect(outcome.deadLetters).toBe(0);
    expect(outcome.pods).toHaveLength(1_025);
    expect(outcome.throttled).toBeLessThan(100);
    expect(endSeconds(outcome)).toBeLessThan(18.5 * 1.5);
    expect(maxMs(of(outcome, 'b'))).toBeLessThan(2_000);
  });

  it('the pace of a thousand pods finds a limit that is twelve times lower, wastes little of it, and dead-letters no pod', async () => {
    const outcome = await simulate({ rates: appMeshControllerRates, pods });
    expect(outcome.deadLetters).toBe(0);
    expect(outcome.pods).toHaveLength(1_025);
    // (1,025 - 80) / 4 is 236 s.
    expect(endSeconds(outcome)).toBeLessThan(236 * 1.15);
    expect(outcome.throttled).toBeLessThan(100);
  });

  it('a thousand pods without pacing are throttled many times each, and none is dead-lettered for it', async () => {
    const outcome = await simulate({ rates: appMeshControllerRates, pods, isPaced: false });
    expect(outcome.throttled).toBeGreaterThan(5_000);
    expect(outcome.deadLetters).toBe(0);
    expect(outcome.pods).toHaveLength(1_025);
  }, 90_000);

  it('the pace of a thousand pods goes on, slowly, while the table is not available, and asks it seldom', async () => {
    const outcome = await simulate({
      rates: defaultRates,
      pods: [{ cluster: 'a', atMs: atOnce(300) }],
      store: (clock) => failingUntil(clock.now() + 20_000, () => clock.now()),
    });
    expect(outcome.pods).toHaveLength(300);
    expect(outcome).toMatchObject({ throttled: 0, deadLetters: 0 });
    expect(burstOf(outcome, mcs.perSecond)).toBeLessThanOrEqual(mcs.burst);
    expect(outcome.storeFailures).toBeGreaterThanOrEqual(10);
    expect(outcome.storeFailures).toBeLessThanOrEqual(10 * (20 / 5 + 1));
  });
});

describe('an idle system', () => {
  it('an idle system reads and writes no budget for a pod now and then', async () => {
    const outcome = await simulate({
      rates: defaultRates,
      pods: [{ cluster: 'a', atMs: every(10_000, 20) }],
      functions: 1,
    });
    expect(outcome.pods).toHaveLength(20);
    expect(outcome.budgetCalls).toBe(0);
  });

  it('an idle system reads and writes less than once a call, where one environment calls all the time', async () => {
    const outcome = await simulate({
      rates: { RegisterInstance: mcs },
      pods: [{ cluster: 'a', atMs: every(80, 400) }],
      functions: 1,
    });
    expect(outcome.throttled).toBe(0);
    expect(maxMs(outcome.pods)).toBeLessThan(200);
    expect(outcome.budgetCalls).toBeLessThan(400);
  });
});

function failingUntil(untilMs: number, now: () => number): BudgetStore {
  const budgets = new MemoryBudgets();
  const check = () => {
    if (now() < untilMs) throw new Error('the table is not available');
  };
  return {
    find: async (key) => {
      check();
      return budgets.find(key);
    },
    replace: async (key, budget, version) => {
      check();
      await budgets.replace(key, budget, version);
    },
  };
}

describe('a budget', () => {
  it('a budget written by a clock that is far ahead, long ago, lets a function go on at once', async () => {
    const outcome = await simulate({
      rates: defaultRates,
      pods: [{ cluster: 'a', atMs: atOnce(100) }],
      store: (clock) => writtenAhead(clock.now() + 300_000),
    });
    expect(outcome.deadLetters).toBe(0);
    expect(endSeconds(outcome)).toBeLessThan(6);
  });
});

/** An empty budget of a clock that is ahead. */
function writtenAhead(atMs: number): BudgetStore {
  const budgets = new MemoryBudgets();
  const empty = { ...fullBudget({ perSecond: 50, burst: 0 }, atMs) };
  const written = budgets.replace({ target: 'own/own', operation: 'RegisterInstance' }, empty, undefined);
  return {
    find: async (key) => {
      await written;
      return budgets.find(key);
    },
    replace: (key, budget, version) => budgets.replace(key, budget, version),
  };
}
