import { describe, expect, it } from 'vitest';
import { failedCondition } from '../../../../shared/mesh/routing/evaluate/conditions.ts';
import type { MeshRequest } from '../../../../shared/mesh/routing/evaluate/request.ts';
import { httpMatchOf } from '../../../../shared/mesh/routing/match.ts';
import { aRoute, aRouter, listenersOn, routeOn } from '../../harness/manifests.ts';
import { asked, evaluated } from './evaluated.ts';

/** Of each route, why it does not take the request; '' for the one that does. */
function reasons(match: object, request: Partial<MeshRequest> = {}): readonly string[] {
  const { routes } = evaluated(
    [aRouter('cart', [aRoute('only', { blue: 1 }, { match: match as never })])],
    request,
  );
  return routes.map(({ reason = '' }) => reason);
}

const onlyHeader = (name: string, match?: object, invert?: boolean) => ({
  headers: [{ name, ...(match && { match }), ...(invert !== undefined && { invert }) }],
});

function said(match: object, request: Partial<MeshRequest>): string | undefined {
  return failedCondition(httpMatchOf(match), { ...asked, ...request })?.reason;
}

const header = (name: string, match?: object, invert?: boolean) => ({
  prefix: '/',
  ...onlyHeader(name, match, invert),
});

describe('why a route does not take a request', () => {
  it.each<[object, Partial<MeshRequest>, string]>([
    [{ prefix: '/a' }, { path: '/b?c' }, 'the path is "/b"; expected the prefix "/a"'],
    [{ prefix: '/a' }, { path: '/ab' }, ''],
    [{ path: { exact: '/a' } }, { path: '/a/' }, 'the path is "/a/"; expected exact "/a"'],
    [
      { path: { regex: '/[0-9]+' } },
      { path: '/1a' },
      'the path is "/1a"; expected the whole to match "/[0-9]+"',
    ],
    [{ prefix: '/', method: 'POST' }, {}, 'the method is "GET"; expected "POST"'],
    [{ prefix: '/', scheme: 'https' }, {}, 'the scheme is "http"; expected "https"'],
    [{ prefix: '/', port: 81 }, {}, 'the port is 8080; expected 81'],
    [header('x-color', { exact: 'blue' }), {}, 'the header "x-color" is absent; expected exact "blue"'],
    [
      header('X-Color', { exact: 'blue' }),
      { headers: { 'x-color': 'red' } },
      'the header "X-Color" is "red"; expected exact "blue"',
    ],
    [header('x-color', { exact: 'blue' }), { headers: { 'x-color': 'blue' } }, ''],
    [
      header('n', { range: { start: 1, end: 5 } }),
      { headers: { n: '5' } },
      'the header "n" is "5"; expected a whole number from 1 to 4',
    ],
    [
      header('n', { suffix: 'b' }, true),
      { headers: { n: 'ab' } },
      'the header "n" is "ab"; expected not the suffix "b"',
    ],
    [header('n', { suffix: 'b' }, true), {}, 'the header "n" is absent; expected not the suffix "b"'],
    [header('n', undefined, true), { headers: { n: '' } }, 'the header "n" is there; expected none'],
    [header('n'), {}, 'the header "n" is absent'],
    [header('n', { exact: 'b' }), { headers: { n: ['a', 'b'] } }, ''],
    [
      header('n', { exact: 'a,b' }),
      { headers: { n: ['a', 'b'] } },
      'the header "n" is "a" and "b"; expected exact "a,b"',
    ],
    [
      header('n', { exact: 'b' }, true),
      { headers: { n: ['a', 'b'] } },
      'the header "n" is "a" and "b"; expected not exact "b"',
    ],
    [header('n', { range: { start: 5, end: 8 } }), { headers: { n: ['1', '6'] } }, ''],
    [header('Accept', { exact: 'a,b' }), { headers: { accept: ['a ', ' b'] } }, ''],
    [
      header('accept', { exact: 'a' }),
      { headers: { accept: ['a', 'b'] } },
      'the header "accept" is "a,b"; expected exact "a"',
    ],
    [
      header('constructor', { prefix: 'a' }),
      {},
      'the header "constructor" is absent; expected the prefix "a"',
    ],
    [header(':method', { exact: 'PUT' }), {}, 'the header ":method" is "GET"; expected exact "PUT"'],
    [
      { prefix: '/', queryParameters: [{ name: 'q', match: { exact: '1' } }] },
      { path: '/?q=2&q=1' },
      'the query parameter "q" is "2"; expected exact "1"',
    ],
    [{ prefix: '/', queryParameters: [{ name: 'q' }] }, { path: '/?p' }, 'the query parameter "q" is absent'],
    [
      { path: { regex: '/(?=a)' } },
      {},
      'not known whether the path matches "/(?=a)": this regular expression cannot be evaluated here',
    ],
    [{ path: { regex: '/(?=a)' }, method: 'POST' }, {}, 'the method is "GET"; expected "POST"'],
    [
      { path: { regex: '/(?=a)' }, ...onlyHeader('n', { regex: '(?=b)' }) },
      { headers: { n: 'b' } },
      'not known whether the path matches "/(?=a)": this regular expression cannot be evaluated here',
    ],
    [
      header('n', { regex: '(?=b)' }, true),
      { headers: { n: ['a', 'b'] } },
      'not known whether the header "n" matches "(?=b)": this regular expression cannot be evaluated here',
    ],
    [{ prefix: '/', method: 'POST' }, { method: 'POST' }, ''],
    [{ prefix: '/', port: 8080 }, {}, ''],
    [header('n'), { headers: { n: '' } }, ''],
    [header('n', undefined, true), {}, ''],
    [header('n', { prefix: 'b' }), { headers: { n: 'bc' } }, ''],
    [
      header('n', { prefix: 'b' }),
      { headers: { n: 'ab' } },
      'the header "n" is "ab"; expected the prefix "b"',
    ],
    [header('n', { suffix: 'b' }), { headers: { n: 'ab' } }, ''],
    [header('n', { regex: 'b+' }), { headers: { n: 'bb' } }, ''],
    [
      header('n', { regex: 'b+' }, true),
      { headers: { n: 'bb' } },
      'the header "n" is "bb"; expected not the whole to match "b+"',
    ],
    [
      header('n', { regex: '\\pL' }),
      { headers: { n: 'b' } },
      'not known whether the header "n" matches "\\\\pL": this regular expression cannot be evaluated here',
    ],
    [header('n', { regex: '\\pL' }), {}, 'the header "n" is absent; expected the whole to match "\\\\pL"'],
    [
      { prefix: '/', queryParameters: [{ name: 'q', match: { exact: '1' } }] },
      { path: '/' },
      'the query parameter "q" is absent; expected exact "1"',
    ],
    [{ prefix: '/', queryParameters: [{ name: 'q', match: { exact: '1' } }] }, { path: '/?q=1' }, ''],
    [{ prefix: '/', queryParameters: [{ name: 'q' }] }, { path: '/?q' }, ''],
    [{ prefix: '/a/b' }, { path: '/x/..//a/./%62' }, ''],
    [{ prefix: '/a%2Fb' }, { path: '/a%2Fb' }, ''],
    [{ path: { exact: '/a%7Cb' } }, { path: '/a|b?c|d' }, ''],
    [{ path: { exact: '/a' } }, { path: '/x/..;v=1/a?b' }, ''],
    [{ path: { exact: '/x/a' } }, { path: '/x/.;/a' }, ''],
    [{ path: { exact: '/x/...;/a;b' } }, { path: '/x/...;/a;b' }, ''],
    [{ path: { exact: '/x/..;/a' } }, { path: '/x/%2e%2e;/a' }, ''],
    [{ prefix: '/', scheme: 'https' }, { headers: { 'x-forwarded-proto': 'HTTPS' } }, ''],
    [
      { prefix: '/', scheme: 'https' },
      { scheme: 'https', headers: { 'x-forwarded-proto': 'http' } },
      'the scheme is "http"; expected "https"',
    ],
    [{ prefix: '/', scheme: 'https' }, { scheme: 'https', headers: { 'x-forwarded-proto': 'ftp' } }, ''],
    [header('X-Forwarded-Proto', { exact: 'http' }), {}, ''],
    [header(':scheme', { exact: 'https' }), { headers: { 'x-forwarded-proto': 'https' } }, ''],
    [header('n', { exact: '5' }), { headers: { n: ' 5 ' } }, ''],
  ])('a route with %j and a request with %j: %s', (match, request, expected) => {
    expect(reasons(match, request)).toEqual([expected]);
  });

  it.each([
    ['1', true],
    ['+1', true],
    ['12', true],
    ['19', true],
    ['0', false],
    ['-1', false],
    ['20', false],
    ['', false],
    ['1x', false],
    ['x1', false],
    ['x', false],
    ['1.5', false],
    ['1e1', false],
  ])('a header that is %j is in the range from 1 to 19: %j', (n, isIn) => {
    const expected = isIn ? '' : `the header "n" is "${n}"; expected a whole number from 1 to 19`;
    expect(reasons(header('n', { range: { start: 1, end: 20 } }), { headers: { n } })).toEqual([expected]);
  });

  it.each([
    [{ exact: 'a.example' }, 'the host is "cart.apps"; expected "a.example"'],
    [{ suffix: '.Example' }, 'the host is "cart.apps"; expected one that ends with ".Example"'],
    [{ suffix: '.APPS' }, undefined],
    [{}, undefined],
  ])('a match of the host name %j says %j', (hostname, expected) => {
    expect(said({ hostname }, { host: 'Cart.apps:80' })).toBe(expected);
  });

  it('of several conditions the first that fails is said, in the order in which they are read', () => {
    const all = {
      ...{ port: 1, hostname: { exact: 'a' }, path: { exact: '/a' }, method: 'PUT', scheme: 'https' },
      ...{ headers: [{ name: 'h1' }, { name: 'h2' }], queryParameters: [{ name: 'q1' }, { name: 'q2' }] },
    };
    const met = [
      ...[{ port: 1 }, { host: 'a' }, { path: '/a' }, { method: 'PUT' }, { scheme: 'https' as const }],
      ...[{ headers: { h1: '' } }, { headers: { h1: '', h2: '' } }, { path: '/a?q1' }, { path: '/a?q1&q2' }],
    ];
    const found = met.map((_, index) => said(all, Object.assign({}, ...met.slice(0, index))));
    expect(found).toEqual([
      'the port is 8080; expected 1',
      'the host is "cart.apps"; expected "a"',
      'the path is "/"; expected exact "/a"',
      'the method is "GET"; expected "PUT"',
      'the scheme is "http"; expected "https"',
      'the header "h1" is absent',
      'the header "h2" is absent',
      'the query parameter "q1" is absent',
      'the query parameter "q2" is absent',
    ]);
    expect(said(all, Object.assign({}, ...met))).toBe(undefined);
  });

  it('of all routes the first in order takes the request, and each other says why it does not', () => {
    const routes = [
      aRoute('rest', { blue: 1 }),
      aRoute('by-color', { red: 1 }, { match: header('x-color', { exact: 'red' }) }),
      aRoute('first', { red: 1 }, { match: { path: { exact: '/first' } }, priority: 0 }),
      aRoute('also', { red: 1 }),
    ];
    expect(evaluated([aRouter('cart', routes)])).toMatchObject({
      outcome: 'Routed',
      routes: [
        { name: 'first', outcome: 'not matched', reason: 'the path is "/"; expected exact "/first"' },
        {
          name: 'by-color',
          outcome: 'not matched',
          reason: 'the header "x-color" is absent; expected exact "red"',
        },
        { name: 'rest', outcome: 'taken' },
        { name: 'also', outcome: 'not reached', reason: 'matches, too; rest is tried before it' },
      ],
    });
  });

  it('a route of another protocol than the listener of the router takes nothing', () => {
    const listeners = listenersOn('http/8080', 'grpc/9090');
    const router = aRouter('cart', [routeOn('call', 'grpc'), routeOn('web', 'http')], listeners);
    expect(evaluated([router]).routes).toEqual([
      { name: 'web', outcome: 'taken' },
      {
        name: 'call',
        outcome: 'not matched',
        reason: 'is for grpc; port 8080 of VirtualRouter apps/cart is http',
      },
    ]);
  });
});
