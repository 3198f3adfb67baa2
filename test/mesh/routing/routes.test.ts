import { describe, expect, it } from 'vitest';
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
});
