import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../src/engine/clock.ts';

it('actions run in the order of their times, and of scheduling within one', () => {
  const clock = new VirtualClock(1000);
  const seen: [string, number][] = [];
  const note = (name: string) => () => seen.push([name, clock.now()]);
  clock.schedule(20, note('b'));
  clock.schedule(10, note('a'));
  clock.schedule(20, note('c'));
  clock.schedule(10, () => clock.schedule(5, note('nested')));
  clock.advance(19);
  expect(seen).toEqual([
    ['a', 1010],
    ['nested', 1015],
  ]);
  clock.advance(1);
  expect(seen.slice(2)).toEqual([
    ['b', 1020],
    ['c', 1020],
  ]);
  expect(clock.now()).toBe(1020);
});

it('a cancelled action does not run; the next due time is known', () => {
  const clock = new VirtualClock(0);
  const cancel = clock.schedule(10, () => {
    throw new Error('cancelled actions must not run');
  });
  clock.schedule(30, () => {});
  expect(clock.nextDueMs()).toBe(10);
  cancel();
  cancel();
  expect(clock.nextDueMs()).toBe(30);
  clock.advance(100);
  expect(clock.nextDueMs()).toBeUndefined();
});

it('a sleeper wakes when time has come', async () => {
  const clock = new VirtualClock(0);
  const slept = clock.sleep(10).then(() => clock.now());
  clock.advance(15);
  expect(await slept).toBe(15);
});
