import { describe, expect, test } from 'vitest';
import { deps, eventually, expectContract } from './kit.ts';
import { namespace, node, pod, virtualNode } from './objects.ts';

describe('a relay at its start', () => {
  test('sends all objects, then each change, in events of the contract', async () => {
    const { api, bus, start } = await deps();
    api.put('namespaces', namespace('kube-system', '2026-01-02T03:04:05Z'));
    api.put('nodes', node('node-1', 'us-west-2a'));
    api.put('virtualnodes', virtualNode('shop', 'cart', { listeners: [] }));
    api.put('pods', pod('shop', 'cart-0'));
    const relay = start();
    await relay.ready;
    await eventually(() => expect(bus.ofType('Pod Changed')).toHaveLength(1));
    expect(bus.ofType('Pod Changed')[0]).toMatchObject({
      change: 'Applied',
      group: 'test/shop/cart-0',
      pod: { metadata: { name: 'cart-0', labels: { app: 'cart-0' } } },
      node: { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' },
    });
    expect(JSON.stringify(bus.ofType('Pod Changed'))).not.toContain('image');

    api.put('pods', pod('shop', 'cart-1'));
    await eventually(() => expect(bus.ofType('Pod Changed')).toHaveLength(2));
    api.remove('pods', 'shop', 'cart-1');
    await eventually(() => expect(bus.ofType('Pod Changed').at(-1)).toMatchObject({ change: 'Deleted' }));
    const listings = bus.ofType('Cluster Listed').map(({ listing }) => listing);
    const listed = listings.filter(({ absent }) => !absent);
    expect(listed.map(({ kind }) => kind).sort()).toEqual([
      'Mesh',
      'Namespace',
      'Pod',
      'VirtualNode',
      'VirtualService',
    ]);
    for (const listing of listed) expect(listing.clusterCreatedAt).toBe('2026-01-02T03:04:05Z');
    expectContract(bus);
    expect(await relay.stop()).toBe(0);
  });
});
