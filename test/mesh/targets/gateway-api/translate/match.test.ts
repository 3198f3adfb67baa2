import { describe, expect, it } from 'vitest';
import {
  anyRequest,
  commonMatch,
  isSameMatch,
  type Match,
  rankOf,
} from '../../../../../shared/mesh/targets/gateway-api/translate/match.ts';
import type { Path } from '../../../../../shared/mesh/targets/gateway-api/translate/path.ts';
import type { Value } from '../../../../../shared/mesh/targets/gateway-api/translate/value.ts';

const exact = (value: string): Value => ({ kind: 'exact', value });
const regex = (value: string): Value => ({ kind: 'regex', value });
const path = (kind: Path['kind'], value: string) => ({ path: { kind, value } });
const headers = (all: Readonly<Record<string, Value>>) => ({ headers: new Map(Object.entries(all)) });
const query = (all: Readonly<Record<string, Value>>) => ({ query: new Map(Object.entries(all)) });
const match = (...parts: readonly Partial<Match>[]): Match => Object.assign({ ...anyRequest }, ...parts);

describe('the requests that two matches have in common', () => {
  it('fulfil all conditions of both', () => {
    const a = match(path('exact', '/a'), headers({ x: exact('1') }), { method: 'GET' });
    const b = match(path('prefix', '/'), headers({ y: exact('2') }), query({ q: exact('3') }));
    const both = match(
      path('exact', '/a'),
      headers({ x: exact('1'), y: exact('2') }),
      query({ q: exact('3') }),
    );
    expect(commonMatch(a, b)).toEqual({ ...both, method: 'GET' });
    expect(commonMatch(b, a)).toEqual({ ...both, method: 'GET' });
  });

  it.each<readonly [what: string, a: Partial<Match>, b: Partial<Match>, expected: null | undefined]>([
    ['paths', path('exact', '/a'), path('exact', '/b'), null],
    ['headers', headers({ x: exact('1') }), headers({ x: exact('2') }), null],
    ['query parameters', query({ x: exact('1') }), query({ x: exact('2') }), null],
    ['methods', { method: 'GET' }, { method: 'PUT' }, null],
    ['paths', path('regex', '/a.'), path('exact', '/ab'), undefined],
    ['headers', headers({ x: regex('1') }), headers({ x: regex('2') }), undefined],
    ['query parameters', query({ x: regex('1') }), query({ x: regex('2') }), undefined],
  ])('with different %s (%j, %j) are %s', (_, a, b, expected) => {
    expect(commonMatch(match(a), match(b))).toBe(expected);
  });

  it('with one method have that method', () => {
    const get = match({ method: 'GET' });
    expect(commonMatch(get, get)).toEqual(get);
  });

  it('are none if one condition excludes them, whatever cannot be expressed', () => {
    const a = match(path('regex', '/a.'), headers({ x: exact('1') }));
    const b = match(path('exact', '/ab'), headers({ x: exact('2') }));
    expect(commonMatch(a, b)).toBeNull();
    expect(
      commonMatch(
        match(path('regex', '/a.'), { method: 'GET' }),
        match(path('exact', '/ab'), { method: 'PUT' }),
      ),
    ).toBeNull();
  });
});

describe('two matches', () => {
  it('are the same in whatever order their headers and query parameters are', () => {
    const [one, two] = [exact('1'), exact('2')];
    const a = match(headers({ x: one, y: two }), query({ x: one, y: two }));
    expect(isSameMatch(a, match(headers({ y: two, x: one }), query({ y: two, x: one })))).toBe(true);
  });

  it.each<readonly [Partial<Match>, Partial<Match>]>([
    [path('exact', '/a'), path('prefix', '/a')],
    [path('exact', '/a'), path('exact', '/b')],
    [{ method: 'GET' }, {}],
    [headers({ x: exact('1') }), headers({ x: exact('2') })],
    [query({ x: exact('1') }), query({ y: exact('1') })],
    [headers({ x: exact('1') }), query({ x: exact('1') })],
  ])('%j and %j are not the same', (a, b) => {
    expect(isSameMatch(match(a), match(b))).toBe(false);
  });
});

describe('the precedence of a match', () => {
  it.each<readonly [Partial<Match>, asRegex: boolean, readonly number[]]>([
    [{}, false, [1, 1, 0, 0, 0]],
    [{}, true, [0, 3, 0, 0, 0]],
    [path('exact', '/abc'), false, [2, 4, 0, 0, 0]],
    [path('segments', '/ab'), false, [1, 3, 0, 0, 0]],
    [path('regex', '/a+'), false, [0, 3, 0, 0, 0]],
    [{ method: 'GET' }, false, [1, 1, 1, 0, 0]],
    [headers({ x: exact('1'), y: exact('1') }), false, [1, 1, 0, 2, 0]],
    [query({ x: exact('1') }), false, [1, 1, 0, 0, 1]],
  ])('%j (paths as regular expressions: %s) is %j', (part, asRegex, expected) => {
    expect(rankOf(match(part), asRegex)).toEqual(expected);
  });
});
