import { describe, expect, it } from 'vitest';
import { aMesh, aNode, listenersOn } from '../../../harness/manifests.ts';
import { chainsOf, type Fields, filterOf, ingress, listening, reported } from './translated.ts';

const seconds = (value: number) => ({ unit: 's', value });

describe('the listeners of a virtual node', () => {
  it('a node without listeners has no ingress', () => {
    const { listeners, clusters } = ingress(aNode('blue', { listeners: [] }));
    expect({ listeners, clusters }).toEqual({ listeners: [], clusters: [] });
  });

  it('each listener is a chain of the intercepted port, and leads to the application', () => {
    const proxy = ingress(aNode('blue', listenersOn('http/8080', 'tcp/3306')));
    const [listener] = proxy.listeners as Fields[];
    expect(listener.address).toEqual({ socket_address: { address: '0.0.0.0', port_value: 15000 } });
    expect(listener.listener_filters.map(({ name }: Fields) => name)).toEqual([
      'envoy.filters.listener.original_dst',
    ]);
    expect(chainsOf(proxy).map((chain) => [chain.name, chain.filter_chain_match])).toEqual([
      ['ingress-8080', { destination_port: 8080 }],
      ['ingress-3306', { destination_port: 3306 }],
    ]);
    expect(chainsOf(proxy).map((chain) => filterOf(chain).stat_prefix)).toEqual([
      'ingress.http.8080',
      'ingress.tcp.3306',
    ]);
    const address = { socket_address: { address: '127.0.0.1', port_value: 3306 } };
    expect(proxy.clusters[1]).toMatchObject({
      name: 'ingress_3306',
      connect_timeout: '0.25s',
      load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    });
  });

  it.each([
    ['http', 'http_protocol_options'],
    ['http2', 'http2_protocol_options'],
    ['grpc', 'http2_protocol_options'],
  ])('the application of a listener of %s is called with %s', (protocol, expected) => {
    const [cluster] = ingress(aNode('blue', listenersOn(`${protocol as 'http'}/8080`))).clusters as Fields[];
    const [options] = Object.values(cluster.typed_extension_protocol_options) as Fields[];
    expect(Object.keys(options.explicit_http_config)).toEqual([expected]);
  });

  it.each([
    ['without a timeout', undefined, { timeout: '15s' }],
    ['with one', { http: { perRequest: seconds(60) } }, { timeout: '60s' }],
    ['with 0, which is none', { http: { perRequest: seconds(0) } }, { timeout: '0s' }],
    ['with an idle time', { http: { idle: { unit: 'ms', value: 1500 } } }, { idle_timeout: '1.5s' }],
  ])('a listener %s ends requests by itself', (_, timeout, expected) => {
    const [table] = ingress(listening({ timeout })).routes as Fields[];
    expect(table.name).toBe('ingress-8080');
    expect(table.virtual_hosts[0].routes[0].route).toMatchObject(expected);
  });

  it('an idle time of TCP closes the connection', () => {
    const timeout = { tcp: { idle: seconds(0) } };
    expect(filterOf(chainsOf(ingress(listening({ timeout }, {}, 'tcp')))[0])).toMatchObject({
      cluster: 'ingress_8080',
      idle_timeout: '0s',
    });
  });

  it.each([
    ['http', { maxConnections: 5 }, { max_connections: 5, max_pending_requests: 2147483647 }],
    ['http', { maxConnections: 5, maxPendingRequests: 2 }, { max_pending_requests: 2 }],
    ['http2', { maxRequests: 7 }, { max_connections: 2147483647, max_requests: 7 }],
    ['grpc', { maxRequests: 8 }, { max_requests: 8 }],
    ['tcp', { maxConnections: 9 }, { max_connections: 9 }],
  ])('a pool of %s limits what its own Envoy opens: %o', (protocol, pool, expected) => {
    const { clusters } = ingress(listening({ connectionPool: { [protocol]: pool } }, {}, protocol));
    expect((clusters[0] as Fields).circuit_breakers.thresholds).toEqual([expect.objectContaining(expected)]);
  });

  it.each([
    [undefined, '0.0.0.0', '127.0.0.1'],
    ['IPv4_ONLY', '0.0.0.0', '127.0.0.1'],
    ['IPv4_PREFERRED', '::', '127.0.0.1'],
    ['IPv6_PREFERRED', '::', '::1'],
    ['IPv6_ONLY', '::', '::1'],
  ])('with the IP preference %s it listens on %s and calls %s', (ipPreference, expected, application) => {
    const mesh = aMesh({ meshServiceDiscovery: { ...(ipPreference && { ipPreference }) } });
    const { listeners, clusters } = ingress(mesh, aNode('blue')) as Fields;
    expect(listeners[0].address.socket_address).toEqual({
      address: expected,
      port_value: 15000,
      ...(ipPreference?.endsWith('PREFERRED') && { ipv4_compat: true }),
    });
    const [{ endpoint }] = clusters[0].load_assignment.endpoints[0].lb_endpoints;
    expect(endpoint.address.socket_address.address).toBe(application);
  });

  it("a node's own IP preference takes precedence over that of its mesh", () => {
    const mesh = aMesh({ meshServiceDiscovery: { ipPreference: 'IPv6_ONLY' } });
    const dns = { hostname: 'blue.apps', ipPreference: 'IPv4_ONLY' };
    const [listener] = ingress(mesh, aNode('blue', { serviceDiscovery: { dns } })).listeners as Fields[];
    expect(listener.address.socket_address.address).toBe('0.0.0.0');
  });

  it('ports that Envoy uses itself, and a port of two listeners, are refused', () => {
    const node = aNode('blue', listenersOn('http/9901', 'http/80', 'tcp/80', 'http/15001'));
    expect(reported('VirtualNode', 'blue', node)).toEqual([
      'refused spec.listeners[0].portMapping.port',
      'refused spec.listeners[2].portMapping.port',
      'refused spec.listeners[3].portMapping.port',
    ]);
    expect(chainsOf(ingress(node)).filter(({ name }) => name === 'ingress-80')).toHaveLength(1);
  });

  it('a timeout of another protocol has no effect, which is stated', () => {
    const timeout = { tcp: { idle: seconds(1) } };
    expect(reported('VirtualNode', 'blue', listening({ timeout }))).toEqual([
      'differs spec.listeners[0].timeout.tcp',
    ]);
  });
});
