import { describe, expect, it } from 'vitest';
import {
  aBackendGroup,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
  routeOn,
} from '../../../harness/manifests.ts';
import { reported } from './harness.ts';

const base = [aNamespace(), aMesh(), aNode('blue')];
const arn = (kind: string) => `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/orders`;
const router = (...routes: readonly object[]) => [
  ...base,
  aRouter('router', routes as Parameters<typeof aRouter>[1]),
];
const ofRouter = (...routes: readonly object[]) => reported('VirtualRouter', 'router', router(...routes));
const matching = (match: object) => ofRouter(aRoute('a', { blue: 1 }, { match: { prefix: '/', ...match } }));

describe('what Envoy cannot express of a virtual router', () => {
  it('a router of what Envoy has is not reported', () => {
    expect(ofRouter(aRoute('a', { blue: 0, front: 1 }), routeOn('b', 'http/8080'))).toEqual([]);
  });

  it('a regular expression that is not in the syntax of RE2 is refused where it is', () => {
    expect(ofRouter(aRoute('a', { blue: 1 }, { match: { path: { regex: '/(?=a)' } } }))).toEqual([
      'refused spec.routes[0].httpRoute.match.path.regex',
    ]);
    expect(matching({ headers: [{ name: 'a', match: { regex: '(a)\\1' } }] })).toEqual([
      'refused spec.routes[0].httpRoute.match.headers[0].match.regex',
    ]);
  });

  it('a regular expression of which the program is large is refused, also if Envoy would take it', () => {
    const counting = (times: number) => ({ path: { regex: '.{1000}'.repeat(times) } });
    expect(ofRouter(aRoute('a', { blue: 1 }, { match: counting(30) }))).toContain(
      'refused spec.routes[0].httpRoute.match.path.regex',
    );
    expect(ofRouter(aRoute('a', { blue: 1 }, { match: { path: { regex: '.'.repeat(255) } } }))).toEqual([]);
  });

  it('regular expressions that together have a large program are refused', () => {
    const headers = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `h${index}`, match: { regex: '.{300}' } }));
    expect(matching({ headers: headers(5) })).toEqual([]);
    const routes = Array.from({ length: 10 }, (_, index) =>
      aRoute(`r${index}`, { blue: 1 }, { match: { prefix: '/', headers: headers(10) } }),
    );
    expect(ofRouter(...routes)).toEqual(['refused spec.routes']);
  });

  it('routes that would take much of the proxy of each caller are refused', () => {
    const routes = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aRoute(`r${index}`, { blue: 1 }, { match: { prefix: `/${'x'.repeat(500)}${index}` } }),
      );
    expect(ofRouter(...routes(90))).toEqual([]);
    expect(ofRouter(...routes(110))).toEqual(['refused spec.routes']);
  });

  it('the port on which Envoy itself receives what the application sends is refused', () => {
    const manifests = [...base, aRouter('router', [routeOn('a', 'http')], listenersOn('http/15001'))];
    expect(reported('VirtualRouter', 'router', manifests)).toEqual([
      'refused spec.listeners[0].portMapping.port',
    ]);
  });

  it('a name that no header or query parameter can have is refused', () => {
    const names = { headers: [{ name: 'a b' }], queryParameters: [{ name: '' }] };
    expect(matching(names)).toEqual([
      'refused spec.routes[0].httpRoute.match.headers[0].name',
      'refused spec.routes[0].httpRoute.match.queryParameters[0].name',
    ]);
  });

  it('a route without a listener of its protocol, or of another port, is refused', () => {
    expect(ofRouter(routeOn('a', 'grpc'), routeOn('b', 'http/9090'))).toEqual([
      'refused spec.routes[1].httpRoute.match.port',
      'refused spec.routes[0].grpcRoute',
    ]);
  });

  it('a TCP target of weight 0 is refused', () => {
    const weightedTargets = ['blue', 'front'].map((name, weight) => ({
      virtualNodeRef: { name },
      weight,
    }));
    const routes = [{ name: 'a', tcpRoute: { action: { weightedTargets } } }];
    const manifests = [...base, aRouter('router', routes, listenersOn('tcp/8080'))];
    expect(reported('VirtualRouter', 'router', manifests)).toEqual([
      'refused spec.routes[0].tcpRoute.action.weightedTargets[0].weight',
    ]);
  });

  it('a target by ARN, or on a port where its node does not listen, is refused', () => {
    const target = (name: string, target: object) => ({
      name,
      httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [{ weight: 1, ...target }] } },
    });
    const two = aNode('two', listenersOn('http/8080', 'http/9090'));
    const none = aNode('none', { listeners: [] });
    const routes = [
      target('a', { virtualNodeARN: arn('virtualNode') }),
      target('b', { virtualNodeRef: { name: 'blue' }, port: 1 }),
      target('c', { virtualNodeRef: { name: 'two' } }),
      target('d', { virtualNodeRef: { name: 'none' } }),
    ];
    expect(reported('VirtualRouter', 'router', [...router(...routes), two, none])).toEqual([
      'refused spec.routes[0].httpRoute.action.weightedTargets[0].virtualNodeARN',
      'refused spec.routes[1].httpRoute.action.weightedTargets[0].port',
      'refused spec.routes[2].httpRoute.action.weightedTargets[0].port',
      'refused spec.routes[3].httpRoute.action.weightedTargets[0]',
    ]);
  });

  it('two listeners on one port are refused', () => {
    const listeners = listenersOn('http/8080', 'grpc/8080');
    expect(reported('VirtualRouter', 'router', [...base, aRouter('router', [], listeners)])).toEqual([
      'refused spec.listeners[1].portMapping.port',
    ]);
  });
});

describe('what Envoy cannot express of a virtual service', () => {
  const named = (...names: readonly string[]) => [
    ...base,
    ...names.map((awsName, index) => aService(`service-${index}`, undefined, { awsName })),
  ];

  it.each(['*', '*.apps', 'a b', 'orders:80', 'a..b'])(
    'the name %s, which no client can call, is refused',
    (name) => {
      expect(reported('VirtualService', 'service-0', named(name))).toEqual(['refused spec.awsName']);
    },
  );

  it('of two virtual services with one name, in whatever case, the younger one is refused', () => {
    const manifests = named('orders.apps', 'Orders.apps');
    expect(reported('VirtualService', 'service-0', manifests)).toEqual([]);
    expect(reported('VirtualService', 'service-1', manifests)).toEqual(['refused spec.awsName']);
  });

  it('a name that names a namespace belongs to a service there, even if it is created again later', () => {
    const squatter = {
      ...aService('squat', undefined, { awsName: 'CART.apps.svc.cluster.local' }),
      metadata: { name: 'squat', namespace: 'other' },
    };
    const cart = aService('cart', undefined, { awsName: 'cart.apps.svc.cluster.local' });
    const manifests = [aNamespace('other'), ...base, squatter, cart];
    expect(reported('VirtualService', 'cart', manifests)).toEqual([]);
    expect(reported('VirtualService', 'squat', manifests)).toEqual(['refused spec.awsName']);
  });

  it('a provider by ARN is refused', () => {
    const provider = { virtualRouter: { virtualRouterARN: arn('virtualRouter') } };
    expect(
      reported('VirtualService', 'orders', [...base, aService('orders', undefined, { provider })]),
    ).toEqual(['refused spec.provider.virtualRouter.virtualRouterARN']);
  });
});

describe('what Envoy cannot express of what a virtual node calls, and how it is found', () => {
  const tcp = (port: number) => listenersOn(`tcp/${port}`);
  const databases = [
    aService('one', 'router/one'),
    aService('two', 'router/two'),
    aRouter('one', [], tcp(5432)),
    aRouter('two', [], tcp(5432)),
  ];
  const cloudMap = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'orders' } };

  it('two backends on one port of TCP are stated, and do not hold up the node', () => {
    const manifests = [...base, ...databases, aNode('front', backends('one', 'two'))];
    expect(reported('VirtualNode', 'front', manifests)).toEqual([
      'differs spec.backends[1].virtualService.virtualServiceRef',
    ]);
    const front = aNode('front', { backendGroups: [{ name: 'all' }] });
    expect(
      reported('VirtualNode', 'front', [...base, ...databases, front, aBackendGroup('all', ['one', 'two'])]),
    ).toEqual(['differs spec.backendGroups']);
  });

  it('a backend by ARN, and a host name that cannot be one, are refused', () => {
    const virtualService = { virtualServiceARN: arn('virtualService') };
    const serviceDiscovery = { dns: { hostname: 'http://orders' } };
    const manifests = [...base, aNode('front', { backends: [{ virtualService }], serviceDiscovery })];
    expect(reported('VirtualNode', 'front', manifests)).toEqual([
      'refused spec.backends[0].virtualService.virtualServiceARN',
      'refused spec.serviceDiscovery.dns.hostname',
    ]);
  });

  it('a selector of pods that a Service cannot have is refused with Cloud Map discovery only', () => {
    const expression = { matchExpressions: [{ key: 'app', operator: 'Exists' }] };
    const reportOf = (podSelector: object, spec: object) =>
      reported('VirtualNode', 'front', [...base, aNode('front', { podSelector, ...spec })]);
    expect(reportOf(expression, {})).toEqual([]);
    expect(reportOf(expression, { serviceDiscovery: cloudMap })).toEqual([
      'refused spec.podSelector.matchExpressions',
    ]);
    expect(reportOf({}, { serviceDiscovery: cloudMap })).toEqual(['refused spec.podSelector']);
  });

  it('the owner of a mesh differs', () => {
    expect(reported('Mesh', 'shop', [aNamespace(), aMesh({ meshOwner: '111122223333' })])).toEqual([
      'differs spec.meshOwner',
    ]);
  });
});

describe('a host name of discovery that would lead each caller to itself', () => {
  it.each([
    '127.0.0.1',
    '169.254.169.254',
    '::1',
    'fe80::1',
    '0.0.0.0',
    'localhost',
    'a.localhost.',
    '127.1',
    '0x7f000001',
  ])('%s is refused', (hostname) => {
    const node = aNode('blue', { serviceDiscovery: { dns: { hostname } } });
    expect(reported('VirtualNode', 'blue', [aNamespace(), aMesh(), node])).toEqual([
      'refused spec.serviceDiscovery.dns.hostname',
    ]);
  });
});

it('a name of Cloud Map that is too long for the name of a server in TLS is refused', () => {
  const named = (length: number) => {
    const awsCloudMap = { serviceName: 'orders', namespaceName: 'n'.repeat(length) };
    return [
      aNamespace(),
      aMesh(),
      aNode('blue', { podSelector: { matchLabels: { a: 'b' } }, serviceDiscovery: { awsCloudMap } }),
    ];
  };
  expect(reported('VirtualNode', 'blue', named(248))).toEqual([]);
  expect(reported('VirtualNode', 'blue', named(249))).toEqual([
    'refused spec.serviceDiscovery.awsCloudMap.namespaceName',
  ]);
});
