import { describe, expect, it } from 'vitest';
import { shortened } from '../../../shared/model/text/shortened.ts';
import { firstOf } from '../../../shared/pods/plan/quote.ts';

describe('a quote', () => {
  it('has 100 characters at most', () => {
    expect(shortened('a'.repeat(100))).toBe('a'.repeat(100));
    expect(shortened('a'.repeat(101))).toBe(`${'a'.repeat(99)}…`);
    expect(shortened('abcd', 3)).toBe('ab…');
  });
});

describe('a list', () => {
  it('has its first 20 items, and the number of the others', () => {
    const items = Array.from({ length: 21 }, (_, index) => String(index));
    expect(firstOf(items.slice(0, 20))).toBe(items.slice(0, 20).join(', '));
    expect(firstOf(items)).toBe(`${items.slice(0, 20).join(', ')}, and 1 more`);
    expect(firstOf(['a', 'b', 'c'], 1)).toBe('a, and 2 more');
    expect(firstOf([])).toBe('');
  });
});
