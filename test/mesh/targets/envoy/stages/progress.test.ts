import { describe, expect, it } from 'vitest';
import type { Stage } from '../../../../../shared/mesh/targets/envoy/stages/next-files.ts';
import {
  begun,
  deferred,
  nextDueMs,
  resumed,
  settledIn,
  written,
} from '../../../../../shared/mesh/targets/envoy/stages/progress.ts';

const now = 1000;
const settleMs = 10;
const written1 = (key: string, dueAtMs?: number) => ({
  keys: [key],
  ...(dueAtMs !== undefined && { dueAtMs }),
});
const stage = (part: Partial<Stage>): Stage => ({
  ...{ files: {}, isChange: true, isDone: false },
  ...{ added: [], retired: [], unused: [] },
  ...part,
});

describe('the progress of a change', () => {
  it('after a crash takes a write without a time for one of now', () => {
    expect(resumed({ added: [written1('a')], retired: [written1('b')] }, now, settleMs)).toEqual({
      added: [written1('a', 1010)],
      retired: [written1('b', 1010)],
    });
  });

  it('forgets additions that are settled, and no retirement', () => {
    const progress = {
      added: [written1('a', 999), written1('b', 1000), written1('c', 1001)],
      retired: [written1('d', 999)],
    };
    expect(resumed(progress, now, settleMs)).toEqual({
      added: [written1('c', 1001)],
      retired: [written1('d', 999)],
    });
  });

  it.each(['resumed', 'begun', 'written', 'deferred'])('is empty if nothing was %s', (what) => {
    const empty = { added: [], retired: [] };
    const results: Readonly<Record<string, unknown>> = {
      resumed: resumed({}, now, settleMs),
      begun: begun({}, stage({})),
      written: written({}, stage({}), now, settleMs),
      deferred: deferred({}, now, 2000),
    };
    expect(results[what]).toEqual(empty);
  });

  it('begins a write with what it adds and retires, and keeps of the retirements what is unused still', () => {
    const before = {
      added: [written1('a', 1005)],
      retired: [{ keys: ['b', 'c'], dueAtMs: 1005 }, written1('d', 1005)],
    };
    expect(begun(before, stage({ added: ['e', 'f'], retired: ['g'], unused: ['c', 'g'] }))).toEqual({
      added: [written1('a', 1005), { keys: ['e', 'f'] }],
      retired: [written1('c', 1005), { keys: ['g'] }],
    });
    expect(begun(before, stage({ unused: ['b', 'c', 'd'] }))).toEqual(before);
  });

  it('gives what was written its time, and leaves the time of earlier writes', () => {
    const before = { added: [written1('a', 1005)], retired: [written1('b', 1005)] };
    expect(
      written(before, stage({ added: ['c'], retired: ['d'], unused: ['b', 'd'] }), now, settleMs),
    ).toEqual({
      added: [written1('a', 1005), written1('c', 1010)],
      retired: [written1('b', 1005), written1('d', 1010)],
    });
  });
});

describe('what is settled', () => {
  const settled = () =>
    settledIn(
      {
        added: [written1('new', 1001), written1('old', 1000), written1('unknown')],
        retired: [written1('open', 1001), written1('closed', 1000), written1('untimed')],
      },
      now,
    );

  it.each([
    ['new', false],
    ['old', true],
    ['unknown', false],
    ['other', true],
    ['open', true],
  ])('an addition %s: %s', (key, expected) => {
    expect(settled().has(key)).toBe(expected);
  });

  it.each([
    ['open', true, false],
    ['closed', true, true],
    ['untimed', true, false],
    ['other', false, false],
    ['new', false, false],
  ])('%s is retired: %s, and may be removed: %s', (key, retired, removable) => {
    expect(settled().isRetired(key)).toBe(retired);
    expect(settled().mayRemove(key)).toBe(removable);
  });

  it('is everything, and nothing is retired, without progress', () => {
    const none = settledIn({}, now);
    expect([none.has('a'), none.isRetired('a'), none.mayRemove('a')]).toEqual([true, false, false]);
  });

  it('does not include what was retired again later', () => {
    const again = settledIn({ retired: [written1('a', 999), written1('a', 1001)] }, now);
    expect([again.isRetired('a'), again.mayRemove('a')]).toEqual([true, false]);
  });
});

describe('the time when more is settled', () => {
  it('is the first of those that are still to come', () => {
    const progress = {
      added: [written1('a', 1000), written1('b', 1003)],
      retired: [written1('c', 1002), written1('d', 1004), written1('e')],
    };
    expect(nextDueMs(progress, now)).toBe(1002);
  });

  it('is none if all is settled or has no time yet', () => {
    expect(nextDueMs({ added: [written1('a', 1000)], retired: [written1('b')] }, now)).toBeUndefined();
    expect(nextDueMs({}, now)).toBeUndefined();
  });

  it('is another one for all that is open with a time, if it is deferred', () => {
    const progress = {
      added: [written1('a', 1000), written1('b', 1001), written1('c')],
      retired: [written1('d', 1000), written1('e', 1001), written1('f')],
    };
    expect(deferred(progress, now, 2000)).toEqual({
      added: [written1('a', 1000), written1('b', 2000), written1('c')],
      retired: [written1('d', 1000), written1('e', 2000), written1('f')],
    });
  });
});
