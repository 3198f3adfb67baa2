import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../harness/harness.ts';
import {
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
  backends,
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { contentIn, desiredEnvoys } from '../desired-envoys.ts';

const mesh: readonly Manifest[] = [
  aNamespace(),
  aMesh(),
  aNode('front', backends('cart', 'stock')),
  aNode('blue'),
  aNode('green'),
  aService('cart', 'router/cart'),
  aRouter('cart', [aRoute('all', { blue: 1, green: 1 })]),
  aService('stock', 'router/stock'),
  aRouter('stock', [aRoute('all', { green: 1 })]),
  aGateway('entry'),
  aGatewayRoute('cart', 'cart'),
];

/** The names in the version of each file. */
function versionsOf(config: string, manifests: readonly Manifest[] = mesh) {
  const { data = {} } = contentIn(desiredEnvoys(directoryOf(...manifests)), `ConfigMap/apps/${config}`);
  return Object.fromEntries(
    Object.entries(data)
      .filter(([file]) => file !== 'bootstrap.json')
      .map(([file, text]) => [file, (JSON.parse(text) as { version_info: string }).version_info]),
  );
}

const named = (version: string | undefined) => version?.match(/\w+ [\w/-]+@\w+/g) ?? [];

describe('the versions of a proxy', () => {
  it('the routes of a virtual service name it and its router, and no others', () => {
    const versions = versionsOf('front.virtual-node');
    expect(named(versions['rds-egress-8080.json'])).toEqual([
      'VirtualService apps/cart@1',
      'VirtualRouter apps/cart@1',
      'VirtualService apps/stock@1',
      'VirtualRouter apps/stock@1',
      'VirtualNode apps/front@1',
      'Mesh shop@1',
    ]);
    expect(named(versions['rds-ingress-8080.json'] ?? 'VirtualNode apps/front@1')).toEqual([
      'VirtualNode apps/front@1',
    ]);
  });

  it('the clusters name the virtual nodes that routes lead to', () => {
    expect(named(versionsOf('front.virtual-node')['cds.json'])).toEqual([
      'VirtualNode apps/front@1',
      'Mesh shop@1',
      'VirtualNode apps/blue@1',
      'VirtualNode apps/green@1',
    ]);
  });

  it('the routes of a gateway name its gateway routes', () => {
    const versions = versionsOf('entry.virtual-gateway');
    expect(named(versions['rds-gateway-8088.json'])).toEqual([
      'VirtualGateway apps/entry@1',
      'GatewayRoute apps/cart@1',
    ]);
    expect(named(versions['rds-egress.json'])).toContain('VirtualRouter apps/cart@1');
  });

  it('a router that is refused has no generation in a version, since an earlier one stays in effect', () => {
    const manifests = mesh.map((manifest) =>
      manifest.kind === 'VirtualRouter' && manifest.metadata.name === 'stock'
        ? aRouter('stock', [aRoute('all', { gone: 1 })])
        : manifest,
    );
    const desired = contentIn(desiredEnvoys(directoryOf(...manifests)), 'ConfigMap/apps/front.virtual-node');
    expect(desired.kept?.services).toEqual(['stock.apps']);
    expect(versionsOf('front.virtual-node', manifests)['lds.json']).toContain(
      'VirtualRouter apps/stock@kept',
    );
  });
});
