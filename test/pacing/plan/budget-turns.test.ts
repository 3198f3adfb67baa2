import { describe, expect, it } from 'vitest';
import type { Budget } from '../../../shared/model/records/budget.ts';
import { draw, fullBudget, slowDown } from '../../../shared/pacing/plan/budget.ts';
import { pacedLimit } from '../../../shared/pacing/plan/cloud-map-limits.ts';

/** The reserve is 10 tokens, the guaranteed rate of a single cluster 5 a second. */
const limit = { perSecond: 10, burst: 40 };
const start = Date.UTC(2026, 10, 21);
const idle = { credit: 0, turnAtMs: 0 };

const aBudget = (changes: Partial<Budget>): Budget => ({ ...fullBudget(limit, start), ...changes });
const drawn = (changes: Partial<Budget>, needed: number, afterMs = 0) =>
  draw(aBudget(changes), limit, { cluster: 'a', needed, extra: 0 }, start + afterMs);

describe('the credit of a cluster', () => {
  it.each<[string, Budget['lanes'], Budget['lanes']]>([
    ['fills at half of the rate', { a: idle }, { a: { credit: 0.5, turnAtMs: 0 } }],
    [
      'fills at its part of that beside others',
      { a: idle, b: { credit: 1, turnAtMs: start } },
      { a: { credit: 0.25, turnAtMs: 0 }, b: { credit: 1.25, turnAtMs: start } },
    ],
    [
      'fills up to a part of the reserve',
      { a: { credit: 4.9, turnAtMs: 0 } },
      { a: { credit: 5, turnAtMs: 0 } },
    ],
    ['is full for a newcomer', {}, { a: { credit: 5, turnAtMs: 0 } }],
  ])('%s', (_, lanes, expected) => {
    expect(drawn({ lanes, tokens: 0 }, 0, 100).budget.lanes).toEqual(expected);
  });

  it.each<[string, Budget['lanes'][string], number, boolean]>([
    ['has no full credit', { credit: 4.9, turnAtMs: 0 }, 0, true],
    ['has a full credit', { credit: 5, turnAtMs: 0 }, 0, false],
    ['still has a turn', { credit: 5, turnAtMs: start + 100 }, 99, true],
    ['has had its last turn', { credit: 5, turnAtMs: start + 100 }, 100, false],
  ])('is kept for another cluster that %s: after %j and %i ms: %s', (_, lane, afterMs, isKept) => {
    expect('b' in drawn({ lanes: { b: lane } }, 0, afterMs).budget.lanes).toBe(isKept);
  });

  it('is at most one token after AWS throttled, and no cluster is added', () => {
    const before = aBudget({ lanes: { a: { credit: 3, turnAtMs: 0 }, b: { credit: 0.5, turnAtMs: 0 } } });
    expect(slowDown(before, limit, start)).toEqual({
      ...{ rate: 5, knee: 10, tokens: 0, atMs: start, slowedAtMs: start },
      lanes: { a: { credit: 1, turnAtMs: 0 }, b: { credit: 0.5, turnAtMs: 0 } },
    });
  });
});

describe('the turns of waiting calls', () => {
  it.each<[string, number, number, number]>([
    ['its credit has a token', 9, 0.5, 100],
    ['there is a token above the reserve', 9.5, 0, 150],
    ['there is any token', 0.5, 0.9, 50],
  ])('begin when %s: %d tokens, credit %d: after %i ms', (_, tokens, credit, expected) => {
    const { granted, waitsMs } = drawn({ tokens, lanes: { a: { credit, turnAtMs: 0 } } }, 1);
    expect([granted, waitsMs]).toEqual([0, [expected]]);
  });

  it.each<[string, Partial<Budget>, number]>([
    ['follow each other at the rate', {}, 100],
    ['share it with no cluster that does not wait', { lanes: { a: idle, b: idle } }, 100],
    [
      'share it with a cluster that waits',
      { lanes: { a: idle, b: { credit: 0, turnAtMs: start + 1 } } },
      200,
    ],
    ['follow at 80 % of the rate at which AWS throttled', { rate: 5, knee: 5 }, 250],
    ['follow at no less than 80 % of the limit where that has not throttled', { rate: 5, knee: 10 }, 125],
  ])('%s', (_, changes, spacingMs) => {
    const { waitsMs } = drawn({ tokens: 0, lanes: { a: idle }, ...changes }, 3);
    const [first = 0] = waitsMs;
    expect(waitsMs).toEqual([first, first + spacingMs, first + 2 * spacingMs]);
  });

  it('continue after the last turn that was given', () => {
    const lanes = { a: { credit: 0, turnAtMs: start + 2_000 } };
    const { waitsMs, budget } = drawn({ tokens: 0, lanes }, 2);
    expect(waitsMs).toEqual([2_100, 2_200]);
    expect(budget.lanes.a?.turnAtMs).toBe(start + 2_200);
  });
});

it('limits of Cloud Map let calls be made without asking where many are allowed at once', () => {
  expect(pacedLimit('CreateService')).toEqual({ perSecond: 8, burst: 70, idleMs: 25_000 });
});
