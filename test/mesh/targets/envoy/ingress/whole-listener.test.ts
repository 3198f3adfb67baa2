import { describe, expect, it } from 'vitest';
import { keptRoutes } from '../../../../../shared/mesh/targets/envoy/translate/gateway/kept-routes.ts';
import { aGateway, aNode } from '../../../harness/manifests.ts';
import { type Fields, gateway, ingress, listening, upstream } from './translated.ts';

const typeOf = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const original = {
  name: 'envoy.filters.listener.original_dst',
  typed_config: { '@type': typeOf('filters.listener.original_dst.v3.OriginalDst') },
};
const on = (port: number) => ({ destination_port_range: { start: port, end: port + 1 } });

describe('the ingress listener of a node', () => {
  const listener = (chain: object) => ({
    name: 'ingress',
    address: { socket_address: { address: '0.0.0.0', port_value: 15_000 } },
    traffic_direction: 'INBOUND',
    listener_filters: [original],
    filter_chains: [{ name: 'ingress-8080', filter_chain_match: { destination_port: 8080 }, ...chain }],
  });

  it('serves HTTP from its route table', () => {
    const { listeners } = ingress(listening({}));
    expect(listeners).toEqual([
      listener({
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: expect.objectContaining({ stat_prefix: 'ingress' }),
          },
        ],
      }),
    ]);
    const [{ filter_chains: chains }] = listeners as unknown as readonly [Fields];
    expect(chains[0].filters[0].typed_config.rds.route_config_name).toBe('ingress-8080');
  });

  it.each([{}, { timeout: { tcp: { idle: null } } }, { timeout: { http: { idle: null } } }])(
    'passes on TCP to the application: %j',
    (fields) => {
      expect(ingress(listening(fields, {}, 'tcp')).listeners).toEqual([
        listener({
          filters: [
            {
              name: 'envoy.filters.network.tcp_proxy',
              typed_config: {
                '@type': typeOf('filters.network.tcp_proxy.v3.TcpProxy'),
                ...{ stat_prefix: 'ingress', cluster: 'ingress_8080' },
              },
            },
          ],
        }),
      ]);
    },
  );

  it('inspects TLS on no port that takes only one of TLS and plain text', () => {
    const certificate = { file: { certificateChain: '/tls/chain.pem', privateKey: '/tls/key.pem' } };
    const at = (port: number, mode?: string) => ({
      portMapping: { port, protocol: 'http' },
      ...(mode && { tls: { mode, certificate } }),
    });
    const disabled = (...listeners: readonly Fields[]) => {
      const [first] = ingress(aNode('blue', { listeners })).listeners as Fields[];
      return first.listener_filters.slice(1).map((each: Fields) => each.filter_disabled);
    };
    expect(disabled(at(80), at(81, 'STRICT'))).toEqual([]);
    expect(disabled(at(80, 'PERMISSIVE'))).toEqual([undefined]);
    expect(disabled(at(80, 'PERMISSIVE'), at(81))).toEqual([on(81)]);
    expect(disabled(at(80, 'PERMISSIVE'), at(81, 'STRICT'), at(82))).toEqual([
      { or_match: { rules: [on(81), on(82)] } },
    ]);
  });

  it('is none of a node without listeners', () => {
    expect(ingress(aNode('blue', { listeners: undefined })).listeners).toEqual([]);
  });
});

describe('what the cluster of a client has of a port without a listener', () => {
  const limits = Object.fromEntries(
    ['max_connections', 'max_pending_requests', 'max_requests', 'max_retries'].map((name) => [
      name,
      2147483647,
    ]),
  );

  it.each([
    ['another port', { portMapping: { port: 9090, protocol: 'grpc' } }],
    ['no port', undefined],
  ])('is that of HTTP, if the node has %s', (_, listener) => {
    const node = aNode('blue', { listeners: listener && [listener] });
    expect(upstream(node)).toEqual({
      cluster: {
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            '@type': typeOf('upstreams.http.v3.HttpProtocolOptions'),
            explicit_http_config: { http_protocol_options: {} },
          },
        },
        circuit_breakers: { thresholds: [limits] },
      },
      secrets: [],
    });
  });
});

describe('the route table of a gateway', () => {
  it('takes all hosts, and has no route if there is none', () => {
    const { proxy } = gateway([aGateway('entry')]);
    expect(proxy.routes[0]).toEqual({
      name: 'gateway-8088',
      virtual_hosts: [{ name: 'gateway', domains: ['*'], routes: [] }],
    });
  });

  it('gets kept routes from the virtual host of the same name only', () => {
    const route = (name: string) => ({ name });
    const live = {
      virtual_hosts: [
        { name: 'other', routes: [route('a')] },
        { name: 'gateway', routes: [route('b')] },
      ],
    };
    const desired = { name: 'x', virtual_hosts: [{ name: 'gateway', routes: [] }] };
    expect(keptRoutes(live, desired, ['a', 'b'])).toEqual({
      name: 'x',
      virtual_hosts: [{ name: 'gateway', routes: [route('b')] }],
    });
    expect(keptRoutes({}, desired, ['a'])).toEqual(desired);
    expect(keptRoutes(live, { name: 'x' }, ['a'])).toEqual({ name: 'x', virtual_hosts: [] });
    const without = { name: 'x', virtual_hosts: [{ name: 'gateway' }] };
    expect(keptRoutes({ virtual_hosts: [{ name: 'gateway' }] }, without, ['a'])).toEqual(desired);
  });
});
