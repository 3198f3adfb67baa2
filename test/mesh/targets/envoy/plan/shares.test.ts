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
} from '../../../harness/manifests.ts';
import { directoryOf } from '../../../plan/entries.ts';
import { contentIn, desiredEnvoys } from '../desired-envoys.ts';

const others = 'others';

/** A virtual service with a route of the gateway to it, and 80 routes of its own. */
function bigService(name: string, namespace: string): readonly Manifest[] {
  const routes = Array.from({ length: 80 }, (_, index) =>
    aRoute(`r${index}`, { blue: 1 }, { match: { prefix: `/${'x'.repeat(500)}${index}` } }),
  );
  const target = { virtualService: { virtualServiceRef: { name } } };
  return [
    aRouter(name, routes),
    aService(name, `router/${name}`),
    aGatewayRoute(name, name, { httpRoute: { match: { prefix: `/${name}` }, action: { target } } }),
  ].map((manifest) => ({ ...manifest, metadata: { name, namespace } }));
}

function gatewayOf(count: number, namespace: string) {
  const big = Array.from({ length: count }, (_, index) => bigService(`big${index}`, namespace)).flat();
  const node = aNode('blue');
  const desired = desiredEnvoys(
    directoryOf(
      ...[aNamespace(), aNamespace(others), aMesh(), aGateway('entry'), node],
      ...[{ ...node, metadata: { name: 'blue', namespace: others } }, ...big],
      ...[aService('cart', 'node/blue'), aGatewayRoute('cart', 'cart')],
    ),
  );
  const { data = {} } = contentIn(desired, 'ConfigMap/apps/entry.virtual-gateway');
  const stays = desired.objects.flatMap(({ entry, differences }) =>
    differences.some(({ message }) => message.includes('more than 200000 bytes')) ? [entry.id.name] : [],
  );
  return { data, stays: [...new Set(stays)] };
}

describe('the share of a namespace in a proxy of another', () => {
  it('has room for some large services, and beyond it the youngest stay as they are', () => {
    const { data, stays } = gatewayOf(12, others);
    const bytes = Object.values(data).reduce((sum, text) => sum + text.length, 0);
    expect(bytes).toBeLessThan(400_000);
    expect(stays).not.toContain('big0');
    expect(stays).toContain('big11');
    expect(data['rds-egress.json']).toContain('cart.apps');
    expect(data['rds-egress.json']).toContain('big0.others');
    expect(data['rds-egress.json']).not.toContain('big11.others');
  });

  it('is not counted for objects of its own namespace', () => {
    expect(gatewayOf(5, 'apps').stays).toEqual([]);
  });
});
