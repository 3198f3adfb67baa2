import { describe, expect, it } from 'vitest';
import {
  aGateway,
  aGatewayRoute,
  aNode,
  aRouter,
  aService,
  listenersOn,
} from '../../../harness/manifests.ts';
import { clusterOf, hostsOf } from '../egress/harness.ts';
import { type Fields, gateway } from './translated.ts';

const file = { certificateChain: '/tls/chain.pem', privateKey: '/tls/key.pem' };
const target = (name: string, port?: number) => ({
  target: { virtualService: { virtualServiceRef: { name } }, ...(port && { port }) },
});
const route = (name: string, port?: number) =>
  aGatewayRoute(name, name, { httpRoute: { match: { prefix: `/${name}/` }, action: target(name, port) } });
const listenerOf = (listener: Fields, spec: Fields = {}) => {
  const listeners = [{ portMapping: { port: 8088, protocol: 'http' }, ...listener }];
  const { proxy } = gateway([aGateway('entry', { listeners, ...spec })]);
  return proxy.listeners.find(({ name }) => name === 'gateway-8088') as Fields;
};

describe('the listener of a gateway', () => {
  const filters = [
    { name: 'envoy.filters.network.http_connection_manager', typed_config: expect.anything() },
  ];
  const transport_socket = { name: 'envoy.transport_sockets.tls', typed_config: expect.anything() };
  const address = { socket_address: { address: '0.0.0.0', port_value: 8088 } };
  const common = { name: 'gateway-8088', address, traffic_direction: 'INBOUND' };
  const tls = (mode: string) => ({ tls: { mode, certificate: { file } } });

  it.each([
    ['without TLS', {}, { filter_chains: [{ name: 'gateway-8088', filters }] }],
    ['with TLS off', tls('DISABLED'), { filter_chains: [{ name: 'gateway-8088', filters }] }],
    ['with TLS', tls('STRICT'), { filter_chains: [{ name: 'gateway-8088', filters, transport_socket }] }],
    [
      'with TLS and plain text',
      tls('PERMISSIVE'),
      {
        listener_filters: [{ name: 'envoy.filters.listener.tls_inspector', typed_config: expect.anything() }],
        filter_chains: [
          {
            name: 'gateway-8088-tls',
            filter_chain_match: { transport_protocol: 'tls' },
            filters,
            transport_socket,
          },
          { name: 'gateway-8088', filter_chain_match: { transport_protocol: 'raw_buffer' }, filters },
        ],
      },
    ],
  ])('%s has its chains', (_, listener, expected) => {
    expect(listenerOf(listener)).toEqual({ ...common, ...expected });
  });

  it('has one prefix of statistics, or one for each of several listeners', () => {
    const prefixes = (...listeners: Parameters<typeof listenersOn>) =>
      gateway([aGateway('entry', listenersOn(...listeners))])
        .proxy.listeners.filter(({ name }) => name.startsWith('gateway'))
        .map((each) => (each as Fields).filter_chains[0].filters[0].typed_config.stat_prefix);
    expect(prefixes('http/8088')).toEqual(['ingress']);
    expect(prefixes('http/8088', 'grpc/8089')).toEqual(['ingress.http.8088', 'ingress.grpc.8089']);
  });

  it('is one for a port, the first of several', () => {
    const { proxy } = gateway([aGateway('entry', listenersOn('http/8088', 'grpc/8088'))]);
    const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);
    expect(names(proxy.listeners)).toEqual(['gateway-8088', 'egress']);
    expect(names(proxy.clusters)).toEqual(['self_redirect_8088']);
    const [cluster] = proxy.clusters as Fields[];
    expect(Object.values(cluster.typed_extension_protocol_options)).toMatchObject([
      { explicit_http_config: { http_protocol_options: {} } },
    ]);
  });

  it('writes the log of the gateway, and the second hop none', () => {
    const spec = { logging: { accessLog: { file: { path: '/dev/stdout' } } } };
    const { proxy } = gateway([aGateway('entry', spec)]);
    const logs = proxy.listeners.map(
      (each) => (each as Fields).filter_chains[0].filters[0].typed_config.access_log,
    );
    expect(logs).toEqual([[expect.objectContaining({ name: 'envoy.access_loggers.stdout' })], undefined]);
  });

  it('has the secrets of its TLS', () => {
    const listeners = [{ portMapping: { port: 8088, protocol: 'http' }, ...tls('STRICT') }];
    const { proxy } = gateway([aGateway('entry', { listeners })]);
    expect(proxy.secrets.map(({ name }) => name)).toEqual(['gateway-8088-certificate']);
  });
});

describe('the second hop of a gateway', () => {
  const manifests = [
    ...[aGateway('entry'), aNode('blue'), aService('cart', 'node/blue'), route('cart')],
    ...[aNode('green'), aService('stock', 'node/green'), route('stock')],
  ];

  it('is a listener on the loopback address that takes all that the first hop sends', () => {
    const [listener] = gateway(manifests).proxy.listeners.filter(({ name }) => name === 'egress') as Fields[];
    const { filter_chains: chains, ...others } = listener;
    expect(others).toEqual({
      name: 'egress',
      address: { socket_address: { address: '127.0.0.1', port_value: 15_001 } },
      traffic_direction: 'OUTBOUND',
    });
    expect(chains).toMatchObject([
      {
        name: 'egress',
        filters: [{ typed_config: { stat_prefix: 'egress', rds: { route_config_name: 'egress' } } }],
      },
    ]);
    expect(chains[0]).not.toHaveProperty('filter_chain_match');
  });

  it('finds the virtual service by a header, which no service gets to see', () => {
    const { proxy } = gateway(manifests);
    const table = proxy.routes.find(({ name }) => name === 'egress') as Fields;
    expect(table.vhost_header).toBe('x-app-mesh-virtual-service');
    expect(table.request_headers_to_remove).toEqual(['x-app-mesh-virtual-service']);
    expect(table.virtual_hosts.map(({ domains }: Fields) => domains)).toEqual([
      ['stock.apps:8080'],
      ['cart.apps:8080'],
    ]);
  });

  it('has each virtual service once, with its clusters by name', () => {
    const again = aGatewayRoute('again', 'cart');
    const { proxy } = gateway([...manifests, again]);
    expect(Object.keys(hostsOf(proxy, 'egress')).toSorted()).toEqual(['cart.apps:8080', 'stock.apps:8080']);
    expect(proxy.clusters.map(({ name }) => name)).toEqual([
      'self_redirect_8088',
      'egress_apps_blue_8080',
      'egress_apps_green_8080',
    ]);
  });

  it('calls the virtual services by the policy of the gateway', () => {
    const validation = { trust: { file: { certificateChain: '/tls/ca.pem' } } };
    const backendDefaults = { clientPolicy: { tls: { validation } } };
    const { proxy } = gateway([aGateway('entry', { backendDefaults }), ...manifests.slice(1)]);
    expect(clusterOf(proxy, 'egress_apps_blue_8080')).toHaveProperty('transport_socket');
    expect(clusterOf(gateway(manifests).proxy, 'egress_apps_blue_8080')).not.toHaveProperty(
      'transport_socket',
    );
  });

  it('has no port of TCP', () => {
    const router = aRouter('color', [], listenersOn('tcp/90', 'http/80'));
    const { proxy, routes } = gateway([
      aGateway('entry'),
      router,
      aService('cart', 'router/color'),
      route('cart'),
    ]);
    expect(Object.keys(hostsOf(proxy, 'egress'))).toEqual(['cart.apps:80']);
    const node = aNode('blue', listenersOn('tcp/90', 'http/80'));
    const direct = gateway([aGateway('entry'), node, aService('cart', 'node/blue'), route('cart', 80)]).proxy;
    expect(direct.clusters.map(({ name }) => name)).toEqual(['self_redirect_8088', 'egress_apps_blue_80']);
    expect(routes()[0].request_headers_to_add[0].header.value).toBe('cart.apps:80');
  });

  it('keeps what it has of a refused virtual service', () => {
    const { proxy } = gateway(manifests, ['VirtualService cart']);
    expect(proxy.kept).toEqual({ services: ['cart.apps'], endpoints: [], routes: ['apps/cart'] });
  });
});

describe('where a gateway route leads', () => {
  const color = (...listeners: Parameters<typeof listenersOn>) => [
    aGateway('entry'),
    aRouter('color', [], listenersOn(...listeners)),
    aService('cart', 'router/color'),
  ];
  const headerOf = ({ routes }: ReturnType<typeof gateway>) =>
    routes()[0].request_headers_to_add?.[0].header.value;

  it('to the port that it names, else to the first that is not of TCP', () => {
    expect(headerOf(gateway([...color('http/80', 'http/81'), route('cart', 81)]))).toBe('cart.apps:81');
    expect(headerOf(gateway([...color('http/80'), route('cart')]))).toBe('cart.apps:80');
  });

  it('to the port that it names also while the router is refused', () => {
    const translated = gateway([...color('http/80'), route('cart', 80)], ['VirtualRouter color']);
    expect(headerOf(translated)).toBe('cart.apps:80');
    expect(translated.proxy.kept.routes).toEqual([]);
  });

  it('to nothing, if all ports are of TCP', () => {
    const translated = gateway([...color('tcp/80'), route('cart')]);
    expect(translated.paths).toEqual(['/cart/* → 404']);
    expect(translated.proxy.kept.routes).toEqual([]);
  });

  it('nowhere that is known, if its provider or its virtual service is not valid', () => {
    const invalid = aRouter('color', [], { listeners: 'none' });
    const provider = gateway([aGateway('entry'), invalid, aService('cart', 'router/color'), route('cart')]);
    expect(provider.proxy.kept.routes).toEqual(['apps/cart']);
    const service = gateway([
      aGateway('entry'),
      aService('cart', undefined, { provider: {} }),
      route('cart'),
    ]);
    expect(service.proxy.kept.routes).toEqual(['apps/cart']);
    expect(service.paths).toEqual(['/cart/* → 404']);
  });

  it('without a rewrite of the path of a call of gRPC', () => {
    const listeners = [{ portMapping: { port: 8088, protocol: 'grpc' } }];
    const grpcRoute = { match: { serviceName: 'shop.Cart' }, action: target('cart') };
    const translated = gateway([
      ...[aGateway('entry', { listeners }), aNode('blue'), aService('cart', 'node/blue')],
      aGatewayRoute('cart', 'cart', { httpRoute: undefined, grpcRoute }),
    ]);
    expect(translated.paths).toEqual(['/shop.Cart/* → as it is']);
    expect(translated.routes()[0].route).not.toHaveProperty('prefix_rewrite');
  });

  it('with a prefix that is rewritten to itself, as it is', () => {
    const httpRoute = {
      match: { prefix: '/a/' },
      action: { ...target('cart'), rewrite: { prefix: { value: '/a/' } } },
    };
    const { paths } = gateway([
      ...[aGateway('entry'), aNode('blue'), aService('cart', 'node/blue')],
      aGatewayRoute('cart', 'cart', { httpRoute }),
    ]);
    expect(paths).toEqual(['/a/* → as it is']);
  });
});
