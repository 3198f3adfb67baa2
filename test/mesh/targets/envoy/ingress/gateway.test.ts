import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aNamespace,
  aNode,
  aRouter,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { type Fields, gateway, reported } from './translated.ts';

const target = { virtualService: { virtualServiceRef: { name: 'cart' } } };
const cart = [aNode('blue'), aService('cart', 'node/blue', { awsName: 'cart.example.com' })];
const route = (match: Fields, rewrite?: Fields, name = 'cart', others: Fields = {}) =>
  aGatewayRoute(name, 'cart', { httpRoute: { match, action: { target, rewrite } }, ...others });
const behind = (...routes: readonly Fields[]) => gateway([aGateway('entry'), ...cart, ...routes]);

describe('the first hop of a gateway', () => {
  it('has a listener of its own for each port, and a way to the second hop for each', () => {
    const listeners = ['http', 'grpc'].map((protocol, index) => ({
      portMapping: { port: 8088 + index, protocol },
      connectionPool: protocol === 'grpc' ? { grpc: { maxRequests: 3 } } : { http: { maxConnections: 4 } },
    }));
    const { proxy } = gateway([aGateway('entry', { listeners })]);
    const own = proxy.listeners.filter(({ name }) => name.startsWith('gateway')) as Fields[];
    expect(own.map(({ name, address }) => [name, address.socket_address])).toEqual([
      ['gateway-8088', { address: '0.0.0.0', port_value: 8088 }],
      ['gateway-8089', { address: '0.0.0.0', port_value: 8089 }],
    ]);
    const clusters = proxy.clusters as Fields[];
    expect(clusters.map(({ name, circuit_breakers: limits }) => [name, limits.thresholds[0]])).toEqual([
      ['self_redirect_8088', expect.objectContaining({ max_connections: 4, max_requests: 2147483647 })],
      ['self_redirect_8089', expect.objectContaining({ max_connections: 2147483647, max_requests: 3 })],
    ]);
    const [{ endpoint }] = clusters[0].load_assignment.endpoints[0].lb_endpoints;
    expect(endpoint.address.socket_address).toEqual({ address: '127.0.0.1', port_value: 15001 });
  });

  it('a gateway route chooses the virtual service, its port and the host, whatever the client sent', () => {
    const [first] = behind(route({ prefix: '/' })).routes();
    expect(first).toEqual({
      name: 'apps/cart',
      match: { prefix: '/' },
      route: { cluster: 'self_redirect_8088', timeout: '15s', host_rewrite_literal: 'cart.example.com' },
      request_headers_to_add: [
        {
          header: { key: 'x-app-mesh-virtual-service', value: 'cart.example.com:8080' },
          append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
        },
      ],
    });
  });

  it.each([
    ['a prefix', { prefix: '/a' }, undefined, ['/a/* → /', '/a* → /']],
    ['a prefix with a slash at the end', { prefix: '/a/' }, undefined, ['/a/* → /']],
    ['the prefix of all paths', { prefix: '/' }, undefined, ['/* → as it is']],
    ['a prefix that stays', { prefix: '/a' }, { prefix: { defaultPrefix: 'DISABLED' } }, ['/a* → as it is']],
    ['a prefix and its value', { prefix: '/a' }, { prefix: { value: '/b/' } }, ['/a/* → /b/', '/a* → /b/']],
    ['an exact path', { path: { exact: '/a' } }, undefined, ['/a → as it is']],
    ['an exact path and another', { path: { exact: '/a' } }, { path: { exact: '/b' } }, ['/a → /b']],
    ['a regular expression', { path: { regex: '/a.' } }, { path: { exact: '/b' } }, ['/a. → /b']],
    ['a host only', { hostname: { exact: 'a.com' } }, { path: { exact: '/b' } }, ['.* → /b']],
  ])('rewrites the path of %s', (_, match, rewrite, expected) => {
    expect(behind(route(match, rewrite)).paths).toEqual(expected);
  });

  it('keeps the host of the client where its rewrite is off', () => {
    const [first] = behind(
      route({ prefix: '/' }, { hostname: { defaultTargetHostname: 'DISABLED' } }),
    ).routes();
    expect(first.route).not.toHaveProperty('host_rewrite_literal');
    expect(first.request_headers_to_add[0].header.value).toBe('cart.example.com:8080');
  });

  it.each([
    [{ exact: 'a.example.com' }, '(?i)a\\.example\\.com(:[0-9]+)?'],
    [{ suffix: '.example.com' }, '(?i).*\\.example\\.com(:[0-9]+)?'],
    [{ exact: 'a|.*' }, '(?i)a\\|\\.\\*(:[0-9]+)?'],
  ])('a host name is a condition of the route: %o', (hostname, regex) => {
    const [first] = behind(route({ prefix: '/', hostname })).routes();
    expect(first.match.headers).toEqual([{ name: ':authority', string_match: { safe_regex: { regex } } }]);
  });

  it('tries all routes by priority and length of the prefix, whatever their host names', () => {
    const hostname = { exact: 'a.example.com' };
    const { routes } = behind(
      route({ prefix: '/', hostname }, undefined, 'host'),
      route({ prefix: '/long' }, undefined, 'long'),
      route({ prefix: '/' }, undefined, 'first', { priority: 0 }),
    );
    expect(routes().map(({ name }) => name)).toEqual(['apps/first', 'apps/long', 'apps/long', 'apps/host']);
  });

  it('a listener has the routes of its protocol and port', () => {
    const listeners = [
      { portMapping: { port: 8088, protocol: 'http' } },
      { portMapping: { port: 8089, protocol: 'http' } },
      { portMapping: { port: 9000, protocol: 'grpc' } },
    ];
    const grpcRoute = { match: { serviceName: 'shop.Cart' }, action: { target } };
    const { routes } = gateway([
      aGateway('entry', { listeners }),
      ...cart,
      route({ prefix: '/', port: 8089 }, undefined, 'port'),
      route({ path: { exact: '/all' } }, undefined, 'all'),
      aGatewayRoute('grpc', 'cart', { httpRoute: undefined, grpcRoute }),
    ]);
    const names = [8088, 8089, 9000].map((port) => routes(port).map(({ name }) => name));
    expect(names).toEqual([['apps/all'], ['apps/all', 'apps/port'], ['apps/grpc']]);
    expect(routes(9000)[0].match).toEqual({ prefix: '/shop.Cart/', grpc: {} });
  });

  it('takes no route of a namespace that the gateway does not select, also if the route names the gateway', () => {
    const foreign = route({ prefix: '/' }, undefined, 'foreign', {
      virtualGatewayRef: { name: 'entry', namespace: 'apps', uid: 'uid-0' },
    });
    const { proxy, paths } = behind(
      aNamespace('other', { mesh: 'else' }),
      { ...foreign, metadata: { name: 'foreign', namespace: 'other' } },
      route({ prefix: '/own/' }),
    );
    expect(paths).toEqual(['/own/* → /']);
    expect(proxy.kept.routes).toEqual([]);
  });

  it('PERMISSIVE is two chains that the TLS inspector parts', () => {
    const certificate = { file: { certificateChain: '/tls/chain.pem', privateKey: '/tls/key.pem' } };
    const portMapping = { port: 8088, protocol: 'http' };
    const listeners = [{ portMapping, tls: { mode: 'PERMISSIVE', certificate } }];
    const { proxy } = gateway([aGateway('entry', { listeners })]);
    const [own] = proxy.listeners as Fields[];
    expect(own.filter_chains.map((chain: Fields) => chain.filter_chain_match)).toEqual([
      { transport_protocol: 'tls' },
      { transport_protocol: 'raw_buffer' },
    ]);
    expect(own.listener_filters).toHaveLength(1);
  });
});

describe('gateway routes that lead to no port', () => {
  it('a virtual service without a provider answers 404', () => {
    const { paths, proxy } = gateway([aGateway('entry'), aService('cart'), route({ prefix: '/' })]);
    expect(paths).toEqual(['/* → 404']);
    expect(proxy.kept.routes).toEqual([]);
  });

  it.each(['VirtualService cart', 'VirtualRouter color'])(
    'while %s is refused, the route stays',
    (refused) => {
      const manifests = [aGateway('entry'), aRouter('color'), aService('cart', 'router/color')];
      const { paths, proxy } = gateway([...manifests, route({ prefix: '/' })], [refused]);
      expect(paths).toEqual(['/* → 404']);
      expect(proxy.kept.routes).toEqual(['apps/cart']);
    },
  );

  it('a refused gateway route stays, and the others go on', () => {
    const other = route({ prefix: '/other' }, undefined, 'other');
    const manifests = [aGateway('entry'), ...cart, route({ prefix: '/' }), other];
    const { routes, proxy } = gateway(manifests, ['GatewayRoute other']);
    expect(routes().map(({ name }) => name)).toEqual(['apps/cart']);
    expect(proxy.kept.routes).toEqual(['apps/other']);
  });

  it('an invalid gateway route stays, too', () => {
    const { proxy } = behind(route({ prefix: '/' }), route({}, undefined, 'invalid'));
    expect(proxy.kept.routes).toEqual(['apps/invalid']);
  });
});

describe('what is stated of a gateway and its routes', () => {
  const listeners = [{ portMapping: { port: 8088, protocol: 'http' } }];

  it('a health check of a gateway is run by none', () => {
    const healthCheck = {
      ...{ healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000 },
      ...{ protocol: 'http', path: '/' },
    };
    const checked = aGateway('entry', { listeners: [{ ...listeners[0], healthCheck }] });
    expect(reported('VirtualGateway', 'entry', checked)).toEqual(['differs spec.listeners[0].healthCheck']);
  });

  it.each([
    ['the only port of the service', cart, {}, []],
    ['a port that it has not', cart, { port: 80 }, ['refused spec.httpRoute.action.target.port']],
    [
      'none of several ports',
      [aRouter('color', [], listenersOn('http/80', 'http/81')), aService('cart', 'router/color')],
      {},
      ['refused spec.httpRoute.action.target.port'],
    ],
    [
      'a port of TCP',
      [aRouter('color', [], listenersOn('tcp/80')), aService('cart', 'router/color')],
      {},
      ['refused spec.httpRoute.action.target'],
    ],
  ])('a target with %s', (_, services, port, expected) => {
    const httpRoute = { match: { prefix: '/' }, action: { target: { ...target, ...port } } };
    const manifests = [aGateway('entry'), ...services, aGatewayRoute('cart', 'cart', { httpRoute })];
    expect(reported('GatewayRoute', 'cart', ...manifests)).toEqual(expected);
  });

  it.each([
    [{ prefix: '/aws-appmesh-x' }, undefined, ['refused spec.httpRoute.match.prefix']],
    [{ prefix: '/', port: 9 }, undefined, ['refused spec.httpRoute.match.port']],
    [
      { hostname: { exact: 'a.com' } },
      { prefix: { value: '/b/' } },
      ['refused spec.httpRoute.action.rewrite.prefix'],
    ],
  ])('the match %o is refused', (match, rewrite, expected) => {
    expect(reported('GatewayRoute', 'cart', aGateway('entry'), ...cart, route(match, rewrite))).toEqual(
      expected,
    );
  });

  it.each([
    [{ path: { regex: '/(?!admin).*' } }, undefined, 'match.path.regex'],
    [{ prefix: '/', headers: [{ name: 'a b' }] }, undefined, 'match.headers[0].name'],
    [{ path: { exact: '/a' } }, { path: { exact: '/b\nc' } }, undefined],
  ])(
    'what Envoy would refuse is refused, since it would drop the whole table: %o',
    (match, rewrite, field) => {
      const differences = reported('GatewayRoute', 'cart', aGateway('entry'), ...cart, route(match, rewrite));
      expect(differences).toEqual([`refused spec.httpRoute${field ? `.${field}` : ''}`]);
    },
  );

  it('a protocol that the gateway does not listen on is refused', () => {
    const http2Route = { match: { prefix: '/' }, action: { target } };
    const other = aGatewayRoute('cart', 'cart', { httpRoute: undefined, http2Route });
    expect(reported('GatewayRoute', 'cart', aGateway('entry'), ...cart, other)).toEqual([
      'refused spec.http2Route',
    ]);
  });
});
