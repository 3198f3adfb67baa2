import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelSelector, labelSelector } from '../../../../shared/model/mesh/label-selector.ts';
import { selects, whyNotSelected } from '../../../../shared/pods/plan/desired/selector.ts';

const labels = { app: 'front', version: 'v1', empty: '' };
const by = (key: string, operator: string, values?: string[]) =>
  labelSelector.parse({ matchExpressions: [{ key, operator, values }] });

describe('a metav1.LabelSelector', () => {
  const cases: readonly (readonly [string, LabelSelector | null | undefined, boolean])[] = [
    ['absent: nothing', undefined, false],
    ['null: nothing', null, false],
    ['empty: everything', {}, true],
    ['empty parts: everything', { matchLabels: {}, matchExpressions: [] }, true],
    ['null parts: everything', { matchLabels: null, matchExpressions: null }, true],
    ['a label', { matchLabels: { app: 'front' } }, true],
    ['a label of another value', { matchLabels: { app: 'back' } }, false],
    ['a label that is absent', { matchLabels: { tier: 'gold' } }, false],
    ['an empty value is a value', { matchLabels: { empty: '' } }, true],
    ['an empty value is not absence', { matchLabels: { tier: '' } }, false],
    ['all labels are needed', { matchLabels: { app: 'front', version: 'v2' } }, false],
    ['In', by('app', 'In', ['back', 'front']), true],
    ['In, another', by('app', 'In', ['back']), false],
    ['In, absent', by('tier', 'In', ['gold']), false],
    ['In, nothing', by('app', 'In', []), false],
    ['NotIn', by('app', 'NotIn', ['back']), true],
    ['NotIn, listed', by('app', 'NotIn', ['front']), false],
    ['NotIn, absent', by('tier', 'NotIn', ['gold']), true],
    ['Exists', by('empty', 'Exists'), true],
    ['Exists, absent', by('tier', 'Exists'), false],
    ['DoesNotExist', by('tier', 'DoesNotExist'), true],
    ['DoesNotExist, there', by('empty', 'DoesNotExist'), false],
    [
      'both parts are needed',
      {
        matchLabels: { app: 'front' },
        matchExpressions: [{ key: 'version', operator: 'In', values: ['v2'] }],
      },
      false,
    ],
    [
      'all expressions are needed',
      {
        matchExpressions: [
          { key: 'app', operator: 'Exists' },
          { key: 'version', operator: 'DoesNotExist' },
        ],
      },
      false,
    ],
  ];
  it.each(cases)('%s', (_what, selector, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  it('a metav1.LabelSelector does as the API server does, also for keys that every JavaScript object has', () => {
    const key = fc.constantFrom('app', 'version', 'constructor', 'toString', '__proto__');
    const value = fc.constantFrom('a', 'b', '');
    const requirement = fc.record({
      key,
      operator: fc.constantFrom('In' as const, 'NotIn' as const, 'Exists' as const, 'DoesNotExist' as const),
      values: fc.array(value, { maxLength: 2 }),
    });
    const pairs = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name });
    fc.assert(
      fc.property(pairs, pairs, fc.array(requirement, { maxLength: 3 }), (has, wants, matchExpressions) => {
        const known = new Map(has);
        const isMet = ({ key, operator, values }: (typeof matchExpressions)[number]) => {
          const value = known.get(key);
          if (operator === 'Exists') return value !== undefined;
          if (operator === 'DoesNotExist') return value === undefined;
          const isIn = value !== undefined && values.includes(value);
          return operator === 'In' ? isIn : !isIn;
        };
        const expected =
          wants.every(([name, text]) => known.get(name) === text) && matchExpressions.every(isMet);
        const selector = { matchLabels: Object.fromEntries(wants), matchExpressions };
        expect(selects(selector, Object.fromEntries(has))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('a metav1.LabelSelector says what it wants in a text that can be read, however long its values are and however many', () => {
    const values = Array.from({ length: 1_000 }, (_, index) => `v${index}`);
    expect(whyNotSelected(by('app', 'In', values), labels)).toMatch(
      /^label app is "front", the selector wants In v0, v1, .*, v19, and 980 more$/,
    );
    const long = 'x'.repeat(10_000);
    const texts = [
      whyNotSelected({ matchLabels: { app: long } }, labels),
      whyNotSelected({ matchLabels: { [long]: 'front' } }, labels),
      whyNotSelected({ matchLabels: { app: 'front' } }, { app: long }),
      whyNotSelected(by('app', 'In', [long]), labels),
    ];
    for (const text of texts) expect(text?.length).toBeLessThan(200);
  });
});
