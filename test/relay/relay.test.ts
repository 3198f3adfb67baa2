import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deps, eventually, expectContract } from './harness.ts';
import { namespace, node, pod, virtualNode } from './objects.ts';

describe('a relay at its start', () => {
  it('a relay at its start sends all objects, then each change, in events of the contract', async () => {
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

it('a relay sends a steady stream of changes in few requests, and the last state of each object', async () => {
  const { api, bus, start } = await deps();
  const [changes, pods] = [200, 50];
  const names = Array.from({ length: pods }, (_, index) => `cart-${index}`);
  for (const name of names) api.put('pods', pod('shop', name));
  const relay = start();
  await relay.ready;
  await eventually(() => expect(bus.ofType('Pod Changed')).toHaveLength(pods));
  const before = bus.batches.length;
  const startedAt = performance.now();
  const last = new Map<string, string>();
  for (let change = 0; change < changes; change++) {
    const name = names[change % pods] ?? '';
    const { metadata } = api.put('pods', pod('shop', name));
    last.set(name, metadata.resourceVersion);
    await wait(5);
  }
  const arrived = () =>
    new Map(
      bus.ofType('Pod Changed').map(({ pod: { metadata } }) => [metadata.name, metadata.resourceVersion]),
    );
  await eventually(() => expect(arrived()).toEqual(last));
  const burst = 20;
  const most = burst + (performance.now() - startedAt) / 50 + changes / 10 + 1;
  expect(bus.batches.length - before).toBeLessThanOrEqual(most);
  expect(bus.raced).toEqual([]);
});
