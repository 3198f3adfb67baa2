import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../harness/harness.ts';
import { objectIn, translated } from './harness.ts';

const inApps = (kind: string, name: string, spec: object): Manifest => ({
  ...{ kind, metadata: { name, namespace: 'apps' } },
  spec: spec as NonNullable<Manifest['spec']>,
});

const listener = { portMapping: { port: 8080, protocol: 'http' } };
const target = { virtualNodeRef: { name: 'blue' }, weight: 1 };

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
  it('names the section of two listeners of one port and protocol once: the definition refuses two', () => {
    const { spec } = objectIn(translated(mesh, 'amazon-vpc-lattice'), 'HTTPRoute apps/cart');
    expect(spec.parentRefs.map(({ sectionName }: { sectionName: string }) => sectionName)).toEqual([
      'http-8080',
    ]);
  });
});
