import { describe, expect, it } from 'vitest';
import { isContestedChain } from '../../../../../shared/mesh/targets/envoy/translate/egress/chains.ts';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../../harness/manifests.ts';
import { egress, type Fields, hostsOf } from './harness.ts';

type Listeners = Parameters<typeof listenersOn>;

/** Virtual services by their name, each with the listeners of its router. */
const services = (all: Readonly<Record<string, Listeners>>): readonly Manifest[] =>
  Object.entries(all).flatMap(([name, listeners]) => [
    aService(name, `router/${name}`),
    aRouter(
      name,
      listeners.map((each) => {
        const protocol = each.split('/')[0] ?? '';
        const match = protocol === 'tcp' ? {} : { prefix: '/' };
        const action = { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] };
        return {
          name: each.replace('/', '-'),
          [`${protocol}Route`]: { match: { ...match, port: Number(each.split('/')[1]) }, action },
        };
      }),
      listenersOn(...listeners),
    ),
  ]);

function partOf(all: Readonly<Record<string, Listeners>>, type = 'DROP_ALL', spec: Fields = {}) {
  const front = aNode('front', { ...backends(...Object.keys(all)), ...spec });
  return egress([
    ...[aNamespace(), aMesh({ egressFilter: { type } }), aNode('blue'), front],
    ...services(all),
  ]);
}
const listenerOf = (...given: Parameters<typeof partOf>) => partOf(...given).listeners[0] as Fields;
const typeOf = (name: string) => `type.googleapis.com/envoy.extensions.${name}`;
const on = (port: number) => ({ destination_port_range: { start: port, end: port + 1 } });
const logging = { logging: { accessLog: { file: { path: '/dev/stdout' } } } };
const log = {
  name: 'envoy.access_loggers.stdout',
  typed_config: { '@type': typeOf('access_loggers.stream.v3.StdoutAccessLog') },
};
const proxy = (fields: object) => ({
  name: 'envoy.filters.network.tcp_proxy',
  typed_config: {
    '@type': typeOf('filters.network.tcp_proxy.v3.TcpProxy'),
    stat_prefix: 'egress',
    ...fields,
  },
});
const original = {
  name: 'envoy.filters.listener.original_dst',
  typed_config: { '@type': typeOf('filters.listener.original_dst.v3.OriginalDst') },
};
const inspector = (disabled?: object) => ({
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: { '@type': typeOf('filters.listener.tls_inspector.v3.TlsInspector') },
  ...(disabled && { filter_disabled: disabled }),
});
/** The name of a chain, and what it matches. */
const matches = ({ filter_chains: chains }: Fields) =>
  chains.map(({ name, filter_chain_match: match }: Fields) => [name, match]);
const aws = { transport_protocol: 'tls', server_names: ['*.amazonaws.com'] };
const to = (port: number, more: object = {}) => ({ destination_port: port, ...more });

describe('the egress listener of a node', () => {
  const all = { b: ['tcp/5432'], a: ['tcp/3306'], d: ['http/9090'], c: ['http/8080'] } satisfies Record<
    string,
    Listeners
  >;

  it('has with DROP_ALL a chain for each port in order, and for TLS to AWS', () => {
    const { filter_chains: chains, ...listener } = listenerOf(all);
    expect(listener).toEqual({
      name: 'egress',
      address: { socket_address: { address: '0.0.0.0', port_value: 15_001 } },
      traffic_direction: 'OUTBOUND',
      listener_filters: [original, inspector({ or_match: { rules: [on(3306), on(5432)] } })],
      continue_on_listener_filters_timeout: true,
    });
    expect(matches({ filter_chains: chains })).toEqual([
      ['egress-itself', to(15_001)],
      ['egress-80', to(80)],
      ['egress-8080', to(8080)],
      ['egress-9090', to(9090)],
      ['a.apps:3306', to(3306)],
      ['b.apps:5432', to(5432)],
      ['tls-80', to(80, aws)],
      ['tls-8080', to(8080, aws)],
      ['tls-9090', to(9090, aws)],
      ['tls', aws],
    ]);
  });

  it('has with ALLOW_ALL a chain for all else, and looks for TLS on the ports of HTTP only', () => {
    const { filter_chains: chains, ...listener } = listenerOf(all, 'ALLOW_ALL', logging);
    expect(listener).toEqual({
      name: 'egress',
      address: { socket_address: { address: '0.0.0.0', port_value: 15_001 } },
      traffic_direction: 'OUTBOUND',
      listener_filters: [original, inspector({ not_match: { or_match: { rules: [on(8080), on(9090)] } } })],
      continue_on_listener_filters_timeout: true,
      default_filter_chain: {
        name: 'passthrough',
        filters: [proxy({ cluster: 'passthrough', idle_timeout: '0s', access_log: [log] })],
      },
    });
    const tls = { transport_protocol: 'tls' };
    expect(matches({ filter_chains: chains })).toEqual([
      ['egress-itself', to(15_001)],
      ['egress-8080', to(8080)],
      ['egress-9090', to(9090)],
      ['a.apps:3306', to(3306)],
      ['b.apps:5432', to(5432)],
      ['tls-8080', to(8080, tls)],
      ['tls-9090', to(9090, tls)],
    ]);
  });

  it('needs no inspector with ALLOW_ALL and TCP only', () => {
    expect(listenerOf({ a: ['tcp/3306'] }, 'ALLOW_ALL').listener_filters).toEqual([original]);
    expect(listenerOf({}).listener_filters).toEqual([original, inspector()]);
  });

  it('lets TLS to AWS pass on 443, also if it is a port of TCP', () => {
    const both = { a: ['tcp/443', 'tcp/3306'] } satisfies Record<string, Listeners>;
    expect(listenerOf(both).listener_filters).toEqual([original, inspector(on(3306))]);
    expect(matches(listenerOf(both))).toEqual([
      ['egress-itself', to(15_001)],
      ['egress-80', to(80)],
      ['a.apps:443', to(443)],
      ['a.apps:3306', to(3306)],
      ['tls-80', to(80, aws)],
      ['tls-443', to(443, aws)],
      ['tls', aws],
    ]);
    expect(listenerOf(both, 'ALLOW_ALL').listener_filters).toEqual([
      original,
      inspector({ not_match: on(443) }),
    ]);
  });

  it('has no table of port 80 where that is one of TCP, or contested', () => {
    const tables = (part: ReturnType<typeof partOf>) => part.routes.map(({ name }) => name);
    expect(tables(partOf({ a: ['tcp/80'] }))).toEqual([]);
    expect(tables(partOf({ a: ['tcp/80'], b: ['http/80'] }))).toEqual([]);
    expect(tables(partOf({ a: ['http/80'], b: ['http/80'] }))).toEqual(['egress-80']);
  });

  it('closes with ALLOW_ALL the ports that several want, in order', () => {
    const contested = { a: ['tcp/90', 'tcp/70'], b: ['tcp/90', 'tcp/70'], c: ['tcp/80'] } satisfies Record<
      string,
      Listeners
    >;
    expect(matches(listenerOf(contested, 'ALLOW_ALL'))).toEqual([
      ['egress-itself', to(15_001)],
      ['c.apps:80', to(80)],
      ['contested-70', to(70)],
      ['contested-90', to(90)],
    ]);
  });

  it('does not close a port that a listed backend has before those of groups', () => {
    const front = aNode('front', { ...backends('a', 'c'), backendGroups: [{ name: 'others' }] });
    const manifests = [
      ...[aNamespace(), aMesh({ egressFilter: { type: 'ALLOW_ALL' } }), aNode('blue'), front],
      ...services({ a: ['tcp/90'], b: ['tcp/90'], c: ['http/70'], d: ['tcp/70'] }),
      {
        kind: 'BackendGroup',
        metadata: { name: 'others', namespace: 'apps' },
        spec: { virtualservices: [{ name: 'b' }, { name: 'd' }] },
      },
    ];
    const [listener] = egress(manifests).listeners as Fields[];
    expect(matches(listener).map(([name]: [string]) => name)).toEqual([
      'egress-itself',
      'egress-70',
      'a.apps:90',
      'tls-70',
    ]);
  });

  it('keeps what it has of all that want a port, if only groups name them', () => {
    const group = { name: 'others', namespace: 'apps' };
    const manifests = [
      ...[aNamespace(), aMesh(), aNode('blue'), aNode('front', { backendGroups: [{ name: 'others' }] })],
      ...services({ a: ['tcp/90'], b: ['http/90'], c: ['http/70'] }),
      {
        kind: 'BackendGroup',
        metadata: group,
        spec: { virtualservices: ['a', 'b', 'c'].map((name) => ({ name })) },
      },
    ];
    expect(egress(manifests).kept.services).toEqual(['a.apps', 'b.apps']);
  });
});

describe('the filters of an egress listener', () => {
  const chainOf = (name: string, ...given: Parameters<typeof partOf>) =>
    listenerOf(...given).filter_chains.find((each: Fields) => each.name === name);

  it('serve HTTP from the table of the port, with the log of the node', () => {
    const { filters } = chainOf('egress-8080', { c: ['http/8080'] }, 'DROP_ALL', logging);
    expect(filters).toHaveLength(1);
    expect(filters[0].typed_config).toMatchObject({
      stat_prefix: 'egress',
      rds: { route_config_name: 'egress-8080' },
      access_log: [log],
    });
  });

  it('pass on TCP to the target of its route, and TLS to where it was meant to go', () => {
    expect(chainOf('a.apps:3306', { a: ['tcp/3306'] }).filters).toEqual([
      proxy({ cluster: 'egress_apps_blue_8080' }),
    ]);
    const logged = chainOf('a.apps:3306', { a: ['tcp/3306'] }, 'DROP_ALL', logging);
    expect(logged.filters).toEqual([proxy({ cluster: 'egress_apps_blue_8080', access_log: [log] })]);
    const passing = [proxy({ cluster: 'passthrough', idle_timeout: '0s' })];
    expect(chainOf('tls', {}).filters).toEqual(passing);
    expect(chainOf('tls-80', {}).filters).toEqual(passing);
  });

  it('close a connection of TCP that has no route', () => {
    const manifests = [
      ...[aNamespace(), aMesh(), aNode('front', backends('a'))],
      ...[aService('a', 'router/a'), aRouter('a', [], listenersOn('tcp/3306'))],
    ];
    const [listener] = egress(manifests).listeners as Fields[];
    expect(listener.filter_chains.find(({ name }: Fields) => name === 'a.apps:3306').filters).toEqual([]);
  });

  it('of a contested port are known by the name of their chain', () => {
    expect(isContestedChain({ name: 'contested-80' })).toBe(true);
    expect(isContestedChain({ name: 'un-contested-' })).toBe(false);
    expect(isContestedChain({})).toBe(false);
  });
});

describe('the virtual host of AWS', () => {
  it('is in the table of each port, under its name with the port or without', () => {
    const part = partOf({ c: ['http/8080'] });
    for (const port of [80, 8080])
      expect(hostsOf(part, `egress-${port}`)['*.amazonaws.com']).toEqual({
        name: '*.amazonaws.com',
        domains: ['*.amazonaws.com', `*.amazonaws.com:${port}`],
        routes: [{ match: { prefix: '/' }, route: { cluster: 'passthrough', timeout: '0s' } }],
      });
  });
});
