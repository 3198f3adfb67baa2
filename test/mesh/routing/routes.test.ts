import { describe, expect, it } from 'vitest';
import { compareRanks, grpcMatchOf, httpMatchOf, rankOf } from '../../../shared/mesh/routing/match.ts';
import { orderedRoutes } from '../../../shared/mesh/routing/routes.ts';
import { virtualRouterSpec } from '../../../shared/model/mesh/kinds/virtual-router.ts';

const action = { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] };

function orderOf(...routes: readonly { readonly name: string; readonly [member: string]: unknown }[]) {
  return orderedRoutes(virtualRouterSpec.parse({ routes })).map(({ name }) => name);
}

function http(name: string, match: object, others: object = {}) {
  return { name, httpRoute: { match, action }, ...others };
}

describe('the order of the routes of a virtual router', () => {
  it('routes of a virtual router are ordered by priority, and routes without one come last', () => {
    expect(
      orderOf(
        http('none', { prefix: '/longer' }),
        http('last', { prefix: '/' }, { priority: 1000 }),
        http('first', { prefix: '/' }, { priority: 0 }),
      ),
    ).toEqual(['first', 'last', 'none']);
  });

  it('routes are ordered by exact path, longest prefix, regular expression, then any path', () => {
    expect(
      orderOf(
        { name: 'any', grpcRoute: { match: {}, action } },
        http('regex', { path: { regex: '/a.*' } }),
        http('short', { prefix: '/a' }),
        http('long', { prefix: '/ab' }),
        http('exact', { path: { exact: '/' } }),
      ),
    ).toEqual(['exact', 'long', 'short', 'regex', 'any']);
  });

  it('routes of equal paths are ordered by method, more headers, more query parameters, and place in the list', () => {
    const one = { headers: [{ name: 'a' }] };
    expect(
      orderOf(
        http('first', { prefix: '/' }),
        http('second', { prefix: '/' }),
        http('query', { prefix: '/', queryParameters: [{ name: 'a' }] }),
        http('header', { prefix: '/', ...one }),
        http('headers', { prefix: '/', headers: [{ name: 'a' }, { name: 'b' }] }),
        http('method', { prefix: '/', method: 'GET' }),
      ),
    ).toEqual(['method', 'headers', 'header', 'query', 'first', 'second']);
  });

  it('the order of routes takes a gRPC method as an exact path and a gRPC service as a prefix', () => {
    const routes = [
      { name: 'service', grpcRoute: { match: { serviceName: 'shop.Cart' }, action } },
      { name: 'method', grpcRoute: { match: { serviceName: 'shop.Cart', methodName: 'Add' }, action } },
    ];
    expect(orderedRoutes(virtualRouterSpec.parse({ routes })).map(({ match }) => match.path)).toEqual([
      { kind: 'exact', value: '/shop.Cart/Add' },
      { kind: 'prefix', value: '/shop.Cart/' },
    ]);
  });

  const target = { virtualNodeRef: { name: 'blue' }, weight: 1 };
  const perTry = { unit: 's', value: 1 };
  const retryPolicy = { maxRetries: 3, perRetryTimeout: perTry, tcpRetryEvents: ['connection-error'] };
  const timeout = { idle: { unit: 's', value: 5 } };
  const match = { prefix: '/a', port: 80 };

  it.each([
    ['http', { action, match, retryPolicy, timeout }, httpMatchOf(match)],
    ['http2', { action, match, retryPolicy, timeout }, httpMatchOf(match)],
    [
      'grpc',
      { action, match: { serviceName: 'a.B', port: 80 }, retryPolicy, timeout },
      grpcMatchOf({ serviceName: 'a.B', port: 80 }),
    ],
    ['tcp', { action, match: { port: 80 }, timeout }, httpMatchOf({ port: 80 })],
    ['tcp', { action, timeout }, httpMatchOf({})],
    ['tcp', { action, match: null, timeout }, httpMatchOf({})],
  ])('a route of %s has all its parts, whatever the protocol', (protocol, given, expected) => {
    const spec = virtualRouterSpec.parse({
      routes: [http('before', { prefix: '/longer' }), { name: 'all', [`${protocol}Route`]: given }],
    });
    expect(orderedRoutes(spec).find(({ name }) => name === 'all')).toEqual({
      ...{ index: 1, name: 'all', protocol, path: `spec.routes[1].${protocol}Route` },
      match: expected,
      targets: [target],
      retryPolicy: 'retryPolicy' in given ? retryPolicy : undefined,
      timeout,
    });
  });

  it.each([[{}], [{ routes: null }], [{ routes: [] }]])('a virtual router with %j has no routes', (spec) => {
    expect(orderedRoutes(virtualRouterSpec.parse(spec))).toEqual([]);
  });
});

describe('the match of a route', () => {
  const empty = { path: undefined, headers: [], queryParameters: [] };

  it.each([
    [{}, empty],
    [
      {
        ...{ prefix: null, path: null, method: null, scheme: null, hostname: null },
        ...{ headers: null, queryParameters: null, port: null },
      },
      empty,
    ],
    [{ path: { exact: '/a', regex: null } }, { ...empty, path: { kind: 'exact', value: '/a' } }],
    [{ path: { exact: null, regex: '/a' } }, { ...empty, path: { kind: 'regex', value: '/a' } }],
    [{ path: {} }, empty],
    [
      {
        ...{ prefix: '/a', method: 'GET', scheme: 'http', hostname: { exact: 'a' }, port: 80 },
        ...{ headers: [{ name: 'h' }], queryParameters: [{ name: 'q' }] },
      },
      {
        ...{ path: { kind: 'prefix', value: '/a' }, method: 'GET', scheme: 'http', hostname: { exact: 'a' } },
        ...{ headers: [{ name: 'h' }], queryParameters: [{ name: 'q' }], port: 80 },
      },
    ],
  ])('of HTTP %j is %j', (given, expected) => {
    expect(httpMatchOf(given)).toEqual(expected);
  });

  it.each([
    [{}, empty],
    [{ serviceName: null, methodName: null, hostname: null, metadata: null, port: null }, empty],
    [{ serviceName: null, methodName: 'C' }, empty],
    [
      { serviceName: 'a.B', hostname: { suffix: 'a' }, metadata: [{ name: 'h' }], port: 80 },
      {
        ...{ path: { kind: 'prefix', value: '/a.B/' }, hostname: { suffix: 'a' }, port: 80 },
        ...{ headers: [{ name: 'h' }], queryParameters: [] },
      },
    ],
  ])('of gRPC %j is %j', (given, expected) => {
    expect(grpcMatchOf(given)).toEqual(expected);
  });

  it.each([
    [[1, 2], [1, 2], 0],
    [[1, 2], [1, 3], -1],
    [[1, 3], [1, 2], 1],
    [[2, 0], [1, 9], 1],
    [[Number.NEGATIVE_INFINITY], [-5], -1],
    [[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY], 0],
  ])('the ranks %j and %j are compared as %j', (a, b, expected) => {
    expect(compareRanks(a, b)).toBe(expected);
  });

  it.each([
    [{}, undefined, [Number.POSITIVE_INFINITY, 3, 0, 0, 1, 0, 0]],
    [{ prefix: '/abc' }, null, [Number.POSITIVE_INFINITY, 1, -4, 0, 1, 0, 0]],
    [{ path: { exact: '/abc' } }, 0, [0, 0, 0, 0, 1, 0, 0]],
    [{ path: { regex: '/abc' } }, 7, [7, 2, 0, 0, 1, 0, 0]],
    [{ hostname: { exact: 'a' } }, 7, [7, 3, 0, Number.NEGATIVE_INFINITY, 1, 0, 0]],
    [{ hostname: { suffix: 'abc' } }, 7, [7, 3, 0, -3, 1, 0, 0]],
    [{ hostname: {} }, 7, [7, 3, 0, 0, 1, 0, 0]],
    [
      { method: 'GET', headers: [{ name: 'a' }, { name: 'b' }], queryParameters: [{ name: 'a' }] },
      ...[7, [7, 3, 0, 0, 0, -2, -1]],
    ],
  ] as const)('the rank of %j with the priority %j is %j', (given, priority, expected) => {
    expect(rankOf(httpMatchOf(given), priority).map((rank) => rank + 0)).toEqual(expected);
  });
});
