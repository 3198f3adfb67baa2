import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortened } from '../../../shared/model/text/shortened.ts';

it('a text that is cut ends with an ellipsis, and no character is cut in two', () => {
  expect(shortened('abcd', 4)).toBe('abcd');
  expect(shortened('abcde', 4)).toBe('abc…');
  expect(shortened('a😀bc', 4)).toBe('a😀…');
  expect(shortened('ab😀c', 4)).toBe('ab…');
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
      (text, max) => {
        const short = shortened(text, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(text.isWellFormed());
      },
    ),
  );
});
