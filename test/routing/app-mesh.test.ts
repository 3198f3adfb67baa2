import { describe, expect, it } from 'vitest';
import { AppMesh } from './app-mesh.ts';
import { manifests, request, shown } from './harness.ts';

const nodes = ['blue', 'green', 'red'].map(
  (name) => `
kind: VirtualNode
metadata: { name: ${name}, namespace: shop }
spec:
  listeners: [{ portMapping: { port: 8080, protocol: http } }, { portMapping: { port: 9090, protocol: grpc } }]
  serviceDiscovery: { dns: { hostname: ${name}.example } }
`,
);

const service = `
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { provider: { virtualRouter: { virtualRouterRef: { name: cart } } } }
`;

function router(routes: string): string {
  return `
kind: VirtualRouter
metadata: { name: cart, namespace: shop }
spec:
  listeners: [{ portMapping: { port: 80, protocol: http } }, { portMapping: { port: 90, protocol: grpc } }]
  routes: ${routes}
`;
}

function meshOf(...texts: readonly string[]): AppMesh {
  return new AppMesh(manifests(...nodes, ...texts));
}

/** A route of a match in flow style to a node of the colour. */
const to = (color: string, match: string, rest = '') =>
  `{ name: ${color}, ${rest} httpRoute: { match: ${match}, action: { weightedTargets: [{ virtualNodeRef: { name: ${color} }, weight: 1 }] } } }`;

describe('what App Mesh does with a request of a pod', () => {
  it.each([
    [
      'a route with a priority before one without',
      [to('blue', '{ prefix: /a/b }'), to('red', '{ prefix: / }', 'priority: 1000,')],
      { path: '/a/b' },
      'red',
    ],
    [
      'a route of priority 0 before one of priority 1',
      [to('blue', '{ prefix: / }', 'priority: 1,'), to('red', '{ prefix: / }', 'priority: 0,')],
      {},
      'red',
    ],
    [
      'the route with the longest prefix',
      [to('blue', '{ prefix: / }'), to('red', '{ prefix: /a }')],
      { path: '/ab' },
      'red',
    ],
    [
      'a route with an exact path before one with a prefix',
      [to('blue', '{ prefix: /ab }'), to('red', '{ path: { exact: /ab } }')],
      { path: '/ab?c' },
      'red',
    ],
    [
      'a route with a prefix before one with a regular expression',
      [to('blue', '{ path: { regex: .* } }'), to('red', '{ prefix: / }')],
      {},
      'red',
    ],
    [
      'no route whose regular expression takes only a part of the path',
      [to('blue', '{ path: { regex: /a } }'), to('red', '{ prefix: / }')],
      { path: '/ab' },
      'red',
    ],
    [
      'a route with the method of the request',
      [to('blue', '{ prefix: /, method: GET }'), to('red', '{ prefix: / }')],
      {},
      'blue',
    ],
    [
      'no route with another method',
      [to('blue', '{ prefix: /, method: GET }'), to('red', '{ prefix: / }')],
      { method: 'PUT' },
      'red',
    ],
    [
      'the first of equal routes in the list',
      [to('green', '{ prefix: / }'), to('blue', '{ prefix: / }')],
      {},
      'green',
    ],
    [
      'no route whose header range ends at the value',
      [to('blue', '{ prefix: /, headers: [{ name: N, match: { range: { start: 1, end: 5 } } }] }')],
      { headers: { n: '5' } },
      undefined,
    ],
    [
      'a route whose header range starts at the value',
      [to('blue', '{ prefix: /, headers: [{ name: N, match: { range: { start: 1, end: 5 } } }] }')],
      { headers: { n: '1' } },
      'blue',
    ],
    [
      'no route with an inverted header value if the header is absent',
      [to('blue', '{ prefix: /, headers: [{ name: n, invert: true, match: { exact: a } }] }')],
      {},
      undefined,
    ],
    [
      'a route with an inverted header value if the header has another value',
      [to('blue', '{ prefix: /, headers: [{ name: n, invert: true, match: { exact: a } }] }')],
      { headers: { n: 'b' } },
      'blue',
    ],
    [
      'a route with an inverted header if the header is absent',
      [to('blue', '{ prefix: /, headers: [{ name: n, invert: true }] }')],
      {},
      'blue',
    ],
    [
      'a route with the query parameter of the request',
      [to('blue', '{ prefix: /, queryParameters: [{ name: q, match: { exact: "1" } }] }')],
      { path: '/?p&q=1' },
      'blue',
    ],
    [
      'a route with a query parameter of any value',
      [to('blue', '{ prefix: /, queryParameters: [{ name: q }] }')],
      { path: '/?q' },
      'blue',
    ],
    ['no route with another scheme', [to('blue', '{ prefix: /, scheme: https }')], {}, undefined],
    [
      'no route for a port that the router has no listener for',
      [to('blue', '{ prefix: / }')],
      { port: 81 },
      undefined,
    ],
    [
      'no route of a virtual service with another name',
      [to('blue', '{ prefix: / }')],
      { host: 'cart.shop.local' },
      undefined,
    ],
  ] as const)('App Mesh chooses %s', (_, routes, overrides, expected) => {
    const choice = meshOf(service, router(`[${routes.join()}]`)).fromPod(request(overrides));
    expect(shown(choice)).toBe(expected === undefined ? 'none' : `${expected}.example:8080 1`);
  });

  it('App Mesh shares requests by weight, adds the weights of one destination and leaves out a weight of 0', () => {
    const targets = ['blue', 'green', 'blue', 'red'].map(
      (name, at) => `{ virtualNodeRef: { name: ${name} }, weight: ${at % 4 === 3 ? 0 : 2} }`,
    );
    const mesh = meshOf(
      service,
      router(
        `[{ name: all, httpRoute: { match: { prefix: / }, action: { weightedTargets: [${targets.join()}] } } }]`,
      ),
    );
    expect(shown(mesh.fromPod(request({})))).toBe(`blue.example:8080 ${2 / 3} green.example:8080 ${1 / 3}`);
  });

  it('App Mesh routes gRPC calls by service and method, to the port that the target names', () => {
    const call = (name: string, match: string) =>
      `{ name: ${name}, grpcRoute: { match: ${match}, action: { weightedTargets: [{ virtualNodeRef: { name: ${name} }, weight: 1, port: 9090 }] } } }`;
    const mesh = meshOf(
      service,
      router(
        `[${call('blue', '{ serviceName: a.B }')}, ${call('red', '{ serviceName: a.B, methodName: C }')}]`,
      ),
    );
    const path = (of: string) =>
      shown(mesh.fromPod(request({ protocol: 'grpc', port: 90, method: 'POST', path: of })));
    expect([path('/a.B/C'), path('/a.B/D'), path('/a.BC/C')]).toEqual([
      'red.example:9090 1',
      'blue.example:9090 1',
      'none',
    ]);
  });

  it('App Mesh sends requests of a virtual service with a virtual node to that node', () => {
    const direct =
      'kind: VirtualService\nmetadata: { name: cart, namespace: shop }\nspec: { awsName: Cart.local, provider: { virtualNode: { virtualNodeRef: { name: blue } } } }';
    const mesh = meshOf(direct);
    expect(shown(mesh.fromPod(request({ host: 'cart.LOCAL', port: 8080 })))).toBe('blue.example:8080 1');
    expect(shown(mesh.fromPod(request({ host: 'cart.local', port: 80 })))).toBe('none');
  });
});

describe('what App Mesh does with a request to a gateway', () => {
  const gateway =
    'kind: VirtualGateway\nmetadata: { name: in, namespace: shop }\nspec: { listeners: [{ portMapping: { port: 88, protocol: http } }] }';
  const gatewayRoute = (name: string, match: string, rewrite = '{}', rest = '') => `
kind: GatewayRoute
metadata: { name: ${name}, namespace: shop }
spec:
  ${rest}
  httpRoute:
    match: ${match}
    action: { rewrite: ${rewrite}, target: { port: 80, virtualService: { virtualServiceRef: { name: cart } } } }
`;
  const all = router(`[${to('blue', '{ prefix: / }')}, ${to('red', '{ path: { exact: /1 } }')}]`);

  it.each([
    ['/chapter', '{ prefix: /chapter }', '{}', '/'],
    ['/chapter/', '{ prefix: /chapter }', '{}', '/'],
    ['/chapter/2?q=2', '{ prefix: /chapter }', '{}', '/2?q=2'],
    ['/chapter2', '{ prefix: /chapter }', '{}', '/2'],
    ['/chapter/2', '{ prefix: /chapter/ }', '{}', '/2'],
    ['/chapter/2', '{ prefix: /chapter }', '{ prefix: { defaultPrefix: DISABLED } }', '/chapter/2'],
    ['/chapter/2', '{ prefix: /chapter }', '{ prefix: { value: /book/ } }', '/book/2'],
    ['/chapter/2', '{ path: { exact: /chapter/2 } }', '{}', '/chapter/2'],
    ['/chapter/2', '{ path: { exact: /chapter/2 } }', '{ path: { exact: /other } }', '/other'],
    ['/chapter/2', '{ path: { regex: "/.*" } }', '{}', '/chapter/2'],
  ])(
    'a request for %s at a gateway route with match %s and rewrite %s arrives as %s',
    (path, match, rewrite, arrives) => {
      const mesh = meshOf(service, all, gateway, gatewayRoute('a', match, rewrite));
      const choice = mesh.fromGateway(
        { name: 'in', namespace: 'shop' },
        request({ host: 'any', path, port: 88 }),
      );
      expect(choice).toMatchObject({
        path: arrives,
        host: 'cart.shop',
        destinations: [{ host: 'blue.example' }],
      });
    },
  );

  it('a gateway route sends the rewritten path to the router, keeps the host on request, and tries no second gateway route', () => {
    const named = gatewayRoute(
      'a',
      '{ prefix: /a, hostname: { suffix: .com } }',
      '{ hostname: { defaultTargetHostname: DISABLED } }',
    );
    const mesh = meshOf(
      service,
      router(`[${to('red', '{ path: { exact: /1 } }')}]`),
      gateway,
      named,
      gatewayRoute('b', '{ prefix: / }'),
    );
    const arrives = (host: string, path: string) =>
      mesh.fromGateway({ name: 'in', namespace: 'shop' }, request({ host, path, port: 88 }));
    expect(arrives('x.com', '/a/1')).toMatchObject({
      host: 'x.com',
      path: '/1',
      destinations: [{ host: 'red.example' }],
    });
    expect(arrives('x.com', '/a/2')).toBeUndefined();
    expect(arrives('x.org', '/1')).toMatchObject({ host: 'cart.shop', path: '/1' });
    expect(arrives('x.org', '/a/1')).toBeUndefined();
  });

  it('App Mesh tries gateway routes by priority, then by the length of the prefix', () => {
    const choose = (...routes: readonly string[]) =>
      meshOf(service, all, gateway, ...routes).fromGateway(
        { name: 'in', namespace: 'shop' },
        request({ path: '/a/1', port: 88 }),
      )?.path;
    expect(choose(gatewayRoute('a', '{ prefix: / }'), gatewayRoute('b', '{ prefix: /a }'))).toBe('/1');
    expect(
      choose(gatewayRoute('a', '{ prefix: / }', '{}', 'priority: 5'), gatewayRoute('b', '{ prefix: /a }')),
    ).toBe('/a/1');
  });
});
