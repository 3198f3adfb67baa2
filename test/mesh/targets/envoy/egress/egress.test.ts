import { describe, expect, it } from 'vitest';
import type { EnvoyContext } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
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
} from '../../../harness/manifests.ts';
import { chainsOf, clusterOf, egress, type Fields, hostsOf } from './harness.ts';

const base = (mesh: object = {}) => [aNamespace(), aMesh(mesh as Fields)];
const routed = [
  aService('orders', 'router/router'),
  aRouter('router', [aRoute('a', { blue: 1 })]),
  aNode('front', backends('orders')),
];
const refusing = (...names: readonly string[]): Partial<EnvoyContext> => ({
  isRefused: ({ id }) => names.includes(`${id.kind} ${id.name}`),
});

describe('an object that is refused or invalid', () => {
  it.each(['VirtualService orders', 'VirtualRouter router'])(
    'what the proxies have of a refused %s is kept, and nothing is said of it',
    (name) => {
      const part = egress([...base(), aNode('blue'), ...routed], refusing(name));
      expect(part.kept.services).toEqual(['orders.apps']);
      expect(hostsOf(part, 'egress-8080')).toEqual({});
    },
  );

  it('the cluster of a refused target is left out, so that it stays as it is', () => {
    const part = egress([...base(), aNode('blue'), ...routed], refusing('VirtualNode blue'));
    expect(part.clusters.map(({ name }) => name)).toEqual(['passthrough']);
    expect(hostsOf(part, 'egress-8080')['orders.apps'].routes).toMatchObject([
      { route: { cluster: 'egress_apps_blue_8080' } },
    ]);
  });

  it('of an invalid target without a port in the route nothing is known, so the service is kept', () => {
    const invalid = aNode('blue', { listeners: 'none' });
    expect(egress([...base(), invalid, ...routed]).kept.services).toEqual(['orders.apps']);
  });

  it('an invalid backend is kept by its name, and another one is called', () => {
    const invalid = aService('wrong', 'node/blue', { awsName: 'wrong.example.com', more: 1 });
    const front = aNode('front', backends('wrong', 'orders'));
    const part = egress([...base(), aNode('blue'), invalid, ...routed.slice(0, 2), front]);
    expect(part.kept.services).toEqual(['wrong.example.com']);
    expect(Object.keys(hostsOf(part, 'egress-8080'))).toEqual(['orders.apps', '*.amazonaws.com']);
  });

  it('a virtual service without a provider is in no table, so its requests get 404', () => {
    const part = egress([...base(), aNode('front', backends('orders')), aService('orders')]);
    expect(part.kept.services).toEqual([]);
    expect(part.routes.map(({ name }) => name)).toEqual(['egress-80']);
  });
});

describe('who is in the table of a proxy', () => {
  it('only backends are: a virtual service that nobody named takes no host of the proxy', () => {
    const other = aService('other', 'node/blue', { awsName: 'bank.example.com' });
    const part = egress([...base(), aNode('blue'), other, ...routed]);
    expect(Object.keys(hostsOf(part, 'egress-8080'))).toEqual(['orders.apps', '*.amazonaws.com']);
  });

  it('a backend whose policy is not that of the others has a cluster of its own', () => {
    const tls = { validation: { trust: { file: { certificateChain: '/ca.pem' } } } };
    const [backend] = backends('orders').backends as readonly Fields[];
    const front = aNode('front', {
      backends: [
        { virtualService: { ...backend.virtualService, clientPolicy: { tls } } },
        ...(backends('plain').backends as readonly Fields[]),
      ],
    });
    const manifests = [
      ...base(),
      aNode('blue'),
      ...routed.slice(0, 2),
      aService('plain', 'node/blue'),
      front,
    ];
    const { clusters } = egress(manifests);
    expect(clusters.map(({ name }) => name)).toEqual([
      'passthrough',
      'egress_apps_blue_8080',
      expect.stringMatching(/^egress_apps_blue_8080_[0-9a-f]{8}$/),
    ]);
  });

  it('a router that takes the port of another for TCP gets none of its connections: both stay as they were', () => {
    const taking = [aService('taking', 'router/taking'), aRouter('taking', [], listenersOn('tcp/8080'))];
    const other = [aService('other', 'router/other'), aRouter('other', [], listenersOn('http/9090'))];
    const front = aNode('front', backends('taking', 'orders', 'other'));
    const part = egress([...base(), aNode('blue'), ...routed.slice(0, 2), ...taking, ...other, front]);
    expect(part.kept.services).toEqual(['orders.apps', 'taking.apps']);
    expect(Object.keys(chainsOf(part)).filter((name) => name.includes('8080'))).toEqual([]);
    expect(Object.keys(hostsOf(part, 'egress-9090'))).toContain('other.apps');
  });
});

describe('a port that two backends have for TCP', () => {
  const manifests = (type: string) => [
    ...[...base({ egressFilter: { type } }), aNode('front', backends('one', 'two'))],
    ...[aService('one', 'router/one'), aRouter('one', [], listenersOn('tcp/5432', 'tcp/443'))],
    ...[aService('two', 'router/two'), aRouter('two', [], listenersOn('tcp/5432', 'tcp/443'))],
  ];

  it('is closed with ALLOW_ALL, and does not go out past the mesh', () => {
    const part = egress(manifests('ALLOW_ALL'));
    const closed = (port: number) => ({ filter_chain_match: { destination_port: port }, filters: [] });
    expect(chainsOf(part)).toMatchObject({ 'contested-443': closed(443), 'contested-5432': closed(5432) });
    const toAws = { transport_protocol: 'tls', server_names: ['*.amazonaws.com'] };
    expect(chainsOf(part)['tls-443']).toMatchObject({
      filter_chain_match: { destination_port: 443, ...toAws },
    });
    expect(part.kept.services).toEqual(['one.apps', 'two.apps']);
  });

  it('is not named with DROP_ALL, which lets only TLS to AWS pass there', () => {
    expect(Object.keys(chainsOf(egress(manifests('DROP_ALL'))))).toEqual([
      'egress-itself',
      'egress-80',
      'tls-80',
      'tls',
    ]);
  });
});

describe('a port that a listed backend has', () => {
  it('no router of a group takes it, neither for TCP nor from TCP', () => {
    const front = aNode('front', { ...backends('orders', 'db'), backendGroups: [{ name: 'others' }] });
    const manifests = [
      ...[...base(), aNode('blue'), ...routed.slice(0, 2), front, aBackendGroup('others', ['a', 'b'])],
      ...[aService('db', 'router/db'), aRouter('db', [], listenersOn('tcp/5432'))],
      ...[aService('a', 'router/a'), aRouter('a', [], listenersOn('tcp/8080'))],
      ...[aService('b', 'router/b'), aRouter('b', [], listenersOn('http/5432'))],
    ];
    const part = egress(manifests);
    expect(part.kept.services).toEqual(['a.apps', 'b.apps']);
    expect(Object.keys(chainsOf(part))).toEqual(expect.arrayContaining(['egress-8080', 'db.apps:5432']));
  });
});

describe('the egress filter', () => {
  const front = aNode('front', backends('orders', 'db'));
  const db = [aService('db', 'router/db'), aRouter('db', [], listenersOn('tcp/5432'))];
  const manifests = (type?: string) => [
    ...base(type === undefined ? {} : { egressFilter: { type } }),
    ...[aNode('blue'), ...routed.slice(0, 2), ...db, front],
  ];

  it('without a filter all is dropped but AWS, by TLS on any port and by plain HTTP', () => {
    const part = egress(manifests());
    expect(part.listeners[0]).not.toHaveProperty('default_filter_chain');
    const toAws = { transport_protocol: 'tls', server_names: ['*.amazonaws.com'] };
    expect(chainsOf(part)).toMatchObject({
      'egress-80': { filter_chain_match: { destination_port: 80 } },
      'egress-8080': { filter_chain_match: { destination_port: 8080 } },
      'tls-8080': { filter_chain_match: { destination_port: 8080, ...toAws } },
      tls: { filter_chain_match: toAws },
    });
    expect(hostsOf(part, 'egress-80')).toMatchObject({
      '*.amazonaws.com': { routes: [{ route: { cluster: 'passthrough', timeout: '0s' } }] },
    });
  });

  it('with ALLOW_ALL what no backend takes goes where it was meant to go', () => {
    const part = egress(manifests('ALLOW_ALL'));
    expect((part.listeners[0] as Fields).default_filter_chain.filters).toMatchObject([
      { typed_config: { cluster: 'passthrough' } },
    ]);
    expect(part.routes.map(({ name }) => name)).toEqual(['egress-8080']);
    expect(clusterOf(part, 'passthrough')).toMatchObject({ type: 'ORIGINAL_DST' });
  });

  it.each([undefined, 'ALLOW_ALL'])('on a port of TCP nobody waits for the client (%s)', (type) => {
    const [, inspector] = (egress(manifests(type)).listeners[0] as Fields).listener_filters;
    const on = (port: number) => ({ destination_port_range: { start: port, end: port + 1 } });
    expect(inspector.filter_disabled).toEqual(type ? { not_match: on(8080) } : on(5432));
  });
});

describe('a connection to the port of the egress listener itself', () => {
  it.each(['ALLOW_ALL', 'DROP_ALL'])(
    'is closed with %s, or Envoy would connect to itself without end',
    (type) => {
      const part = egress([...base({ egressFilter: { type } }), aNode('blue'), ...routed]);
      expect(chainsOf(part)['egress-itself']).toEqual({
        name: 'egress-itself',
        filter_chain_match: { destination_port: 15_001 },
        filters: [],
      });
    },
  );
});
