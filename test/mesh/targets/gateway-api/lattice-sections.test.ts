import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../harness/harness.ts';
import { objectIn, translated } from './harness.ts';

const inApps = (kind: string, name: string, spec: object): Manifest => ({
  ...{ kind, metadata: { name, namespace: 'apps' } },
  spec: spec as NonNullable<Manifest['spec']>,
});

const listener = { portMapping: { port: 8080, protocol: 'http' } };
const target = { virtualNodeRef: { name: 'blue' }, weight: 1 };

const routes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `route-${index}`,
    httpRoute: { match: { path: { exact: `/${index}` } }, action: { weightedTargets: [target] } },
  }));

const mesh: readonly Manifest[] = [
  { kind: 'Namespace', metadata: { name: 'apps', labels: { mesh: 'shop' } } },
  {
    kind: 'Mesh',
    metadata: { name: 'shop' },
    spec: { namespaceSelector: { matchLabels: { mesh: 'shop' } } },
  },
  inApps('VirtualNode', 'blue', {
    listeners: [listener],
    serviceDiscovery: { dns: { hostname: 'blue.apps.svc.cluster.local' } },
  }),
  inApps('VirtualRouter', 'cart', {
    listeners: [listener, listener],
    routes: [{ name: 'all', httpRoute: { match: { prefix: '/' }, action: { weightedTargets: [target] } } }],
  }),
  inApps('VirtualService', 'cart', { provider: { virtualRouter: { virtualRouterRef: { name: 'cart' } } } }),
];

describe('a route of VPC Lattice', () => {
  it('a VPC Lattice route names the section of two listeners of one port and protocol once: the definition refuses two', () => {
    const { spec } = objectIn(translated(mesh, 'amazon-vpc-lattice'), 'HTTPRoute apps/cart');
    expect(spec.parentRefs.map(({ sectionName }: { sectionName: string }) => sectionName)).toEqual([
      'http-8080',
    ]);
  });
});

describe('a listener of VPC Lattice', () => {
  const withRoutes = (count: number) => {
    const others = mesh.filter(({ kind }) => kind !== 'VirtualRouter');
    const router = inApps('VirtualRouter', 'cart', { listeners: [listener], routes: routes(count) });
    return translated([...others, router], 'amazon-vpc-lattice');
  };

  it('a VPC Lattice listener takes ten rules, its maximum', () => {
    const result = withRoutes(10);
    expect(objectIn(result, 'HTTPRoute apps/cart').spec.rules).toHaveLength(10);
    expect(Object.values(result.problems).flat()).toEqual([]);
  });

  it('a VPC Lattice listener gets no route at all if a router has eleven: a missing one would change where requests go', () => {
    const { objects, problems } = withRoutes(11);
    expect(objects.filter(({ kind }) => kind === 'HTTPRoute')).toEqual([]);
    expect(problems['VirtualRouter apps/cart']).toEqual([
      expect.stringContaining('has more routes than a listener of VPC Lattice has rules (10)'),
    ]);
  });
});
