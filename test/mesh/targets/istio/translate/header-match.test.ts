import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpMatchOf } from '../../../../../shared/mesh/targets/istio/translate/match/http-match.ts';
import { rangeRegex, regexFault } from '../../../../../shared/mesh/targets/istio/translate/match/regex.ts';
import type { StringMatch } from '../../../../../shared/mesh/targets/istio/translate/match/value-match.ts';
import type { NamedMatch, ValueMatch } from '../../../../../shared/model/mesh/route-match.ts';

const numRuns = Number(process.env.PROPERTY_RUNS ?? 300);

function headers(...all: readonly NamedMatch[]) {
  return httpMatchOf([{ path: undefined, headers: all, queryParameters: [] }]);
}

/** What App Mesh's proxy does: an inverted match needs the header, unless it is of the presence. */
function isTakenByAppMesh(all: readonly NamedMatch[], value: string | undefined): boolean {
  return all.every(({ match, invert = false }) => {
    if (!match) return (value !== undefined) !== invert;
    return value !== undefined && fits(match, value) !== invert;
  });
}

function fits({ exact, prefix, suffix, regex, range }: ValueMatch, value: string): boolean {
  if (exact) return value === exact;
  if (prefix) return value.startsWith(prefix);
  if (suffix) return value.endsWith(suffix);
  if (regex) return new RegExp(`^(?:${regex})$`).test(value);
  const isNumber = /^[+-]?\d+$/.test(value);
  return range ? isNumber && Number(value) >= range.start && Number(value) < range.end : false;
}

/** What Istio's proxy does: an absent header counts as empty where a value must not match. */
function isTakenByIstio(found: ReturnType<typeof httpMatchOf>, value: string | undefined): boolean {
  if (found === 'never' || 'fault' in found) return false;
  const one = found.headers?.['x-a'];
  const without = found.withoutHeaders?.['x-a'];
  const isPresence = (match: StringMatch) => Object.keys(match).length === 0;
  const isExcluded = without && (isPresence(without) ? value !== undefined : fits(without, value ?? ''));
  return (!one || (value !== undefined && (isPresence(one) || fits(one, value)))) && !isExcluded;
}

const text = fc.stringMatching(/^[ab+.]{1,3}$/);
const valueMatches: fc.Arbitrary<ValueMatch> = fc.oneof(
  fc.record({ exact: text }),
  fc.record({ prefix: text }),
  fc.record({ suffix: text }),
  fc.record({ regex: fc.constantFrom('a+', '[ab]b?', '\\d+') }),
  fc
    .tuple(fc.integer({ min: -30, max: 30 }), fc.integer({ min: 1, max: 40 }))
    .map(([start, length]) => ({ range: { start, end: start + length } })),
);
const conditions: fc.Arbitrary<NamedMatch> = fc.record(
  { name: fc.constantFrom('x-a', 'X-A'), match: valueMatches, invert: fc.boolean() },
  { requiredKeys: ['name'] },
);
const values = fc.option(
  fc.oneof(text, fc.stringMatching(/^[ab+.]{0,6}$/), fc.integer({ min: -50, max: 80 }).map(String)),
  { nil: undefined },
);

describe('the conditions on a header', () => {
  it('header conditions take the same values in Istio as in App Mesh, or are refused', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(conditions, { minLength: 1, maxLength: 3 }), fc.array(values), (all, given) => {
        const found = headers(...all);
        if (found !== 'never' && 'fault' in found) return;
        compared++;
        for (const value of given) expect(isTakenByIstio(found, value)).toBe(isTakenByAppMesh(all, value));
      }),
      { numRuns },
    );
    expect(compared).toBeGreaterThan(numRuns / 2);
  });

  it.each<[string, NamedMatch[], object | 'never']>([
    ['an exact value', [{ name: 'X-A', match: { exact: 'a' } }], { headers: { 'x-a': { exact: 'a' } } }],
    ['a prefix', [{ name: 'x-a', match: { prefix: 'a' } }], { headers: { 'x-a': { prefix: 'a' } } }],
    ['a suffix', [{ name: 'x-a', match: { suffix: '.a' } }], { headers: { 'x-a': { regex: '.*\\.a' } } }],
    [
      'a regular expression',
      [{ name: 'x-a', match: { regex: 'a+' } }],
      { headers: { 'x-a': { regex: 'a+' } } },
    ],
    [
      'a range',
      [{ name: 'x-a', match: { range: { start: 1, end: 5 } } }],
      { headers: { 'x-a': { regex: '\\+?0*([1-4])' } } },
    ],
    ['presence', [{ name: 'x-a' }], { headers: { 'x-a': {} } }],
    ['absence', [{ name: 'x-a', invert: true }], { withoutHeaders: { 'x-a': {} } }],
    [
      'an inverted value, for which the header must be there',
      [{ name: 'x-a', match: { exact: 'a' }, invert: true }],
      { headers: { 'x-a': {} }, withoutHeaders: { 'x-a': { exact: 'a' } } },
    ],
    [
      'prefix and suffix of one header, which may overlap',
      [
        { name: 'x-a', match: { prefix: 'ab' } },
        { name: 'x-a', match: { suffix: 'bc' } },
      ],
      { headers: { 'x-a': { regex: 'ab.*bc|abc' } } },
    ],
    [
      'two inverted values',
      [
        { name: 'x-a', match: { exact: 'a' }, invert: true },
        { name: 'x-a', match: { prefix: 'b' }, invert: true },
      ],
      { headers: { 'x-a': {} }, withoutHeaders: { 'x-a': { regex: '(?:a)|(?:b.*)' } } },
    ],
    [
      'conditions that no value meets',
      [
        { name: 'x-a', match: { exact: 'a' } },
        { name: 'x-a', match: { exact: 'b' } },
      ],
      'never',
    ],
  ])('the conditions on a header can be %s', (_, all, expected) => {
    expect(headers(...all)).toEqual(expected);
  });

  it.each<[string, NamedMatch[]]>([
    [
      'two regular expressions',
      [
        { name: 'x-a', match: { regex: 'a+' } },
        { name: 'x-a', match: { regex: 'b+' } },
      ],
    ],
    ['a name that is none of a header', [{ name: 'x a' }]],
    ['a claim of a token, which is no header', [{ name: '@request.auth.claims.group' }]],
    ['a look-ahead', [{ name: 'x-a', match: { regex: 'a(?=b)' } }]],
    ['what is no regular expression', [{ name: 'x-a', match: { regex: '*' } }]],
    [
      'a range of too many digits',
      [{ name: 'x-a', match: { range: { start: -9007199254740991, end: 9007199254740991 } } }],
    ],
  ])('the conditions on a header are refused if they are %s', (_, all) => {
    expect(headers(...all)).toMatchObject({ field: 'headers', fault: expect.any(String) });
  });
});

describe('the regular expression of a range', () => {
  it('the regular expression of a range takes exactly the whole numbers of the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3000, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: -7000, max: 7000 }),
        (start, length, number) => {
          const regex = new RegExp(`^(?:${rangeRegex(start, start + length)})$`);
          expect(regex.test(String(number))).toBe(number >= start && number < start + length);
        },
      ),
      { numRuns },
    );
  });

  it('the regular expression of a range takes signs and leading zeros, and no other texts', () => {
    const regex = new RegExp(`^(?:${rangeRegex(-1, 11)})$`);
    expect(['-01', '+0', '-0', '007', '+10'].every((value) => regex.test(value))).toBe(true);
    expect(['', '-', '1.0', ' 1', '0x1', '11', '-2'].some((value) => regex.test(value))).toBe(false);
  });
});

describe('a regular expression', () => {
  it.each(['(?i)abc', '(?P<name>a)', '[[:alpha:]]+', '\\z', '(?s:.)*', 'a{2,3}', '\\pL'])(
    'the RE2 regular expression %s is accepted',
    (regex) => {
      expect(regexFault(regex)).toBeUndefined();
    },
  );

  it.each(['(?!a)b', '(?<=a)b', '(a)\\1', '*', '(', '[a', 'a'.repeat(1025)])(
    'the regular expression %s is refused',
    (regex) => {
      expect(regexFault(regex)).toBeDefined();
    },
  );
});
