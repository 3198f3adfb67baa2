import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricMath, type PeriodValue } from '../../src/cloud-watch/metric-math.ts';

const values = new Map<string, PeriodValue>([
  ['a', 3],
  ['b', 4],
  ['none', undefined],
]);

describe('metric math', () => {
  it.each([
    ['a + b * 2', 11],
    ['(a + b) * 2', 14],
    ['a - b - 1', -2],
    ['-a + 1.5', -1.5],
    ['b / a', 4 / 3],
    ['a / 0', undefined],
    ['FILL(none, 0) + FILL(a, 7)', 3],
    ['none + a', undefined],
    ['MIN([a, b, none])', 3],
    ['MAX([FILL(none, 9), b])', 9],
    ['SUM([a, b])', 7],
    ['MAX([none])', undefined],
  ])('evaluates %s', (expression, expected) => {
    expect(metricMath(expression, values)).toBe(expected);
  });

  it.each(['c', 'a b', 'a +', 'FILL a', 'RATE(a)', '(a', 'a; b', ''])('refuses %j', (expression) => {
    expect(() => metricMath(expression, values)).toThrow(SyntaxError);
  });

  it('computes sums and products of any nesting as arithmetic does', () => {
    const { expression } = fc.letrec<{ expression: { text: string; value: number } }>((tie) => ({
      expression: fc.oneof(
        { maxDepth: 4 },
        fc.nat(99).map((value) => ({ text: String(value), value })),
        fc
          .tuple(tie('expression'), fc.constantFrom('+', '-', '*'), tie('expression'))
          .map(([a, sign, b]) => ({
            text: `(${a.text} ${sign} ${b.text})`,
            value: sign === '+' ? a.value + b.value : sign === '-' ? a.value - b.value : a.value * b.value,
          })),
      ),
    }));
    fc.assert(
      fc.property(expression, ({ text, value }) => {
        expect(metricMath(text, new Map()) === value).toBe(true);
      }),
    );
  });
});
