import { expect, it } from 'vitest';
import { Pacer } from '../../shared/pacing/pacer.ts';
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

it('a call that is not paced needs no budget, and can be throttled all the same', async () => {
  const { store, pacer } = aPacer();
  await pacer.take('DiscoverInstances');
  expect(await pacer.throttled('DiscoverInstances')).toBe(1000);
  expect(await store.find({ ...key, operation: 'DiscoverInstances' })).toBeUndefined();
});
