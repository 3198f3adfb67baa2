import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
} from '../../harness/manifests.ts';
import { translated } from './translated.ts';

type Members = Readonly<Record<string, unknown>>;

const podSelector = { matchLabels: { app: 'edge' } };
const base = [aNamespace(), aMesh(), aNode('blue'), aService('orders', 'router/router')];
const destination = { host: 'blue.apps.svc.cluster.local', port: { number: 8080 } };
const notFound = { directResponse: { status: 404 } };

function routed(
  http: Members,
  routes: readonly Members[] = [aRoute('all', { blue: 1 })],
  gateway: Members = {},
) {
  const target = { virtualService: { virtualServiceRef: { name: 'orders' } } };
  const action = { target, ...((http.rewrite as object | undefined) && { rewrite: http.rewrite }) };
  const match = http.match ?? { prefix: '/shop' };
  const route = aGatewayRoute('r', 'orders', { httpRoute: { match, action } });
  const found = translated(
    ...base,
    aRouter('router', routes),
    aGateway('edge', { podSelector, ...gateway }),
    route,
  );
  return { ...found, http: found.specs['VirtualService/apps/r-gateway-route']?.http };
}

describe('a virtual gateway', () => {
  it('a virtual gateway is a Gateway, and a VirtualService that delegates to its routes in App Mesh’s order', () => {
    const routes = ['b', 'a', 'longer'].map((name) => aGatewayRoute(name, 'orders'));
    const last = aGatewayRoute('first', 'orders', { priority: 0 });
    const { specs, problems } = translated(
      ...base,
      aRouter('router'),
      aGateway('edge', { podSelector }),
      ...routes,
      last,
    );
    expect(problems).toEqual({});
    expect(specs['Gateway/apps/edge']).toEqual({
      selector: { app: 'edge' },
      servers: [{ port: { number: 8088, name: 'http-8088', protocol: 'HTTP' }, hosts: ['*'] }],
    });
    const root = specs['VirtualService/apps/edge-virtual-gateway'];
    expect([root.hosts, root.gateways]).toEqual([['*'], ['apps/edge']]);
    expect(root.http).toEqual(
      ['first', 'longer', 'a', 'b'].map((name) => ({
        match: [{ statPrefix: `apps_${name}` }],
        delegate: { name: `${name}-gateway-route`, namespace: 'apps' },
      })),
    );
  });

  it('a virtual gateway without labels of its pods is refused: it would select every gateway', () => {
    const { problems } = translated(...base, aRouter('router'), aGateway('edge'));
    expect(problems['VirtualGateway/apps/edge']?.[0]).toContain('spec.podSelector: is absent');
  });

  it('a virtual gateway with a name that is no DNS label has another one in Istio', () => {
    const { specs } = translated(
      ...base,
      aRouter('router'),
      aGateway('edge.v2', { podSelector }),
      aGatewayRoute('a', 'orders'),
    );
    const name = Object.keys(specs)
      .find((key) => key.startsWith('Gateway/'))
      ?.split('/')[2];
    expect(name).toMatch(/^edge-v2-[0-9a-f]{16}$/);
    expect(specs['VirtualService/apps/edge.v2-virtual-gateway'].gateways).toEqual([`apps/${name}`]);
  });

  it('a virtual gateway is refused if it may select the pods of an earlier one with the same port', () => {
    const gateways = ['edge', 'again', 'elsewhere'].map((name, index) =>
      aGateway(name, { podSelector, ...(index === 2 && listenersOn('http/9090')) }),
    );
    const { problems } = translated(...base, aRouter('router'), ...gateways);
    expect(Object.keys(problems)).toEqual(['VirtualGateway/apps/again']);
    expect(problems['VirtualGateway/apps/again']?.[0]).toContain(
      'may select the pods of VirtualGateway "apps/edge"',
    );
  });

  it('a virtual gateway with two listeners on one port is refused', () => {
    const { problems } = translated(
      ...base,
      aRouter('router'),
      aGateway('edge', { podSelector, ...listenersOn('http/80', 'grpc/80') }),
    );
    expect(problems['VirtualGateway/apps/edge']?.[0]).toContain('spec.listeners[1].portMapping.port');
  });
});

describe('a gateway route', () => {
  it('a gateway route has the routes of the router behind its prefix, rewritten, and 404 for the rest', () => {
    const { http, problems } = routed({}, [aRoute('cart', { blue: 1 }, { match: { prefix: '/cart' } })]);
    expect(problems).toEqual({});
    expect(http).toEqual([
      {
        name: 'cart',
        match: [{ uri: { prefix: '/shop/cart' } }, { uri: { prefix: '/shopcart' } }],
        rewrite: { uri: '/cart', authority: 'orders.apps' },
        ...{ route: [{ destination }], timeout: '15s' },
        retries: { attempts: 2, retryOn: 'reset,connect-failure,refused-stream,unavailable,503' },
      },
      { match: [{ uri: { prefix: '/shop' } }], ...notFound },
    ]);
  });

  it.each<[string, Members, Members | undefined]>([
    ['the name of the service by default', {}, { authority: 'orders.apps' }],
    [
      'the host as it is if that is switched off',
      { rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } } },
      undefined,
    ],
  ])('a gateway route sends %s', (_, members, expected) => {
    expect(routed({ match: { prefix: '/' }, ...members }).http[0].rewrite).toEqual(expected);
  });

  it.each<[string, Members, Members]>([
    [
      'a host name, in any case and with any port',
      { hostname: { exact: 'a.example.com' } },
      { authority: { regex: '(?i:a\\.example\\.com)(:\\d+)?' } },
    ],
    [
      'the end of a host name',
      { hostname: { suffix: '.example.com' } },
      { authority: { regex: '(?i:.*\\.example\\.com)(:\\d+)?' } },
    ],
    [
      'a header',
      { prefix: '/', headers: [{ name: 'a', match: { exact: 'b' } }] },
      { headers: { a: { exact: 'b' } } },
    ],
    ['a method', { prefix: '/', method: 'GET' }, { method: { exact: 'GET' } }],
    ['query parameters', { prefix: '/', queryParameters: [{ name: 'a' }] }, { queryParams: { a: {} } }],
    ['a port of the gateway', { prefix: '/', port: 8088 }, { port: 8088 }],
  ])('a gateway route matches by %s', (_, match, expected) => {
    expect(routed({ match }).http[0].match[0]).toMatchObject(expected);
  });

  it('a gateway route matches what both it and the route demand', () => {
    const routes = [
      aRoute(
        'a',
        { blue: 1 },
        { match: { prefix: '/', method: 'GET', headers: [{ name: 'a', match: { exact: 'b' } }] } },
      ),
    ];
    const match = { prefix: '/', queryParameters: [{ name: 'q' }], headers: [{ name: 'c' }] };
    expect(routed({ match }, routes).http[0].match).toEqual([
      {
        uri: { prefix: '/' },
        method: { exact: 'GET' },
        headers: { a: { exact: 'b' }, c: {} },
        queryParams: { q: {} },
      },
    ]);
  });

  it('a gateway route that contradicts every route answers 404 only', () => {
    const routes = [aRoute('a', { blue: 1 }, { match: { prefix: '/', method: 'GET' } })];
    const { http } = routed({ match: { prefix: '/', method: 'POST' } }, routes);
    expect(http).toEqual([{ match: [{ uri: { prefix: '/' }, method: { exact: 'POST' } }], ...notFound }]);
  });

  it('a gateway route that contradicts itself takes no request from the others', () => {
    const headers = [{ name: 'a' }, { name: 'a', invert: true }];
    const { http } = routed({ match: { prefix: '/', headers } });
    expect(http).toEqual([{ match: [{ authority: { exact: '/' } }], ...notFound }]);
  });

  it('a gateway route is tried on the ports of its protocol only', () => {
    const { http } = routed(
      { match: { prefix: '/' } },
      undefined,
      listenersOn('http/80', 'grpc/81', 'http/82'),
    );
    expect(http[0].match.map(({ port }: { port: number }) => port)).toEqual([80, 82]);
  });

  it('a gateway route has a timeout of 15 seconds at most, as App Mesh’s gateways', () => {
    const minute = { perRequest: { unit: 's', value: 60 } };
    const slow = aNode('blue', {
      listeners: [{ portMapping: { port: 8080, protocol: 'http' }, timeout: { http: minute } }],
    });
    const route = aRoute('a', { blue: 1 }) as { httpRoute: Members };
    const router = aRouter('router', [{ ...route, httpRoute: { ...route.httpRoute, timeout: minute } }]);
    const manifests: Manifest[] = [aNamespace(), aMesh(), slow, aService('orders', 'router/router'), router];
    const { specs } = translated(
      ...manifests,
      aGateway('edge', { podSelector }),
      aGatewayRoute('r', 'orders'),
    );
    expect(specs['VirtualService/apps/orders'].http[0].timeout).toBe('60s');
    expect(specs['VirtualService/apps/r-gateway-route'].http[0].timeout).toBe('15s');
  });

  it('a gateway route to a virtual node leads to its port, and one to a service without a provider to 404', () => {
    const manifests = [
      aNamespace(),
      aMesh(),
      aNode('blue'),
      aGateway('edge', { podSelector }),
      aGatewayRoute('r', 'orders'),
    ];
    const toNode = translated(...manifests, aService('orders', 'node/blue')).specs[
      'VirtualService/apps/r-gateway-route'
    ];
    expect(toNode.http[0]).toMatchObject({
      rewrite: { uri: '/', authority: 'orders.apps' },
      route: [{ destination }],
    });
    const without = translated(...manifests, aService('orders')).specs['VirtualService/apps/r-gateway-route'];
    expect(without.http).toEqual([{ match: [{ uri: { prefix: '/r' } }], ...notFound }]);
  });

  it.each<[string, Members, readonly Members[] | undefined, Members, string]>([
    [
      'the gateway has no such listener',
      {},
      undefined,
      listenersOn('grpc/80'),
      'spec.httpRoute: the gateway has no listener of protocol http',
    ],
    [
      'the gateway has no such port',
      { match: { prefix: '/', port: 1 } },
      undefined,
      {},
      'spec.httpRoute.match.port',
    ],
    [
      'a rewrite meets a regular expression',
      {},
      [aRoute('a', { blue: 1 }, { match: { path: { regex: '/a.*' } } })],
      {},
      'spec.httpRoute.match.path: Istio cannot require a regular expression and another path',
    ],
  ])('a gateway route is refused if %s', (_, members, routes, gateway, expected) => {
    const { problems, http } = routed(members, routes, gateway);
    expect(problems['GatewayRoute/apps/r']?.[0]).toContain(expected);
    expect(http).toBeUndefined();
  });

  it.each<[string, Members, string]>([
    ['several ports, and the target none', listenersOn('http/8080', 'http/9090'), 'has several ports'],
    ['TCP only', { ...listenersOn('tcp/8080') }, 'leads to a port of protocol tcp'],
  ])('a gateway route is refused if the service has %s', (_, listeners, expected) => {
    const manifests = [aNamespace(), aMesh(), aNode('blue', listeners), aService('orders', 'node/blue')];
    const { problems } = translated(
      ...manifests,
      aGateway('edge', { podSelector }),
      aGatewayRoute('r', 'orders'),
    );
    expect(problems['GatewayRoute/apps/r']?.[0]).toContain(expected);
  });

  it('a gateway route that is refused or invalid leaves the others of its gateway in effect', () => {
    const bad = [aGatewayRoute('bad', 'orders', { httpRoute: null }), aGatewayRoute('missing', 'missing')];
    const { specs } = translated(
      ...base,
      aRouter('router'),
      aGateway('edge', { podSelector }),
      aGatewayRoute('r', 'orders'),
      ...bad,
    );
    expect(specs).toHaveProperty(['VirtualService/apps/r-gateway-route']);
    expect(specs['VirtualService/apps/edge-virtual-gateway'].http).toHaveLength(3);
  });
});
