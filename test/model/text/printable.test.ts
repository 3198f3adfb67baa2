import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted, printable, printableLine } from '../../../shared/model/text/printable.ts';

const unprintable = /(?![\t\n])[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]/u;

describe('a text for a terminal', () => {
  it.each([
    ['\u001B[2J\u001B]0;title\u0007', '\\u001B[2J\\u001B]0;title\\u0007'],
    ['\u009B31mred', '\\u009B31mred'],
    ['over\rwritten\b', 'over\\u000Dwritten\\u0008'],
    ['abc\u202Edef', 'abc\\u202Edef'],
    ['two\n\tlines, ünïcode 漢字 ✓', 'two\n\tlines, ünïcode 漢字 ✓'],
  ])('shows what a terminal would act on by its code: %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('has no character that a terminal acts on, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(unprintable);
        expect(printable(printable(text))).toBe(printable(text));
        expect(printableLine(text)).not.toMatch(/\n/);
      }),
    );
  });
});

it('a text in one line has its lines one after the other', () => {
  expect(printableLine('a\nb\r\nc\rd')).toBe('a; b; c\\u000Dd');
});

describe('a count for people', () => {
  it('has the plural unless it is one', () => {
    expect([0, 1, 2].map((count) => counted(count, 'instance'))).toEqual([
      '0 instances',
      '1 instance',
      '2 instances',
    ]);
  });
});
