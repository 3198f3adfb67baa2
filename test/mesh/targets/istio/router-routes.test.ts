import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
  routeOn,
} from '../../harness/manifests.ts';
import { translated } from './translated.ts';

type Members = Readonly<Record<string, unknown>>;

const base = [aNamespace(), aMesh()];
const blue = { host: 'blue.apps.svc.cluster.local', port: { number: 8080 } };
const retries = { attempts: 2, retryOn: 'reset,connect-failure,refused-stream,unavailable,503' };
const second = { unit: 's', value: 1 };

/** The VirtualService of Istio for the service `orders`, whose router has the routes. */
function routed(routes: readonly Members[], spec: Members = {}, ...others: readonly Manifest[]) {
  const nodes = others.some(({ metadata }) => metadata.name === 'blue') ? [] : [aNode('blue')];
  const service = aService('orders', 'router/router', { awsName: 'orders.apps.svc.cluster.local' });
  const found = translated(...base, ...nodes, aRouter('router', routes, spec), service, ...others);
  return { ...found, spec: found.specs['VirtualService/apps/orders'] };
}

function httpRoute(members: Members, protocol = 'http') {
  const action = { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] };
  const route = { name: 'a', [`${protocol}Route`]: { match: { prefix: '/' }, action, ...members } };
  return routed([route], listenersOn(`${protocol as 'http'}/8080`)).spec.http[0];
}

describe('a route of a virtual router', () => {
  it('a route leads to its target on the port of the listener, with App Mesh’s timeout and retries', () => {
    const { spec, problems } = routed([aRoute('all', { blue: 1 })]);
    expect(problems).toEqual({});
    expect(spec).toEqual({
      ...{ hosts: ['orders.apps.svc.cluster.local'], exportTo: ['apps'] },
      http: [
        {
          ...{ name: 'all', match: [{ uri: { prefix: '/' }, port: 8080 }] },
          ...{ route: [{ destination: blue }], timeout: '15s', retries },
        },
      ],
    });
  });

  it.each<[string, Members, Members]>([
    ['a prefix', { prefix: '/a' }, { uri: { prefix: '/a' } }],
    ['an exact path', { path: { exact: '/a' } }, { uri: { exact: '/a' } }],
    ['a regular expression', { path: { regex: '/a+' } }, { uri: { regex: '/a+' } }],
    ['a method', { prefix: '/', method: 'GET' }, { method: { exact: 'GET' } }],
    ['a scheme', { prefix: '/', scheme: 'https' }, { scheme: { exact: 'https' } }],
    [
      'a header',
      { prefix: '/', headers: [{ name: 'X-A', match: { prefix: 'b' } }] },
      { headers: { 'x-a': { prefix: 'b' } } },
    ],
    [
      'query parameters',
      { prefix: '/', queryParameters: [{ name: 'a', match: { exact: '1' } }, { name: 'b' }] },
      { queryParams: { a: { exact: '1' }, b: {} } },
    ],
    ['a port', { prefix: '/', port: 8080 }, { port: 8080 }],
  ])('a route matches by %s', (_, match, expected) => {
    expect(httpRoute({ match }).match[0]).toMatchObject(expected);
  });

  it.each<[string, Members, Members]>([
    ['a service', { serviceName: 'shop.Cart' }, { uri: { prefix: '/shop.Cart/' } }],
    ['a method', { serviceName: 'shop.Cart', methodName: 'Add' }, { uri: { exact: '/shop.Cart/Add' } }],
    ['metadata', { metadata: [{ name: 'a', match: { exact: 'b' } }] }, { headers: { a: { exact: 'b' } } }],
    ['nothing', {}, { port: 8080 }],
  ])('a gRPC route matches by %s', (_, match, expected) => {
    expect(httpRoute({ match }, 'grpc').match[0]).toMatchObject(expected);
  });

  it.each<[string, Members | null, Members]>([
    ['App Mesh’s by default', null, retries],
    ['none', { maxRetries: 0, perRetryTimeout: second, httpRetryEvents: ['server-error'] }, { attempts: 0 }],
    [
      'those of each event',
      {
        maxRetries: 3,
        perRetryTimeout: { unit: 'ms', value: 250 },
        httpRetryEvents: ['gateway-error'],
        tcpRetryEvents: ['connection-error'],
      },
      { attempts: 3, perTryTimeout: '250ms', retryOn: 'reset,connect-failure,502,503,504' },
    ],
    [
      'without a timeout of each try if it is 0',
      { maxRetries: 3, perRetryTimeout: { unit: 'ms', value: 0 }, httpRetryEvents: ['client-error'] },
      { attempts: 3, retryOn: '409' },
    ],
  ])('a route has retries: %s', (_, retryPolicy, expected) => {
    expect(httpRoute({ retryPolicy }).retries).toEqual(expected);
  });

  const ofNode = (perRequest: Members) =>
    aNode('blue', {
      listeners: [{ portMapping: { port: 8080, protocol: 'http' }, timeout: { http: { perRequest } } }],
    });
  const minute = { unit: 's', value: 60 };

  it.each<[string, Members | null, Manifest[], string | undefined]>([
    ['15 seconds', null, [], '15s'],
    ['its own, if shorter than the listener’s of the target', { unit: 'ms', value: 500 }, [], '500ms'],
    ['the listener’s default if its own is longer', minute, [], '15s'],
    ['its own, if the listener allows it', minute, [ofNode(minute)], '60s'],
    ['the listener’s, if shorter', null, [ofNode(second)], '1s'],
    ['none, if both are switched off', { unit: 's', value: 0 }, [ofNode({ unit: 's', value: 0 })], undefined],
  ])('a route has a timeout: %s', (_, perRequest, nodes, expected) => {
    const route = { ...aRoute('a', { blue: 1 }) } as { httpRoute: Members };
    const http = { ...route.httpRoute, timeout: perRequest && { perRequest } };
    expect(routed([{ ...route, httpRoute: http }], {}, ...nodes).spec.http[0].timeout).toBe(expected);
  });

  it('a route of several targets has the longest of their timeouts', () => {
    const slow = ofNode(minute);
    const action = {
      weightedTargets: [
        { virtualNodeRef: { name: 'blue' }, weight: 1 },
        { virtualNodeRef: { name: 'red' }, weight: 1 },
      ],
    };
    const route = {
      name: 'a',
      httpRoute: { match: { prefix: '/' }, action, timeout: { perRequest: minute } },
    };
    expect(routed([route], {}, slow, aNode('red')).spec.http[0].timeout).toBe('60s');
  });

  it('a route keeps every weight, also 0, and the port of a target', () => {
    const red = aNode('red', listenersOn('http/8080', 'http/9090'));
    const action = {
      weightedTargets: [
        { virtualNodeRef: { name: 'blue' }, weight: 3 },
        { virtualNodeRef: { name: 'red' }, weight: 0, port: 9090 },
      ],
    };
    expect(
      routed([{ name: 'a', httpRoute: { match: { prefix: '/' }, action } }], {}, red).spec.http[0].route,
    ).toEqual([
      { destination: blue, weight: 3 },
      { destination: { host: 'red.apps.svc.cluster.local', port: { number: 9090 } }, weight: 0 },
    ]);
  });

  it('a route whose weights are all 0 is invalid, as in App Mesh', () => {
    const { problems, spec } = routed([aRoute('a', { blue: 0 })]);
    expect(problems['VirtualRouter/apps/router']?.[0]).toContain('expected a weight above 0');
    expect(problems['VirtualService/apps/orders']?.[0]).toContain('VirtualRouter "router" is invalid');
    expect(spec).toBeUndefined();
  });

  it('routes come in App Mesh’s order, and a route that can never match is left out', () => {
    const never = [true, false].map((invert) => ({ name: 'a', match: { exact: 'a' }, invert }));
    const { spec } = routed([
      aRoute('second', { blue: 1 }, { match: { prefix: '/' } }),
      aRoute(
        'never',
        { blue: 1 },
        { match: { prefix: '/', headers: [{ name: 'a' }, { name: 'a', invert: true }] } },
      ),
      aRoute('first', { blue: 1 }, { match: { prefix: '/ab' } }),
      aRoute('prior', { blue: 1 }, { match: { prefix: '/', headers: never.slice(1) }, priority: 1 }),
    ]);
    expect(spec.http.map(({ name }: { name: string }) => name)).toEqual(['prior', 'first', 'second']);
  });

  it('a TCP route leads every connection of its port', () => {
    const { spec, problems } = routed(
      [routeOn('a', 'tcp/9000')],
      listenersOn('tcp/9000'),
      aNode('blue', listenersOn('tcp/9000')),
    );
    expect(problems).toEqual({});
    expect(spec).toEqual({
      ...{ hosts: ['orders.apps.svc.cluster.local'], exportTo: ['apps'] },
      tcp: [{ match: [{ port: 9000 }], route: [{ destination: { ...blue, port: { number: 9000 } } }] }],
    });
  });

  it('a route is tried on every port of its protocol, and other ports answer 404', () => {
    const { spec } = routed([routeOn('a', 'http')], listenersOn('http/80', 'http/81', 'grpc/82'));
    expect(
      spec.http.map(({ match }: { match: readonly { port: number }[] }) => match.map(({ port }) => port)),
    ).toEqual([[80, 81], [82]]);
    expect(spec.http[1].directResponse).toEqual({ status: 404 });
  });

  it.each<[string, readonly Members[], Members, string]>([
    [
      'its protocol has no listener',
      [routeOn('a', 'grpc')],
      {},
      'spec.routes[0].grpcRoute: the router has no listener of protocol grpc',
    ],
    [
      'its port is none of a listener',
      [routeOn('a', 'http/81')],
      {},
      'spec.routes[0].httpRoute.match.port: is no port',
    ],
    [
      'a port has two listeners',
      [],
      listenersOn('http/80', 'grpc/80'),
      'spec.listeners[1].portMapping.port: is also the port',
    ],
    ['a port of TCP has no route', [], listenersOn('tcp/80'), 'the router has no route for port 80'],
  ])('a route is refused with its router if %s', (_, routes, spec, expected) => {
    const { problems, specs } = routed(routes, spec);
    expect(problems['VirtualService/apps/orders']?.join('\n')).toContain(expected);
    expect(specs).not.toHaveProperty('VirtualService/apps/orders');
  });

  it.each<[string, Manifest, string]>([
    ['has no listener', aNode('blue', { listeners: [] }), 'no listener'],
    [
      'has no service discovery',
      aNode('blue', { listeners: [], serviceDiscovery: null }),
      'no service discovery',
    ],
    [
      'has several listeners, and the target no port',
      aNode('blue', listenersOn('http/80', 'http/81')),
      'has several listeners',
    ],
    [
      'has a host name of one label',
      aNode('blue', { serviceDiscovery: { dns: { hostname: 'blue' } } }),
      'spec.serviceDiscovery.dns.hostname',
    ],
    [
      'has pods that Istio cannot select',
      aNode('blue', {
        serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'blue' } },
        podSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] },
      }),
      'spec.podSelector',
    ],
    [
      'has an IP address',
      aNode('blue', { serviceDiscovery: { dns: { hostname: '10.0.0.1' } } }),
      'spec.serviceDiscovery.dns.hostname',
    ],
  ])('a route is refused if its target %s', (_, node, expected) => {
    const { problems } = routed([aRoute('a', { blue: 1 })], {}, node);
    expect(problems['VirtualRouter/apps/router']?.[0]).toContain(expected);
    expect(problems['VirtualService/apps/orders']?.[0]).toContain(expected);
  });

  it('a route with a missing target is a missing reference of the virtual service, too', () => {
    const { problems } = routed([aRoute('a', { missing: 1 })]);
    expect(problems['VirtualService/apps/orders']).toContainEqual(
      'ReferenceMissing VirtualRouter apps/router spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeRef: VirtualNode "apps/missing" not found',
    );
    expect(problems['VirtualRouter/apps/router']?.[0]).toContain('VirtualNode "apps/missing" not found');
  });
});
