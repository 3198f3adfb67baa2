import { describe, expect, it } from 'vitest';
import { capOf, overCap } from '../../../shared/objects/plan/deletion-cap.ts';

describe('the max number of deletions', () => {
  it.each([
    [0, 1, 10],
    [54, 1, 10],
    [55, 1, 11],
    [1000, 1, 200],
    [1000, 2, 200],
    [30, 2, 6],
    [20, 2, 5],
    [3, 4, 3],
    [3, 100, 1],
  ])('the max number of deletions of %i in one of %i parts: %i', (size, parts, expected) => {
    expect(capOf(size, parts)).toBe(expected);
  });

  it('the max number of deletions of all parts together is at most that of the whole, except for less than one per part', () => {
    const parts = 15;
    const all = Array.from({ length: parts }, () => capOf(1000, parts)).reduce((sum, n) => sum + n, 0);
    expect(all).toBe(capOf(parts * 1000));
    expect(parts * capOf(1, parts)).toBeLessThan(10 + parts);
  });

  it('the max number of deletions is in the reason', () => {
    expect(overCap('the pods', 3, 4)).toBe(
      'more than 3 of the pods would be deleted in one run (the larger of 10 and 20 %)',
    );
  });
});
