import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../../../shared/mesh/plan/entry.ts';
import type { ProxySources } from '../../../../../shared/mesh/targets/envoy/plan/sources.ts';
import { versionsOf } from '../../../../../shared/mesh/targets/envoy/plan/versions.ts';
import { clusterName } from '../../../../../shared/mesh/targets/envoy/translate/cluster/name.ts';

const entry = (kind: string, name: string, namespace = 'apps', more: object = {}) =>
  ({ id: { kind, namespace, name }, generation: 3, ...more }) as unknown as Entry;
const [front, mesh] = [entry('VirtualNode', 'front'), entry('Mesh', 'shop', '')];
const [cart, router, stock] = [
  entry('VirtualService', 'cart'),
  entry('VirtualRouter', 'cart'),
  entry('VirtualService', 'stock', 'apps', { awsName: 'stock.example' }),
];
const [blue, blue1] = [entry('VirtualNode', 'blue'), entry('VirtualNode', 'blue-1')];
const route = entry('GatewayRoute', 'cart');
const sources = {
  ...{ owner: front, mesh, gatewayRoutes: [route] },
  services: [
    { service: cart, router, nodes: [blue] },
    { service: stock, router: undefined, nodes: [blue1] },
  ],
} as unknown as ProxySources;
const texts = (all: readonly { readonly object: string; readonly generation: number | undefined }[]) =>
  all.map(({ object, generation }) => `${object}@${generation}`);

describe('the manifests that a file of a proxy is made of', () => {
  const own = ['VirtualNode apps/front@3', 'Mesh shop@3'];

  it('are for listeners the proxy’s own and what decides where requests go', () => {
    expect(texts(versionsOf(sources, () => false).listeners)).toEqual([
      ...own,
      'VirtualService apps/cart@3',
      'VirtualRouter apps/cart@3',
      'VirtualService apps/stock@3',
    ]);
  });

  it('are for clusters and secrets its own, and for clusters the nodes', () => {
    expect(texts(versionsOf(sources, () => false).clusters)).toEqual([
      ...own,
      'VirtualNode apps/blue@3',
      'VirtualNode apps/blue-1@3',
    ]);
    expect(texts(versionsOf(sources, () => false).secrets)).toEqual(own);
  });

  it('are for a table of the egress listener those of its virtual hosts', () => {
    const of = (...hosts: readonly string[]) =>
      texts(
        versionsOf(sources, () => false).routes({
          name: 'egress-80',
          virtual_hosts: hosts.map((name) => ({ name })),
        }),
      );
    expect(of('cart.apps')).toEqual(['VirtualService apps/cart@3', 'VirtualRouter apps/cart@3', ...own]);
    expect(of('other', 'stock.example:80')).toEqual(['VirtualService apps/stock@3', ...own]);
    expect(of('stock.examples', 'my-cart.apps')).toEqual(own);
    expect(texts(versionsOf(sources, () => false).routes({ name: 'egress' }))).toEqual(own);
  });

  it('are for another table the owner and the routes of a gateway', () => {
    expect(texts(versionsOf(sources, () => false).routes({ name: 'gateway-80' }))).toEqual([
      own[0],
      'GatewayRoute apps/cart@3',
    ]);
  });

  it('are for endpoints the node of the cluster, with a policy or without', () => {
    expect(texts(versionsOf(sources, () => false).endpoints(clusterName(blue, 80)))).toEqual([
      'VirtualNode apps/blue@3',
    ]);
    expect(texts(versionsOf(sources, () => false).endpoints(clusterName(blue, 80, { tls: null })))).toEqual([
      'VirtualNode apps/blue@3',
    ]);
    expect(texts(versionsOf(sources, () => false).endpoints(clusterName(blue1, 8080)))).toEqual([
      'VirtualNode apps/blue-1@3',
    ]);
    for (const name of ['x', '80x', 'x80', '80_x', '80_1-2'])
      expect(texts(versionsOf(sources, () => false).endpoints(`egress_apps_blue_${name}`))).toEqual([]);
    expect(texts(versionsOf(sources, () => false).endpoints('my_egress_apps_blue_80'))).toEqual([]);
  });

  it('have no generation where an earlier state stays in effect, except the owner', () => {
    const refused = versionsOf(sources, (each) => each !== mesh);
    expect(texts(refused.listeners)).toEqual([
      ...own,
      'VirtualService apps/cart@undefined',
      'VirtualRouter apps/cart@undefined',
      'VirtualService apps/stock@undefined',
    ]);
  });
});
