import { expect, it } from 'vitest';
import { Pacer } from '../../shared/pacing/pacer.ts';
import { fullBudget } from '../../shared/pacing/plan/budget.ts';
import { MemoryBudgets } from '../fakes/stores/memory-budgets.ts';

const key = { target: 'own/own', operation: 'RegisterInstance' };

function aPacer(random = 0) {
  const store = new MemoryBudgets();
  const clock = { now: () => 0, sleep: async () => {} };
  const options = { store, clock, random: () => random, onStoreFailure: () => {} };
  return { store, pacer: new Pacer({ ...options, target: 'own/own', cluster: 'local', maxWaitMs: 1000 }) };
}

it('a throttled call is retried after one to two seconds, so that not all come at once', async () => {
  expect(await aPacer(0).pacer.throttled('RegisterInstance')).toBe(1000);
  expect(await aPacer(0.75).pacer.throttled('RegisterInstance')).toBe(1750);
});

it('a throttled call slows all environments down', async () => {
  const { store, pacer } = aPacer();
  await pacer.take('RegisterInstance');
  const before = (await store.find(key))?.budget;
  await pacer.throttled('RegisterInstance');
  expect((await store.find(key))?.budget).not.toEqual(before);
});

it('an environment makes one call without a request after a pause, whichever of its clusters it is for', async () => {
  const store = new MemoryBudgets();
  const clock = { nowMs: 0, now: () => clock.nowMs, sleep: async () => {} };
  const options = {
    store,
    clock,
    random: () => 0,
    onStoreFailure: () => {},
    target: 'own/own',
    maxWaitMs: 0,
  };
  const lastCalls = new Map();
  const [a, b] = ['a', 'b'].map((cluster) => new Pacer({ ...options, cluster, lastCalls }));
  await a?.take('RegisterInstance');
  expect(await store.find(key)).toBeUndefined();
  await b?.take('RegisterInstance');
  expect((await store.find(key))?.version).toBe(1);
  clock.nowMs += 3_999;
  await a?.take('RegisterInstance');
  expect((await store.find(key))?.version).toBe(2);
  clock.nowMs += 4_000;
  await b?.take('RegisterInstance');
  expect((await store.find(key))?.version).toBe(2);
  // Another account has limits of its own.
  await new Pacer({ ...options, target: '111122223333/own', cluster: 'c', lastCalls }).take(
    'RegisterInstance',
  );
  expect(await store.find({ ...key, target: '111122223333/own' })).toBeUndefined();
});

it('a call that is not paced needs no budget, and can be throttled all the same', async () => {
  const { store, pacer } = aPacer();
  await pacer.take('DiscoverInstances');
  expect(await pacer.throttled('DiscoverInstances')).toBe(1000);
  expect(await store.find({ ...key, operation: 'DiscoverInstances' })).toBeUndefined();
});

it('a call waits for its turn up to the maximum, and no longer', async () => {
  const store = new MemoryBudgets();
  const slept: number[] = [];
  const clock = {
    ...{ nowMs: 0, now: () => clock.nowMs },
    sleep: async (ms: number) => {
      slept.push(ms);
      clock.nowMs += ms;
    },
  };
  const lanes = { local: { credit: 0, turnAtMs: 0 } };
  const empty = { ...fullBudget({ perSecond: 50, burst: 60 }, 0), tokens: 0, lanes };
  await store.replace({ ...key, operation: 'ListNamespaces' }, { ...empty, rate: 1, knee: 1 }, undefined);
  const options = {
    store,
    clock,
    random: () => 0,
    onStoreFailure: () => {},
    target: 'own/own',
    cluster: 'local',
  };
  // A cluster alone gets a token of credit in two seconds.
  const refused = new Pacer({ ...options, maxWaitMs: 1_999 }).take('ListNamespaces');
  await expect(refused).rejects.toMatchObject({ name: 'WaitError', code: 'Throttled', retryAfterMs: 2_000 });
  await store.replace({ ...key, operation: 'ListNamespaces' }, { ...empty, rate: 1, knee: 1 }, 2);
  await new Pacer({ ...options, maxWaitMs: 2_000 }).take('ListNamespaces');
  expect(slept.filter((ms) => ms > 100)).toEqual([2_000]);
});
