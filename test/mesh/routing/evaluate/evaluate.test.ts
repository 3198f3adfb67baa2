import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { MeshRequest } from '../../../../shared/mesh/routing/evaluate/request.ts';
import type { Manifest } from '../../harness/harness.ts';
import {
  aBackendGroup,
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
  routeOn,
} from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';

const shop = [aNamespace(), aMesh(), aNode('blue'), aNode('red')];
const cart = aService('cart', 'router/cart');

const asked: MeshRequest = {
  from: { kind: 'VirtualNode', namespace: 'apps', name: 'front' },
  ...{ host: 'cart.apps', port: 8080, scheme: 'http', method: 'GET', path: '/', headers: {} },
};

/** Of a sender whose backend is the virtual service `cart`. */
function evaluated(manifests: readonly Manifest[], request: Partial<MeshRequest> = {}) {
  const all = [...shop, aNode('front', backends('cart')), cart, ...manifests];
  return evaluate(directoryOf(...all), { ...asked, ...request });
}

/** Of each route, why it does not take the request; '' for the one that does. */
function reasons(match: object, request: Partial<MeshRequest> = {}): readonly string[] {
  const { routes } = evaluated(
    [aRouter('cart', [aRoute('only', { blue: 1 }, { match: match as never })])],
    request,
  );
  return routes.map(({ reason = '' }) => reason);
}

const header = (name: string, match?: object, invert?: boolean) => ({
  prefix: '/',
  headers: [{ name, ...(match && { match }), ...(invert !== undefined && { invert }) }],
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
    [{ prefix: '/a/b' }, { path: '/x/..//a/./%62' }, ''],
    [{ prefix: '/a%2Fb' }, { path: '/a%2Fb' }, ''],
    [header('n', { exact: '5' }), { headers: { n: ' 5 ' } }, ''],
  ])('a route with %j and a request with %j: %s', (match, request, expected) => {
    expect(reasons(match, request)).toEqual([expected]);
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

describe('what a route does with a request', () => {
  it('the targets share the requests by weight, at the port of the target or the first of the node', () => {
    const weightedTargets = [
      { virtualNodeRef: { name: 'blue' }, weight: 3 },
      { virtualNodeRef: { name: 'red' }, weight: 1, port: 9090 },
      { virtualNodeRef: { name: 'green' }, weight: 0 },
    ];
    const route = { name: 'all', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
    expect(evaluated([aRouter('cart', [route])]).targets).toEqual([
      { node: 'VirtualNode apps/blue', port: 8080, weight: 3, share: 0.75 },
      {
        ...{ node: 'VirtualNode apps/red', port: 9090, weight: 1, share: 0.25 },
        problem: 'has no listener on port 9090; it listens on 8080',
      },
      { node: 'VirtualNode apps/green', port: undefined, weight: 0, share: 0, problem: 'missing or invalid' },
    ]);
  });

  it('timeouts are those of the route and of the listeners of its targets, 15 s by default; retries are those of the route', () => {
    const timeout = { http: { perRequest: { unit: 's', value: 20 } } };
    const slow = aNode('slow', { listeners: [{ portMapping: { port: 8080, protocol: 'http' }, timeout }] });
    const route = aRoute('all', { blue: 1, slow: 1, red: 0 });
    const { httpRoute } = route as { httpRoute: object };
    const retryPolicy = {
      ...{ maxRetries: 4, perRetryTimeout: { unit: 'ms', value: 500 }, httpRetryEvents: ['gateway-error'] },
    };
    const own = { ...httpRoute, timeout: { perRequest: { unit: 's', value: 0 } }, retryPolicy };
    expect(evaluated([slow, aRouter('cart', [route])])).toMatchObject({
      timeouts: [
        { of: 'route "all" of VirtualRouter apps/cart', milliseconds: 15_000, isDefault: true },
        { of: 'listener 8080 of VirtualNode apps/blue', milliseconds: 15_000, isDefault: true },
        { of: 'listener 8080 of VirtualNode apps/slow', milliseconds: 20_000, isDefault: false },
      ],
      retries: { attempts: 2, codes: [503], isDefault: true },
    });
    expect(evaluated([slow, aRouter('cart', [{ ...route, httpRoute: own }])])).toMatchObject({
      timeouts: [{ milliseconds: null, isDefault: false }, {}, {}],
      retries: { attempts: 4, perTryMs: 500, codes: [502, 503, 504], isDefault: false },
    });
  });

  it('a virtual service with a virtual node as provider leads to it, with the default policy', () => {
    const direct = [aService('pay', 'node/blue'), aNode('front', backends('pay'))];
    expect(evaluate(directoryOf(...shop, ...direct), { ...asked, host: 'PAY.apps:8080' })).toMatchObject({
      outcome: 'Routed',
      service: { name: 'pay' },
      routes: [],
      targets: [{ node: 'VirtualNode apps/blue', port: 8080, share: 1 }],
      retries: { isDefault: true },
      sent: { host: 'PAY.apps:8080', path: '/' },
    });
  });

  it('a gRPC route takes what has the content type of gRPC', () => {
    const router = aRouter('cart', [routeOn('call', 'grpc')], listenersOn('grpc/9090'));
    const call = (type?: string) =>
      evaluated([router], { port: 9090, path: '/a.B/C', headers: type ? { 'content-type': type } : {} })
        .outcome;
    expect([
      call('application/grpc'),
      call('application/grpc+proto'),
      call('application/grpc-web'),
      call(),
    ]).toEqual([...['Routed', 'Routed', 'NoRoute', 'NoRoute']]);
  });

  it('a target without a port is that of the only listener of its node', () => {
    const two = aNode('two', listenersOn('http/8080', 'http/9090'));
    expect(evaluated([two, aRouter('cart', [aRoute('all', { two: 1 })])]).targets).toMatchObject([
      { port: undefined, problem: 'listens on 8080, 9090, and the target names no port' },
    ]);
  });

  it('of two backends on a port of TCP the first has it', () => {
    const tcp = aRouter('db', [routeOn('db', 'tcp')], listenersOn('tcp/8080'));
    const web = aRouter('web', [routeOn('web', 'http')], listenersOn('http/8080'));
    const services = [aService('db', 'router/db'), aService('web', 'router/web')];
    const chosen = (...names: readonly string[]) =>
      evaluate(directoryOf(...shop, tcp, web, ...services, aNode('front', backends(...names))), {
        ...asked,
        host: 'db.apps',
      });
    expect(chosen('db', 'web')).toMatchObject({ outcome: 'Routed', service: { name: 'db' } });
    expect(chosen('web', 'db').outcome).toBe('NoVirtualHost');
  });

  it('a TCP route takes all connections to its port, whatever the host name', () => {
    const router = aRouter('cart', [routeOn('db', 'tcp')], listenersOn('tcp/5432'));
    expect(evaluated([router], { port: 5432, host: 'any' })).toMatchObject({
      outcome: 'Routed',
      service: { name: 'cart' },
      targets: [{ node: 'VirtualNode apps/blue' }],
      timeouts: [],
    });
  });
});

describe('why nothing of the mesh answers', () => {
  const router = aRouter('cart', [aRoute('all', { blue: 1 })]);

  it.each<[string, readonly Manifest[], Partial<MeshRequest>, string, RegExp]>([
    [
      'the virtual service is not a backend',
      [router, aService('pay', 'router/cart')],
      { host: 'pay.apps' },
      'NoVirtualHost',
      /port 8080 is one of the mesh, and VirtualService apps\/pay is not a backend of VirtualNode apps\/front: the answer is 404/,
    ],
    [
      'no virtual service has the name',
      [router],
      { host: 'cart.shop' },
      'NoVirtualHost',
      /no virtual service of the mesh is named "cart.shop"/,
    ],
    [
      'the Host header names another port',
      [router],
      { host: 'cart.apps:80' },
      'NoVirtualHost',
      /the Host header names port 80/,
    ],
    [
      'the backend does not listen on the port',
      [router],
      { port: 81 },
      'NoFilterChain',
      /no backend of VirtualNode apps\/front listens on port 81 \(VirtualService apps\/cart, a backend of VirtualNode apps\/front, listens on 8080, not on 81\), and the egress filter of Mesh shop is DROP_ALL: the connection is closed/,
    ],
    [
      'the router has no route',
      [aRouter('cart')],
      {},
      'NoRoute',
      /VirtualRouter apps\/cart has no route: the answer is 404/,
    ],
    [
      'no route takes the request',
      [aRouter('cart', [aRoute('all', { blue: 1 }, { match: { prefix: '/a' } })])],
      {},
      'NoRoute',
      /no route of VirtualRouter apps\/cart takes the request/,
    ],
    [
      'the sender is not there',
      [router],
      { from: { kind: 'VirtualNode', namespace: 'apps', name: 'none' } },
      'SourceNotFound',
      /VirtualNode apps\/none not found/,
    ],
    [
      'the sender is invalid',
      [router, aNode('bad', { logging: { accessLog: 1 } })],
      { from: { kind: 'VirtualNode', namespace: 'apps', name: 'bad' } },
      'SourceInvalid',
      /spec.logging.accessLog/,
    ],
    [
      'the sender is in no mesh',
      [router, aNamespace('far', {}), aNode('alone', {}, 'far')],
      { from: { kind: 'VirtualNode', namespace: 'far', name: 'alone' } },
      'NotMember',
      /VirtualNode far\/alone belongs to no mesh/,
    ],
    [
      'the router is missing',
      [aNode('other')],
      {},
      'NoFilterChain',
      /cart, a backend of .*, listens on no port/,
    ],
  ])('nothing answers where %s', (_, manifests, request, outcome, reason) => {
    const found = evaluated(manifests, request);
    expect(found.outcome).toBe(outcome);
    expect(found.reason).toMatch(reason);
    expect(found.targets).toEqual([]);
  });

  it('a virtual service without provider listens on no port', () => {
    const found = evaluate(directoryOf(...shop, aNode('front', backends('cart')), aService('cart')), asked);
    expect(found).toMatchObject({ outcome: 'NoFilterChain' });
  });

  it('the egress filter lets everything through on other ports, or *.amazonaws.com alone', () => {
    const toAws = { host: 's3.eu-west-1.amazonaws.com' };
    const outcomes = [
      { ...toAws, port: 443, scheme: 'https' as const },
      { ...toAws, port: 443 },
      { ...toAws, port: 80 },
      toAws,
      { host: 's3.amazonaws.com.example', port: 80 },
      { host: 's3.amazonaws.com.example', port: 443, scheme: 'https' as const },
    ].map((request) => evaluated([router], request).outcome);
    expect(outcomes).toEqual([
      ...['PassedThrough', 'NoFilterChain', 'PassedThrough', 'PassedThrough'],
      ...['NoVirtualHost', 'NoFilterChain'],
    ]);
    const open = directoryOf(
      ...[aNamespace(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } }), aNode('blue')],
      ...[aNode('front', backends('cart')), cart, router],
    );
    expect(evaluate(open, { ...asked, host: 'example.com', port: 443 })).toMatchObject({
      outcome: 'PassedThrough',
      reason: expect.stringContaining('ALLOW_ALL'),
    });
    expect(evaluate(open, { ...asked, host: 'example.com' }).outcome).toBe('NoVirtualHost');
  });
});

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

describe('the backends of a virtual node', () => {
  it.each([
    ['a backend group', { backendGroups: [{ name: 'all' }] }],
    ['all virtual services of its namespace', { backendGroups: [{ name: '*' }] }],
    ['a backend group with all virtual services', { backendGroups: [{ name: 'whole' }] }],
  ])('a virtual node may call the virtual services of %s', (_, spec) => {
    const manifests = [
      ...[aBackendGroup('all', ['cart']), aBackendGroup('whole', ['*'])],
      ...[aNode('client', spec), aRouter('cart', [aRoute('all', { blue: 1 })])],
    ];
    const from = { kind: 'VirtualNode', namespace: 'apps', name: 'client' } as const;
    expect(evaluated(manifests, { from }).outcome).toBe('Routed');
  });
});
