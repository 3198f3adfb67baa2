import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  listenersOn,
  type Protocol,
  routeOn,
} from '../../../harness/manifests.ts';
import { namesOf, objectIn, translated } from '../harness.ts';
import { limitsIn } from './findings.ts';

type Spec = Readonly<Record<string, unknown>>;
type Listener = `${Protocol}/${number}`;

const nodes = [aNode('blue'), aNode('green')];
/** What VPC Lattice makes of them; `found`: the differences of an object without those that always are. */
function written(...manifests: readonly Manifest[]) {
  const result = translated([aNamespace(), aMesh(), ...nodes, ...manifests], 'amazon-vpc-lattice');
  const always = ['differs spec.awsName: latticeName', 'differs spec.egressFilter: latticeEgress'];
  return {
    result,
    names: namesOf(result).filter((name) => !name.startsWith('TargetGroupPolicy')),
    found: (name: string) =>
      limitsIn(result.differences[name] ?? [])
        .filter((each) => !always.includes(each))
        .map((each) => each.replace(`${name} `, '')),
    spec: (name: string) => objectIn(result, name).spec,
  };
}
const section = (sectionName: string, name = 'shop') => ({
  ...{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name },
  sectionName,
});
const ref = (name: string, port = 8080) => ({ group: '', kind: 'Service', name, port, weight: 1 });

describe('the Gateways of a service network', () => {
  const listenerOn = (port: number) => ({ name: `http-${port}`, port, protocol: 'HTTP' });

  it('are one in each namespace with virtual services of the mesh, with all their listeners but TCP', () => {
    const { spec, names } = written(
      ...[aNamespace('other'), aNamespace('far', { mesh: 'another' })],
      aMesh({ namespaceSelector: { matchLabels: { mesh: 'another' } } }, 'second'),
      aRouter('cart', [], listenersOn('http/81', 'tcp/82', 'http2/80')),
      ...[aService('cart', 'router/cart'), aService('blue', 'node/blue'), aService('none')],
      { ...aService('far', 'node/far'), metadata: { name: 'far', namespace: 'far' } },
      aNode('far', listenersOn('http/99'), 'far'),
    );
    expect(names.filter((name) => name.startsWith('Gateway'))).toEqual([
      'Gateway apps/shop',
      'Gateway far/second',
    ]);
    expect(spec('Gateway apps/shop')).toEqual({
      gatewayClassName: 'amazon-vpc-lattice',
      listeners: [listenerOn(80), listenerOn(8080), listenerOn(81)],
    });
    expect(spec('Gateway far/second').listeners).toEqual([listenerOn(99)]);
  });

  it('are none where no virtual service can be called', () => {
    const router = aRouter('cart', [], listenersOn('tcp/82'));
    expect(written(router, aService('cart', 'router/cart'), aService('none')).names).toEqual([]);
  });

  it.each([
    ['abc', true],
    ['ab', false],
    ['a-b-c', true],
    ['a-bc', true],
    ['sn-a', false],
    ['snow', true],
    ['a--b', false],
    ['-abc', false],
    ['abc-', false],
    ['Shop', false],
    ['a_b', false],
    ['x'.repeat(63), true],
    ['x'.repeat(64), false],
  ])('may be named %s: %s', (awsName, isName) => {
    const result = translated([aNamespace(), aMesh({ awsName })], 'amazon-vpc-lattice');
    const found = limitsIn(result.differences['Mesh shop'] ?? []);
    expect(found.includes('refused spec.awsName: networkName')).toBe(!isName);
  });
});

describe('the route of a virtual service', () => {
  it('has the rules of all routes, one match each, for every listener', () => {
    const same = { action: { weightedTargets: [{ virtualNodeRef: { name: 'blue' }, weight: 1 }] } };
    const route = (name: string, value: string) => ({
      name,
      httpRoute: { ...same, match: { path: { exact: value } } },
    });
    const { spec, found } = written(
      aRouter('cart', [route('a', '/1'), route('b', '/2')], listenersOn('http/80', 'http/81')),
      aService('cart', 'router/cart', { awsName: 'Cart.Example.com' }),
    );
    const rule = (value: string) => ({
      matches: [{ path: { type: 'Exact', value } }],
      backendRefs: [ref('blue')],
    });
    expect(spec('HTTPRoute apps/cart')).toEqual({
      parentRefs: [section('http-80'), section('http-81')],
      hostnames: ['cart.example.com'],
      rules: [rule('/1'), rule('/2')],
    });
    expect(found('VirtualRouter apps/cart')).toEqual([]);
    expect(found('VirtualService apps/cart')).toEqual([]);
  });

  it('is a GRPCRoute for gRPC, without a host name', () => {
    const { spec, found } = written(
      aRouter('cart', [routeOn('all', 'grpc')], listenersOn('grpc/80')),
      aService('cart', 'router/cart', { awsName: 'cart.example.com' }),
    );
    expect(spec('GRPCRoute apps/cart')).toEqual({
      parentRefs: [section('https-80')],
      rules: [{ matches: [{}], backendRefs: [ref('blue')] }],
    });
    expect(found('VirtualRouter apps/cart')).toEqual([
      'differs spec.listeners[0].portMapping.protocol: latticeGrpc',
    ]);
  });

  it('permits requests to a Service of another namespace', () => {
    const far = aNode('far', { serviceDiscovery: { dns: { hostname: 'far.other.svc' } } }, 'other');
    const provider = { virtualNode: { virtualNodeRef: { name: 'far', namespace: 'other' } } };
    const { names, spec } = written(aNamespace('other'), far, aService('far', undefined, { provider }));
    expect(spec('HTTPRoute apps/far').rules[0].backendRefs).toEqual([{ ...ref('far'), namespace: 'other' }]);
    expect(names.filter((name) => name.startsWith('ReferenceGrant other/httproute-apps-far'))).toHaveLength(
      1,
    );
  });

  const long = (length: number) => `${'a'.repeat(length - 2)}.b`;
  it.each([
    ['cart.example.com', true],
    ['a.b', true],
    ['a-b.c-d', true],
    ['a1.2', true],
    ['1.b', true],
    ['1.2', false],
    ['10.0.0.1', false],
    ['cart', false],
    ['cart_1.example.com', false],
    ['-a.b', false],
    ['a-.b', false],
    ['a.-b', false],
    ['a.b-', false],
    ['a..b', false],
    ['.a.b', false],
    ['a.b.', false],
    [long(253), true],
    [long(254), false],
  ])('has the host name %s: %s', (awsName, isHost) => {
    const { spec } = written(aService('blue', 'node/blue', { awsName }));
    expect(spec('HTTPRoute apps/blue').hostnames).toEqual(isHost ? [awsName] : undefined);
  });

  it.each([
    ['x'.repeat(20), 'apps', true],
    ['x'.repeat(21), 'apps', false],
    ['cart', 'n'.repeat(18), true],
    ['cart', 'n'.repeat(19), false],
    ['a-b-cd', 'apps', true],
    ['svc-a', 'apps', false],
    ['svca', 'apps', true],
    ['a.b', 'apps', false],
    ['a--b', 'apps', false],
  ])('of %s in namespace %s is named after it: %s', (name, namespace, isPlain) => {
    const service = { ...aService(name, 'node/blue'), metadata: { name, namespace } };
    const serviceDiscovery = { dns: { hostname: `blue.${namespace}.svc` } };
    const node = aNode('blue', { serviceDiscovery }, namespace);
    const { names } = written(aNamespace(namespace), node, service);
    const [route = ''] = names.filter((each) => each.startsWith('HTTPRoute'));
    if (isPlain) expect(route).toBe(`HTTPRoute ${namespace}/${name}`);
    else expect(route).toMatch(new RegExp(`^HTTPRoute ${namespace}/m[0-9a-f]{16}$`));
  });

  it('of two that would be named alike has a name of its own', () => {
    const { names } = written(
      aService(`${'x'.repeat(30)}1`, 'node/blue'),
      aService(`${'x'.repeat(30)}2`, 'node/blue'),
    );
    const routes = names.filter((each) => each.startsWith('HTTPRoute'));
    expect(new Set(routes).size).toBe(2);
  });
});

describe('a virtual service that VPC Lattice cannot serve', () => {
  const all = (name: string, protocol: 'http' | 'http2' | 'grpc' | 'tcp', node = 'blue'): Spec =>
    protocol === 'http' ? aRoute(name, { [node]: 1 }) : routeOn(name, protocol);
  const served = (routes: readonly Spec[], ...listeners: readonly Listener[]) => {
    const { names, found } = written(
      aRouter('cart', routes, listenersOn(...listeners)),
      aService('cart', 'router/cart'),
    );
    return {
      routes: names.filter((name) => name.includes('Route ')),
      found: found('VirtualRouter apps/cart'),
    };
  };

  it('is one without a provider, or of one that does not exist', () => {
    const without = written(aService('cart'));
    expect(without.found('VirtualService apps/cart')).toEqual(['refused spec.provider: noBackend']);
    expect(without.names).toEqual([]);
    const missing = written(aService('cart', 'router/none'));
    expect(missing.found('VirtualService apps/cart')).toEqual([]);
    expect(missing.names).toEqual([]);
  });

  it('is one of more than two listeners, or of two that do not do the same', () => {
    const limit = 'refused spec.listeners: latticeListeners';
    expect(served([all('a', 'http')], 'http/80', 'http/81')).toEqual({
      routes: ['HTTPRoute apps/cart'],
      found: [],
    });
    expect(served([all('a', 'http')], 'http/80', 'http/81', 'http/82').found).toEqual([limit]);
    expect(served([all('a', 'http'), all('b', 'http2')], 'http/80', 'http2/81').found).toEqual([limit]);
    const on = (port: number, node: string) => aRoute(node, { [node]: 1 }, { match: { prefix: '/', port } });
    expect(served([on(80, 'blue'), on(81, 'green')], 'http/80', 'http/81').found).toEqual([limit]);
  });

  it('is one of TCP, or without routes', () => {
    const at = (index: number) => `refused spec.listeners[${index}].portMapping.protocol: tcpLattice`;
    expect(served([all('a', 'tcp')], 'tcp/80')).toEqual({ routes: [], found: [at(0)] });
    expect(served([all('a', 'http'), all('b', 'tcp')], 'http/80', 'tcp/81').found).toEqual([
      'refused spec.listeners: latticeListeners',
      at(1),
    ]);
    expect(served([], 'http/80').found).toEqual(['refused spec.routes: noBackend']);
  });

  it('is one whose virtual node does not listen', () => {
    const { names, found } = written(aNode('mute', { listeners: [] }), aService('cart', 'node/mute'));
    expect(names).toEqual([]);
    expect(found('VirtualService apps/cart')).toEqual(['refused VirtualNode apps/mute spec.listeners: port']);
  });

  it('is one with more than ten rules', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aRoute(`r${index}`, { blue: 1 }, { match: { path: { exact: `/${index}` } } }),
      );
    expect(served(many(10), 'http/80').found).toEqual([]);
    expect(served(many(11), 'http/80').found).toEqual(['refused spec.routes: latticeRules']);
  });
});
