import { describe, expect, it } from 'vitest';
import { type EntryOf, isOfKind } from '../../../../../shared/mesh/plan/entry.ts';
import { backendsOf } from '../../../../../shared/mesh/targets/envoy/translate/egress/backends.ts';
import { egressOf } from '../../../../../shared/mesh/targets/envoy/translate/egress/egress.ts';
import type { EnvoyContext, Part } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import {
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
  listenersOn,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { clusterOf, egress, type Fields, hostsOf } from './harness.ts';

const base = [aNamespace(), aMesh()];
const policy = (certificateChain: string) => ({
  tls: { validation: { trust: { file: { certificateChain } } } },
});
const trusting = (certificateChain: string) => ({
  backendDefaults: { clientPolicy: policy(certificateChain) },
});
const own = (certificateChain: string) => ({
  backends: [
    { virtualService: { virtualServiceRef: { name: 'cart' }, clientPolicy: policy(certificateChain) } },
  ],
});

/** The egress sides of the proxies of some nodes of one directory, by their names. */
function partsOf(nodes: Readonly<Record<string, Fields>>, context: Partial<EnvoyContext> = {}) {
  const callers = Object.entries(nodes).map(([name, spec]) => aNode(name, spec));
  const directory = directoryOf(...base, aNode('blue'), aService('cart', 'node/blue'), ...callers);
  const whole = {
    ...{ clusterDomain: 'cluster.local', instancesOf: () => [], isRefused: () => false },
    ...context,
  };
  return Object.keys(nodes).map((name): Part => {
    const entry = directory.entries.find(({ id }) => id.name === name);
    if (!entry || !isOfKind(entry, 'VirtualNode')) throw new Error(`${name} is not valid`);
    const node: EntryOf<'VirtualNode'> = entry;
    const place = directory.placeOf(node);
    if ('reason' in place) throw new Error(place.reason);
    return egressOf(node, backendsOf(node, place, directory), place, directory, whole);
  });
}
const blueOf = (part: Part | undefined) => part && clusterOf(part, 'egress_apps_blue_8080');
const cartOf = (part: Part | undefined) => part && hostsOf(part, 'egress-8080')['cart.apps'];

describe('what several proxies have of one virtual service', () => {
  it('is made once, if they demand nothing of it', () => {
    const [a, b] = partsOf({ a: backends('cart'), b: backends('cart') });
    expect(blueOf(a)).toBeDefined();
    expect(blueOf(a)).toBe(blueOf(b));
    expect(cartOf(a)).toBeDefined();
    expect(cartOf(a)).toBe(cartOf(b));
  });

  it('is a cluster for each, if they demand different TLS of all backends', () => {
    const [a, b] = partsOf({
      a: { ...backends('cart'), ...trusting('/a.pem') },
      b: { ...backends('cart'), ...trusting('/b.pem') },
    });
    expect(blueOf(a)).not.toEqual(blueOf(b));
    expect(a?.secrets).not.toEqual(b?.secrets);
  });

  it('is a virtual host for each, if they demand different TLS of this backend', () => {
    const [plain, a, b] = partsOf({ plain: backends('cart'), a: own('/a.pem'), b: own('/b.pem') });
    const clusters = [plain, a, b].map((part) => cartOf(part).routes[0].route.cluster);
    expect(new Set(clusters).size).toBe(3);
    for (const [index, part] of [plain, a, b].entries())
      expect(part && clusterOf(part, clusters[index])).toBeDefined();
  });

  it('is one cluster of a policy that a backend has as all have it', () => {
    const [a] = partsOf({ a: { ...own('/a.pem'), ...trusting('/a.pem') } });
    expect(blueOf(a)).toHaveProperty('transport_socket');
  });
});

describe('a target that is not valid', () => {
  const invalid = aNode('gone', { listeners: 'none' });
  const target = { virtualNodeRef: { name: 'gone' }, weight: 1 };
  const of = (...weightedTargets: readonly object[]) => {
    const routes = [{ name: 'a', httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } }];
    return egress([
      ...[...base, invalid, aNode('blue'), aNode('front', backends('cart'))],
      ...[aService('cart', 'router/cart'), aRouter('cart', routes)],
    ]);
  };

  it('has its cluster still, if the route names the port', () => {
    const part = of({ ...target, port: 80 });
    expect(cartOf(part).routes[0].route.cluster).toBe('egress_apps_gone_80');
    expect(part.clusters.map(({ name }) => name)).toEqual(['passthrough']);
    expect(part.kept.services).toEqual([]);
  });

  it('leaves the service as it is, if the route names no port, whatever the other targets are', () => {
    const blue = { virtualNodeRef: { name: 'blue' }, weight: 1 };
    for (const targets of [[target], [target, blue], [blue, target]])
      expect(of(...targets).kept.services).toEqual(['cart.apps']);
  });
});

describe('a target without a port in its route', () => {
  const of = (spec: Fields) =>
    egress([
      ...[...base, aNode('blue', spec), aNode('front', backends('cart'))],
      ...[aService('cart', 'router/cart'), aRouter('cart', [aRoute('a', { blue: 1 })])],
    ]);

  it('leads to the only listener of its node, and of several or none nothing is known', () => {
    expect(cartOf(of(listenersOn('http/9000'))).routes[0].route.cluster).toBe('egress_apps_blue_9000');
    expect(of(listenersOn('http/9000', 'http/9001')).kept.services).toEqual(['cart.apps']);
    expect(of({ listeners: [] }).kept.services).toEqual(['cart.apps']);
    expect(of({ listeners: undefined }).kept.services).toEqual(['cart.apps']);
  });
});

describe('addresses of instances by the IP preference', () => {
  const instancesOf = () => [
    { address: '10.0.0.1', port: 80 },
    { address: 'fd00::1', port: 80 },
  ];
  const awsCloudMap = { namespaceName: 'shop.local', serviceName: 'color' };
  const addresses = (ipPreference?: string) => {
    const serviceDiscovery = { awsCloudMap: { ...awsCloudMap, ...(ipPreference && { ipPreference }) } };
    const { endpoints } = egress(
      [
        ...base,
        aNode('blue', { serviceDiscovery }),
        aNode('front', backends('cart')),
        aService('cart', 'node/blue'),
      ],
      { instancesOf },
    );
    const [first] = endpoints as unknown as readonly Fields[];
    return first.endpoints[0].lb_endpoints.map(
      (each: Fields) => each.endpoint.address.socket_address.address,
    );
  };

  it.each([
    [undefined, ['10.0.0.1', 'fd00::1']],
    ['IPv4_PREFERRED', ['10.0.0.1', 'fd00::1']],
    ['IPv6_PREFERRED', ['10.0.0.1', 'fd00::1']],
    ['IPv4_ONLY', ['10.0.0.1']],
    ['IPv6_ONLY', ['fd00::1']],
  ])('%s: %j', (preference, expected) => {
    expect(addresses(preference)).toEqual(expected);
  });

  it('a host name that ends with a dot is absolute already', () => {
    const dns = { hostname: 'blue.apps.' };
    const part = egress([
      ...[...base, aNode('blue', { serviceDiscovery: { dns } }), aNode('front', backends('cart'))],
      aService('cart', 'node/blue'),
    ]);
    const [{ endpoint }] = blueOf(part).load_assignment.endpoints[0].lb_endpoints;
    expect(endpoint.address.socket_address.address).toBe('blue.apps.');
  });
});
