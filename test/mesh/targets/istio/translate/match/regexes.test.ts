import { describe, expect, it } from 'vitest';
import {
  quoted,
  rangeRegex,
  regexFault,
} from '../../../../../../shared/mesh/targets/istio/translate/match/regex.ts';

describe('the regular expression of a range', () => {
  it.each([
    [0, 1, '[+-]?0+'],
    [0, 5, '[+-]?0+|\\+?0*([1-4])'],
    [1, 2, '\\+?0*(1)'],
    [1, 10, '\\+?0*([1-9])'],
    [1, 11, '\\+?0*([1-9]|10)'],
    [11, 31, '\\+?0*(1[1-9]|2\\d|30)'],
    [10, 20, '\\+?0*(1\\d)'],
    [5, 120, '\\+?0*([5-9]|[1-9]\\d|1[0-1]\\d)'],
    [100, 1000, '\\+?0*([1-9]\\d\\d)'],
    [-1, 0, '-0*(1)'],
    [-5, 0, '-0*([1-5])'],
    [-5, -2, '-0*([3-5])'],
    [-5, 1, '-0*([1-5])|[+-]?0+'],
    [-5, 3, '-0*([1-5])|[+-]?0+|\\+?0*([1-2])'],
  ])('from %i up to %i is %s', (start, end, regex) => {
    expect(rangeRegex(start, end)).toBe(regex);
  });
});

describe('a regular expression in the dialect RE2', () => {
  it.each([
    'a'.repeat(1024),
    'a\\z',
    '\\Q(a\\E+',
    'a\\\\Q(b)',
    '\\\\1',
    '\\\\*',
    '\\Q\\\\E(a)',
    '\\Q*\\Ea\\Q[',
    '[[:alpha:](]',
    '[[:^alpha:](]',
    '(?im)a',
    '(?i-s)a',
    '(?U:a)',
    '(?iU:a)',
    '(?P<name>a)',
  ])('may be %s', (regex) => {
    expect(regexFault(regex)).toBeUndefined();
  });

  const length = 'is longer than 1024 characters, the limit of Istio';
  const unknown = 'has what RE2 does not know: assertions or back-references';
  const invalid = 'is not valid';
  it.each([
    ['a'.repeat(1025), length],
    ['é'.repeat(513), length],
    ['(?=a)', unknown],
    ['(?!a)', unknown],
    ['(?<=a)', unknown],
    ['(?<!a)', unknown],
    ['(a)\\1', unknown],
    ['(a)\\9', unknown],
    ['(?P<n>a)\\k<n>', unknown],
    ['*', invalid],
    ['(', invalid],
    ['\\\\Q(', invalid],
    ['\\Qa\\E(', invalid],
    ['\\Q\\E*', invalid],
    ['(?i)*', invalid],
    ['(?i:*)', invalid],
    ['[b-a]', invalid],
  ])('cannot be %s, which %s', (regex, fault) => {
    expect(regexFault(regex)).toBe(fault);
  });
});

describe('a text as a regular expression', () => {
  it('has each special character quoted', () => {
    expect(quoted('a\\.+*?()|[]{}^$-/b')).toBe('a\\\\\\.\\+\\*\\?\\(\\)\\|\\[\\]\\{\\}\\^\\$-/b');
  });
});
