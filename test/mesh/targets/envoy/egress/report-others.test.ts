import { describe, expect, it } from 'vitest';
import {
  aBackendGroup,
  aGateway,
  aMesh,
  aNamespace,
  aNode,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../../harness/manifests.ts';
import { stated } from './harness.ts';

const base = [aNamespace(), aMesh()];
const arn = (kind: string) => `arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/${kind}/orders`;
const byArn = 'names a resource of App Mesh; a reference to the object';

describe('what is stated of a mesh', () => {
  it('its owner, if it has one', () => {
    expect(stated('Mesh', 'shop', base)).toEqual([]);
    expect(stated('Mesh', 'shop', [aNamespace(), aMesh({ meshOwner: '111122223333' })])).toEqual([
      'differs spec.meshOwner: no account owns a mesh without a control plane; a VirtualNode for each node of the other account',
    ]);
  });
});

describe('what is stated of a virtual service', () => {
  const of = (provider: object) =>
    stated('VirtualService', 'orders', [...base, aService('orders', undefined, { provider })]);

  it('a provider by its ARN', () => {
    expect(of({ virtualNode: { virtualNodeARN: arn('virtualNode') } })).toEqual([
      `refused spec.provider.virtualNode.virtualNodeARN: ${byArn}`,
    ]);
    expect(of({ virtualRouter: { virtualRouterARN: arn('virtualRouter') } })).toEqual([
      `refused spec.provider.virtualRouter.virtualRouterARN: ${byArn}`,
    ]);
    expect(of({ virtualNode: { virtualNodeRef: { name: 'blue' } } })).toEqual([]);
  });

  it('a name that is not a host name', () => {
    expect(stated('VirtualService', 'a', [...base, aService('a', undefined, { awsName: 'a b' })])).toEqual([
      'refused spec.awsName: "a b" is not a host name; letters, digits, "-" and "_", parted by dots',
    ]);
  });

  it('a name of an older one of the same mesh, whatever else has the name', () => {
    const named = (name: string, namespace: string) => ({
      ...aService(name, undefined, { awsName: 'Orders.example' }),
      metadata: { name, namespace },
    });
    const others = [
      aNamespace('out', { mesh: 'none' }),
      aNamespace('else', { mesh: 'else' }),
      aMesh({ namespaceSelector: { matchLabels: { mesh: 'else' } } }, 'else'),
      aGateway('orders', { awsName: 'orders.example' }),
    ];
    const manifests = [
      ...base,
      ...others,
      named('a', 'out'),
      named('b', 'else'),
      named('c', 'apps'),
      named('d', 'apps'),
    ];
    expect(stated('VirtualService', 'b', manifests)).toEqual([]);
    expect(stated('VirtualService', 'c', manifests)).toEqual([]);
    expect(stated('VirtualService', 'd', manifests)).toEqual([
      'refused spec.awsName: "Orders.example" is the name of VirtualService "apps/c", which is of the namespace in the name or older; another name',
    ]);
  });
});

describe('what is stated of the discovery of a virtual node', () => {
  const of = (spec: object) =>
    stated('VirtualNode', 'blue', [...base, aNode('blue', spec as Record<string, unknown>)]);
  const byDns = (hostname: string) => of({ serviceDiscovery: { dns: { hostname } } });
  const instead = 'orders.shop.svc.cluster.local';
  const refused = (fault: string) => [`refused spec.serviceDiscovery.dns.hostname: ${fault}; ${instead}`];
  const label = 'a'.repeat(63);
  const name254 = `${label}.${label}.${label}.${'a'.repeat(61)}.`;

  it.each([
    ...[
      'orders.shop.svc.cluster.local',
      'orders.shop.',
      'orders',
      '10.0.0.7',
      'fd00::7',
      'a_b.example',
      name254,
    ],
    ...['1a.example', '1.example', 'a1.12a', 'localhost.example', 'mylocalhost', '0x.example'],
  ])('nothing of the host name %s', (hostname) => {
    expect(byDns(hostname)).toEqual([]);
  });

  it.each([
    ...['http://orders', 'a..b', '-a.example:80', 'orders..', '.orders', `${label}a.example`],
    ...[`a${name254}`, `${label}.${label}.${label}.${label}`, '127.1', 'a.12', '12', '0x7f000001', 'a.0X1f.'],
  ])('that %s is no host name', (hostname) => {
    expect(byDns(hostname)).toEqual(refused('is no DNS name and no IP address'));
  });

  it.each(['127.0.0.1', '169.254.169.254', '::1', 'fe80::1', '0.0.0.0', '224.0.0.1', '300.0.0.1'])(
    'that the address %s means something else to each caller',
    (hostname) => {
      expect(byDns(hostname)).toEqual(
        refused(
          'is a loopback, link-local, multicast or invalid address, which means something else to each caller',
        ),
      );
    },
  );

  it.each(['localhost', 'LOCALHOST.', 'a.localhost'])('that %s is the host of the caller', (hostname) => {
    expect(byDns(hostname)).toEqual(refused('means the host of each caller'));
  });

  const cloudMap = (podSelector?: object) =>
    of({
      ...(podSelector && { podSelector }),
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'orders' } },
    });

  it('a selector that a Service cannot have', () => {
    const labels = 'matchLabels with labels that the pods have';
    expect(cloudMap()).toEqual([]);
    expect(cloudMap({ matchLabels: { app: 'a' }, matchExpressions: [] })).toEqual([]);
    expect(cloudMap({ matchExpressions: [{ key: 'app', operator: 'Exists' }] })).toEqual([
      `refused spec.podSelector.matchExpressions: a Service finds pods by equal labels only; ${labels}`,
    ]);
    expect(cloudMap({ matchLabels: {} })).toEqual([
      `refused spec.podSelector: selects all pods of the namespace, which a Service cannot; ${labels}`,
    ]);
  });

  it('a name of Cloud Map that is too long for TLS', () => {
    const awsCloudMap = { serviceName: 'orders', namespaceName: 'n'.repeat(249) };
    expect(of({ serviceDiscovery: { awsCloudMap } })).toEqual([
      'refused spec.serviceDiscovery.awsCloudMap.namespaceName: with TLS, callers ask for the server <service>.<namespace>, which has 256 characters; expected at most 255; a namespace with a shorter name',
    ]);
  });

  it('nothing of a node that nobody can find', () => {
    expect(of({ serviceDiscovery: undefined, listeners: undefined })).toEqual([]);
  });
});

describe('what is stated of a port that several backends have', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const tcp = (name: string, listener: Parameters<typeof listenersOn>[0] = 'tcp/5432') => [
    aService(name, `router/${name}`),
    aRouter(name, [], listenersOn(listener)),
  ];
  const of = (spec: object, ...others: readonly ReturnType<typeof aNode>[]) =>
    stated('VirtualNode', 'front', [...base, ...others, aNode('front', spec as Record<string, unknown>)]);
  const text = (all: string, kept: string, fate: string) =>
    `VirtualServices ${all} have port 5432, one of them for TCP, where only the port is known: what the proxy has of VirtualServices ${kept} stays as it is, and a new proxy ${fate}; another port of one of the routers (PortConflict)`;
  const ref = 'virtualService.virtualServiceRef';

  it('the last of the backends that the node lists', () => {
    const both = '"apps/a", "apps/b"';
    const closes = 'closes connections to port 5432';
    expect(of(backends('a', 'b'), ...tcp('a'), ...tcp('b'))).toEqual([
      `differs spec.backends[1].${ref}: ${text(both, both, closes)}`,
    ]);
    const virtualService = { virtualServiceARN: arn('virtualService') };
    const mixed = [...(backends('a').backends as object[]), { virtualService }];
    expect(of({ backends: mixed }, ...tcp('a'))).toEqual([
      `refused spec.backends[1].virtualService.virtualServiceARN: ${byArn}`,
    ]);
    expect(
      of(
        { backends: [{ virtualService }, ...(backends('a', 'b').backends as object[])] },
        ...tcp('a'),
        ...tcp('b', 'http/5432'),
      ),
    ).toEqual([
      `refused spec.backends[0].virtualService.virtualServiceARN: ${byArn}`,
      `differs spec.backends[2].${ref}: ${text(both, both, closes)}`,
    ]);
  });

  it('four of them by name', () => {
    const four = '"apps/a", "apps/b", "apps/c", "apps/d"';
    const closes = 'closes connections to port 5432';
    expect(of(backends('a', 'b', 'c', 'd'), ...names.flatMap((name) => tcp(name)))).toEqual([
      `differs spec.backends[3].${ref}: ${text(four, four, closes)}`,
    ]);
    expect(of(backends(...names), ...names.flatMap((name) => tcp(name)))).toEqual([
      `differs spec.backends[4].${ref}: ${text(`${four}, 1 more`, `${four}, 1 more`, closes)}`,
    ]);
  });

  it('those of a group, which get nothing where a listed one has the port', () => {
    const group = aBackendGroup('others', ['b']);
    const spec = { ...backends('a'), backendGroups: [{ name: 'others' }] };
    expect(of(spec, group, ...tcp('a'), ...tcp('b'))).toEqual([
      `differs spec.backendGroups: ${text('"apps/a", "apps/b"', '"apps/b"', 'has nothing of it')}`,
    ]);
  });

  it('nothing of ports that differ, or that several have for HTTP', () => {
    expect(of(backends('a', 'b'), ...tcp('a'), ...tcp('b', 'tcp/5433'))).toEqual([]);
    expect(of(backends('a', 'b'), ...tcp('a', 'http/80'), ...tcp('b', 'http/80'))).toEqual([]);
  });

  it('the backend of another namespace', () => {
    const other = { ...aService('b', 'router/b'), metadata: { name: 'b', namespace: 'shop' } };
    const router = {
      ...aRouter('b', [], listenersOn('tcp/5432')),
      metadata: { name: 'b', namespace: 'shop' },
    };
    const virtualService = { virtualServiceRef: { name: 'b', namespace: 'shop' } };
    const spec = { backends: [{ virtualService }, ...(backends('a').backends as object[])] };
    const both = '"shop/b", "apps/a"';
    expect(of(spec, aNamespace('shop'), other, router, ...tcp('a'))).toEqual([
      `differs spec.backends[1].${ref}: ${text(both, both, 'closes connections to port 5432')}`,
    ]);
  });
});
