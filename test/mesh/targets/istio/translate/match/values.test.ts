import { describe, expect, it } from 'vitest';
import {
  intersectionOf,
  stringMatchOf,
  unionOf,
} from '../../../../../../shared/mesh/targets/istio/translate/match/value-match.ts';
import type { ValueMatch } from '../../../../../../shared/model/mesh/route-match.ts';

/** `exact a`, `range 1 5` */
function value(text: string): ValueMatch {
  const [kind = '', first = '', end] = text.split(' ');
  return kind === 'range' ? { range: { start: Number(first), end: Number(end) } } : { [kind]: first };
}
const several = { fault: 'Istio has one condition for each header' };
const invalid = { fault: 'the regular expression is not valid' };
const long = 'a'.repeat(600);

describe('the condition on a value', () => {
  it.each([
    ['exact a.', { exact: 'a.' }],
    ['prefix a.', { prefix: 'a.' }],
    ['suffix .a', { regex: '.*\\.a' }],
    ['regex a+', { regex: 'a+' }],
    ['regex (', invalid],
    ['range 1 5', { regex: '\\+?0*([1-4])' }],
    [
      `suffix ${long}${long}`,
      { fault: 'the regular expression is longer than 1024 characters, the limit of Istio' },
    ],
  ])('%s is in Istio %j', (text, expected) => {
    expect(stringMatchOf(value(text))).toEqual(expected);
  });
});

describe('any of several values', () => {
  it.each([
    [['exact a'], { exact: 'a' }],
    [['suffix a'], { regex: '.*a' }],
    [['regex ('], invalid],
    [['exact a.', 'prefix b.'], { regex: '(?:a\\.)|(?:b\\..*)' }],
    [['suffix c.', 'regex d+', 'range 1 3'], { regex: '(?:.*c\\.)|(?:d+)|(?:\\+?0*([1-2]))' }],
    [['exact a', 'regex ('], invalid],
    [['regex (', 'exact a'], invalid],
    [['regex a)(b', 'exact c'], invalid],
    [
      [`exact ${long}`, `prefix ${long}`],
      { fault: 'the regular expression is longer than 1024 characters, the limit of Istio' },
    ],
  ])('%j: %j', (texts, expected) => {
    expect(unionOf(texts.map(value))).toEqual(expected);
  });
});

describe('all of two values', () => {
  it.each<readonly [a: string, b: string, expected: string | object]>([
    ['exact a', 'exact a', 'exact a'],
    ['exact a', 'exact b', 'never'],
    ['exact ab', 'prefix a', 'exact ab'],
    ['exact ab', 'prefix b', 'never'],
    ['exact ab', 'suffix b', 'exact ab'],
    ['exact ab', 'suffix a', 'never'],
    ['exact ab', 'regex .*', several],
    ['exact 4', 'range 1 5', 'exact 4'],
    ['exact 5', 'range 1 5', 'never'],
    ['exact 14', 'range 1 5', 'never'],
    ['exact 41', 'range 1 5', 'never'],
    ['exact a', 'range 1 5', 'never'],
    ['range 1 5', 'range 1 5', 'range 1 5'],
    ['range 1 5', 'range 3 9', 'range 3 5'],
    ['range 1 9', 'range 3 5', 'range 3 5'],
    ['range 1 5', 'range 4 9', 'range 4 5'],
    ['range 1 5', 'range 5 9', 'never'],
    ['prefix a', 'prefix ab', 'prefix ab'],
    ['prefix ab', 'prefix ac', 'never'],
    ['suffix a', 'suffix ba', 'suffix ba'],
    ['suffix ba', 'suffix ca', 'never'],
    ['regex a', 'regex a', 'regex a'],
    ['regex a', 'regex b', several],
    ['regex a', 'prefix a', several],
    ['regex a', 'suffix a', several],
    ['regex a', 'range 1 5', several],
    ['prefix a', 'range 1 5', several],
    ['suffix a', 'range 1 5', several],
    ['prefix a', 'suffix b', 'regex a.*b'],
    ['prefix a.', 'suffix +b', 'regex a\\..*\\+b'],
    ['prefix ab', 'suffix bc', 'regex ab.*bc|abc'],
    ['prefix a.', 'suffix .b', 'regex a\\..*\\.b|a\\.b'],
    ['prefix aba', 'suffix aba', 'regex aba.*aba|ababa|aba'],
    ['prefix cab', 'suffix ab', 'regex cab.*ab|cab'],
  ])('%s and %s: %j', (a, b, expected) => {
    const result = typeof expected === 'string' && expected !== 'never' ? value(expected) : expected;
    expect(intersectionOf([value(a), value(b)])).toEqual(result);
    expect(intersectionOf([value(b), value(a)])).toEqual(result);
  });

  it.each<readonly [texts: readonly string[], expected: string | object]>([
    [[], {}],
    [['prefix a'], value('prefix a')],
    [['prefix a', 'prefix ab', 'exact abc'], value('exact abc')],
    [['exact a', 'exact b', 'regex .*'], 'never'],
    [['regex a', 'regex b', 'exact a'], several],
  ])('of %j are decided one after the other: %j', (texts, expected) => {
    expect(intersectionOf(texts.map(value))).toEqual(expected);
  });
});
