import { describe, expect, it } from 'vitest';
import type { MeshRequest } from '../../../../shared/mesh/routing/evaluate/request.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aGateway, aGatewayRoute, aRoute, aRouter, listenersOn } from '../../harness/manifests.ts';
import { evaluated } from './evaluated.ts';

describe('a request that arrives at a gateway', () => {
  const at = {
    from: { kind: 'VirtualGateway', namespace: 'apps', name: 'in' },
    host: 'shop.example',
    port: 8088,
  } as const;
  const router = aRouter('cart', [
    aRoute('items', { blue: 1 }, { match: { prefix: '/items' } }),
    aRoute('rest', { red: 1 }),
  ]);

  it('a gateway route chooses the virtual service and rewrites, then the routes of its router decide', () => {
    const found = evaluated(
      [router, aGateway('in'), aGatewayRoute('cart', 'cart'), aGatewayRoute('other', 'cart')],
      {
        ...at,
        path: '/cart/items/1?q',
      },
    );
    expect(found).toMatchObject({
      outcome: 'Routed',
      gatewayRoutes: [
        {
          name: 'GatewayRoute apps/other',
          outcome: 'not matched',
          reason: 'the path is "/cart/items/1"; expected the prefix "/other"',
        },
        { name: 'GatewayRoute apps/cart', outcome: 'taken' },
      ],
      serviceName: 'cart.apps',
      routes: [
        { name: 'items', outcome: 'taken' },
        { name: 'rest', outcome: 'not reached' },
      ],
      sent: { host: 'cart.apps', path: '/items/1?q' },
      timeouts: [{ of: 'GatewayRoute apps/cart', milliseconds: 15_000 }, {}, {}],
      objects: [
        { kind: 'VirtualGateway', name: 'in' },
        { kind: 'GatewayRoute', name: 'cart' },
        { kind: 'VirtualService', name: 'cart' },
        { kind: 'VirtualRouter', name: 'cart' },
        { kind: 'VirtualNode', name: 'blue' },
      ],
    });
  });

  it('a path that a rewrite leaves with dot segments or slashes is made plain before the routes decide', () => {
    const sent = (path: string) =>
      evaluated([router, aGateway('in'), aGatewayRoute('cart', 'cart')], { ...at, path });
    for (const path of ['/cart../items', '/cart..;/items', '/cart./items', '/cart%2E%2E/items'])
      expect(sent(path)).toMatchObject({
        routes: [{ name: 'items', outcome: 'taken' }, { name: 'rest' }],
        sent: { path: '/items' },
      });
  });

  it.each([
    [{ exact: '[::1]' }, '[::1]:8088'],
    [{ exact: 'Shop.example' }, 'shop.Example:1'],
    [{ exact: 'shop.example:8088' }, 'shop.example:8088'],
    [{ suffix: 'example:8088' }, 'shop.example:8088'],
  ])('a route with the host name %j takes a request to %s', (hostname, host) => {
    const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
    const httpRoute = { match: { prefix: '/', hostname }, action: { target } };
    const manifests = [router, aGateway('in'), aGatewayRoute('cart', 'cart', { httpRoute })];
    expect(evaluated(manifests, { ...at, host }).outcome).toBe('Routed');
    expect(evaluated(manifests, { ...at, host: 'shop.example:1x' }).outcome).toBe('NoRoute');
  });

  it.each<[string, readonly Manifest[], Partial<MeshRequest>, string, RegExp]>([
    [
      'it does not listen on the port',
      [],
      { port: 80 },
      'NoListener',
      /does not listen on port 80 \(it has 8088\)/,
    ],
    [
      'it has no gateway route',
      [],
      {},
      'NoRoute',
      /VirtualGateway apps\/in has no gateway route: the answer is 404/,
    ],
    [
      'no gateway route takes the request',
      [aGatewayRoute('cart', 'cart')],
      { path: '/x' },
      'NoRoute',
      /no gateway route of VirtualGateway apps\/in takes the request/,
    ],
    [
      'the virtual service is missing',
      [aGatewayRoute('cart', 'none')],
      { path: '/cart' },
      'NotKnown',
      /the virtual service of GatewayRoute apps\/cart is missing/,
    ],
    [
      'the gateway route is invalid',
      [aGatewayRoute('cart', 'cart', { priority: -1 })],
      {},
      'NoRoute',
      /no gateway route/,
    ],
  ])('a gateway does not route a request where %s', (_, manifests, request, outcome, reason) => {
    const found = evaluated([router, aGateway('in'), ...manifests], { ...at, ...request });
    expect(found.outcome).toBe(outcome);
    expect(found.reason).toMatch(reason);
  });

  it('a gateway route without a port leads nowhere if the virtual service has several', () => {
    const two = aRouter('cart', [], listenersOn('http/8080', 'http/9090'));
    const found = evaluated([two, aGateway('in'), aGatewayRoute('cart', 'cart')], { ...at, path: '/cart' });
    expect(found.reason).toMatch(/names no port, and VirtualService apps\/cart listens on 8080, 9090/);
  });
});
