import { describe, expect, it } from 'vitest';
import {
  commonValue,
  commonValues,
  namedValues,
  type Value,
  type Values,
} from '../../../../../shared/mesh/targets/gateway-api/translate/value.ts';

/** `prefix b` */
function value(text: string): Value {
  const [kind = '', rest = ''] = text.split(' ');
  return { kind: kind as Value['kind'], value: rest };
}
const values = (all: Readonly<Record<string, string>>): Values =>
  new Map(Object.entries(all).map(([name, text]) => [name, value(text)]));
const many = (count: number, from = 0) =>
  values(Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${from + index}`, 'exact 1'])));

describe('the values that two matches of a header have in common', () => {
  it.each([
    ['present', 'present', 'present'],
    ['present', 'exact a', 'exact a'],
    ['present', 'regex a', 'regex a'],
    ['exact a', 'exact a', 'exact a'],
    ['exact a', 'exact b', null],
    ['exact a', 'exact ab', null],
    ['exact ab', 'exact b', null],
    ['exact abc', 'prefix ab', 'exact abc'],
    ['exact abc', 'prefix bc', null],
    ['exact abc', 'suffix bc', 'exact abc'],
    ['exact abc', 'suffix ab', null],
    ['exact abc', 'regex a.*', undefined],
    ['regex a.*', 'regex a.*', 'regex a.*'],
    ['regex a.*', 'regex b.*', undefined],
    ['regex a.*', 'prefix a', undefined],
    ['prefix a', 'suffix a', undefined],
    ['prefix ab', 'suffix abc', undefined],
    ['prefix a', 'prefix ab', 'prefix ab'],
    ['prefix a', 'prefix bc', null],
    ['prefix a', 'prefix b', null],
    ['suffix b', 'suffix ab', 'suffix ab'],
    ['suffix a', 'suffix ab', null],
  ])('%s and %s: %s', (a, b, common) => {
    const expected = typeof common === 'string' ? value(common) : common;
    expect(commonValue(value(a), value(b))).toEqual(expected);
    expect(commonValue(value(b), value(a))).toEqual(expected);
  });
});

describe('the headers that two matches have in common', () => {
  it('are those of both, with what both say of one', () => {
    const common = commonValues(
      values({ a: 'exact 1', b: 'prefix x' }),
      values({ b: 'prefix xy', c: 'present' }),
    );
    expect(common).toEqual(values({ a: 'exact 1', b: 'prefix xy', c: 'present' }));
  });

  it('are none where they contradict each other, even if one cannot be expressed', () => {
    const [a, b] = [values({ a: 'regex x', b: 'exact 1' }), values({ a: 'regex y', b: 'exact 2' })];
    expect(commonValues(a, b)).toBeNull();
    expect(commonValues(values({ a: 'regex x' }), values({ a: 'regex y' }))).toBeUndefined();
  });

  it('are at most 16', () => {
    expect(commonValues(many(8), many(8, 8))?.size).toBe(16);
    expect(commonValues(many(9), many(8, 9))).toBeUndefined();
  });
});

describe('the headers of an HTTPRoute', () => {
  it('are listed by name, each with its form', () => {
    const all = values({ d: 'suffix a.', b: 'prefix a+', a: 'exact a.', e: 'present', c: 'regex a|b' });
    expect(namedValues(all)).toEqual([
      { name: 'a', type: 'Exact', value: 'a.' },
      { name: 'b', type: 'RegularExpression', value: 'a\\+.*' },
      { name: 'c', type: 'RegularExpression', value: 'a|b' },
      { name: 'd', type: 'RegularExpression', value: '.*a\\.' },
      { name: 'e', type: 'RegularExpression', value: '.*' },
    ]);
    expect(namedValues(new Map())).toEqual([]);
  });
});
