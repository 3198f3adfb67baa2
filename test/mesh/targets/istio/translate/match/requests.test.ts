import { describe, expect, it } from 'vitest';
import type { RequestMatch } from '../../../../../../shared/mesh/routing/match.ts';
import {
  type HttpMatch,
  httpMatchOf,
} from '../../../../../../shared/mesh/targets/istio/translate/match/http-match.ts';

type Header = RequestMatch['headers'][number];

const request = (parts: Partial<RequestMatch>): RequestMatch => ({
  ...{ path: undefined, headers: [], queryParameters: [] },
  ...parts,
});
const match = (...parts: readonly Partial<RequestMatch>[]) => httpMatchOf(parts.map(request));
const headers = (...all: readonly Header[]) => match({ headers: all });
const x = (condition: Header['match'], invert?: boolean): Header => ({
  name: 'x',
  match: condition,
  ...(invert !== undefined && { invert }),
});
const query = (name: string, exact?: string) => ({ name, ...(exact !== undefined && { match: { exact } }) });

describe('a request that meets several matches', () => {
  it('has the conditions of all of them', () => {
    const first = {
      ...{ method: 'GET', scheme: 'https', hostname: { exact: 'a.example.com' } },
      headers: [{ name: 'A', match: { exact: '1' } }],
      queryParameters: [query('q', '1')],
    } as const;
    const second = {
      headers: [{ name: 'b', match: { exact: '2' }, invert: true }],
      queryParameters: [query('p')],
    };
    expect(match(first, second)).toEqual({
      method: { exact: 'GET' },
      scheme: { exact: 'https' },
      authority: { regex: '(?i:a\\.example\\.com)(:\\d+)?' },
      headers: { a: { exact: '1' }, b: {} },
      withoutHeaders: { b: { exact: '2' } },
      queryParams: { p: {}, q: { exact: '1' } },
    });
    expect(match({}, {})).toEqual({});
    expect(match()).toEqual({});
  });

  it.each<readonly [what: string, first: Partial<RequestMatch>, second: Partial<RequestMatch>]>([
    ['methods', { method: 'GET' }, { method: 'PUT' }],
    ['schemes', { scheme: 'http' }, { scheme: 'https' }],
    ['headers', { headers: [x({ exact: 'a' })] }, { headers: [x({ exact: 'b' })] }],
    ['query parameters', { queryParameters: [query('q', '1')] }, { queryParameters: [query('q', '2')] }],
  ])('cannot have two %s', (_, first, second) => {
    expect(match(first, second)).toBe('never');
    expect(match(first, first)).not.toBe('never');
  });

  it('has the host name of the first that has one', () => {
    const suffix = match({}, { hostname: { suffix: '.example.com' } });
    expect(suffix).toEqual({ authority: { regex: '(?i:.*\\.example\\.com)(:\\d+)?' } });
  });

  it.each<readonly [parts: Partial<RequestMatch>, fault: object]>([
    [{ headers: [{ name: 'A b' }] }, { field: 'headers', fault: '"a b" is not the name of a header' }],
    [{ headers: [{ name: '' }] }, { field: 'headers', fault: '"" is not the name of a header' }],
    [{ headers: [x({ regex: '(' })] }, { field: 'headers', fault: 'the regular expression is not valid' }],
    [
      { headers: [x({ regex: '(' }, true)] },
      { field: 'headers', fault: 'the regular expression is not valid' },
    ],
    [
      { headers: [x({ regex: 'a' }), x({ regex: 'b' })] },
      { field: 'headers', fault: 'Istio has one condition for each header' },
    ],
    [
      { queryParameters: [query('')] },
      { field: 'queryParameters', fault: 'a query parameter without a name' },
    ],
  ])('with %j is refused: %j', (parts, fault) => {
    expect(match(parts)).toEqual(fault);
  });
});

describe('the headers of a request', () => {
  it('are in the order of their names', () => {
    for (const names of [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
      ['b', 'c', 'a'],
    ]) {
      const found = headers(...names.map((name) => ({ name }))) as HttpMatch;
      expect(Object.keys(found.headers ?? {})).toEqual(['a', 'b', 'c']);
    }
  });

  it.each<readonly [all: readonly Header[], expected: object | 'never']>([
    [[x(undefined), x({ exact: 'a' })], { headers: { x: { exact: 'a' } } }],
    [[x({ exact: 'a' }, false)], { headers: { x: { exact: 'a' } } }],
    [[x(null, true)], { withoutHeaders: { x: {} } }],
    [[x(null, true), x(null, true)], { withoutHeaders: { x: {} } }],
    [[x(null, true), x(null)], 'never'],
    [[x(null, true), x({ exact: 'a' })], 'never'],
    [[x(null, true), x({ exact: 'a' }, true)], 'never'],
    [
      [x({ prefix: 'a' }), x({ exact: 'ab' }, true)],
      { headers: { x: { prefix: 'a' } }, withoutHeaders: { x: { exact: 'ab' } } },
    ],
  ])('with %j are %j', (all, expected) => {
    expect(headers(...all)).toEqual(expected);
  });

  it('have no condition of a member that is null or undefined', () => {
    expect(headers(x({ exact: null, prefix: undefined }))).toEqual({ headers: { x: {} } });
    expect(headers(x({ exact: 'a', suffix: null }), x({ exact: 'a', regex: null }))).toEqual({
      headers: { x: { exact: 'a' } },
    });
  });
});

describe('the query parameters of a request', () => {
  const params = (...all: RequestMatch['queryParameters']) => match({ queryParameters: all });

  it.each<readonly [all: RequestMatch['queryParameters'], expected: object | 'never']>([
    [[query('q', '1'), query('q')], { queryParams: { q: { exact: '1' } } }],
    [[query('q'), query('q', '1')], { queryParams: { q: { exact: '1' } } }],
    [[query('q', '1'), query('q', '1')], { queryParams: { q: { exact: '1' } } }],
    [[query('q', '1'), query('q', '2')], 'never'],
    [[query('q', ''), query('q', '2')], 'never'],
    [[query('q', '1'), query('p', '2')], { queryParams: { p: { exact: '2' }, q: { exact: '1' } } }],
    [[{ name: 'q', match: null }], { queryParams: { q: {} } }],
  ])('%j are %j', (all, expected) => {
    expect(params(...all)).toEqual(expected);
  });
});
