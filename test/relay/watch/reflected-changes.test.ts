import { describe, expect, it } from 'vitest';
import { deps, eventually } from '../harness.ts';
import { pod, virtualNode } from '../objects.ts';
import { podNames, running } from './running-relay.ts';

describe('changes', () => {
  it('changes of fields that are not sent make no event', async () => {
    const { api, bus, relay } = await running();
    const [first] = api.objects('pods');
    if (!first) throw new Error('the pod is gone');
    for (let beat = 0; beat < 5; beat++)
      api.put('pods', { ...first, status: { ...first.status, startTime: `${beat}` } });
    api.put('pods', { ...first, status: { ...first.status, phase: 'Failed' } });
    await eventually(() => expect(podNames(bus)).toHaveLength(2));
    expect(bus.ofType('Pod Changed').at(-1)?.pod).toMatchObject({
      metadata: { resourceVersion: `${api.version}` },
      status: { phase: 'Failed' },
    });
    expect(relay.metrics.unchanged.get({ kind: 'Pod' })).toBe(5);
  });

  it('changes of an App Mesh object’s status make no event, changes of its spec do', async () => {
    const { api, bus, start } = await deps();
    const stored = api.put('virtualnodes', virtualNode('shop', 'cart', { listeners: [] }));
    await start().ready;
    await eventually(() => expect(bus.ofType('Cluster Object Changed')).toHaveLength(1));
    api.put('virtualnodes', {
      ...stored,
      status: { conditions: [{ type: 'VirtualNodeActive', status: 'True' }] },
    });
    api.put('virtualnodes', { ...stored, spec: { listeners: [{ portMapping: { port: 80 } }] } });
    await eventually(() => expect(bus.ofType('Cluster Object Changed')).toHaveLength(2));
    expect(bus.ofType('Cluster Object Changed')[1]?.object.spec).toEqual({
      listeners: [{ portMapping: { port: 80 } }],
    });
  });

  it('changes split into chunks arrive complete', async () => {
    const { api, bus } = await running();
    api.chunkBytes = 7;
    api.put('pods', pod('shop', 'second', { status: { phase: 'Läuft 🚀' } }));
    await eventually(() => expect(bus.ofType('Pod Changed')[1]?.pod.status.phase).toBe('Läuft 🚀'));
  });

  it('changes are coalesced while the bus is slow, and the last one arrives', async () => {
    const { api, bus, relay } = await running();
    bus.delayMs = 50;
    const [first] = api.objects('pods');
    if (!first) throw new Error('the pod is gone');
    for (let change = 1; change <= 100; change++) {
      const labels = { change: `${change}` };
      api.put('pods', { ...first, metadata: { ...first.metadata, labels } });
    }
    await eventually(() =>
      expect(bus.ofType('Pod Changed').at(-1)?.pod.metadata.labels).toEqual({ change: '100' }),
    );
    expect(bus.ofType('Pod Changed').length).toBeLessThan(10);
    expect(relay.metrics.coalesced.get({})).toBeGreaterThan(80);
  });

  it('a pod deleted and created again between watches arrives as the new one', async () => {
    const { api, bus } = await running();
    api.fault = ({ watch }) => (watch ? 'break' : undefined);
    api.cutWatches();
    api.remove('pods', 'shop', 'first');
    const again = api.put('pods', pod('shop', 'first'));
    api.forget();
    api.fault = () => undefined;
    await eventually(() =>
      expect(bus.ofType('Pod Changed').at(-1)?.pod.metadata.uid).toBe(again.metadata.uid),
    );
  });
});

describe('a kind', () => {
  it('a kind that the cluster does not have is checked again, and blocks nothing', async () => {
    const { api, bus, start } = await deps();
    api.served.delete('virtualnodes');
    api.put('virtualnodes', virtualNode('shop', 'cart'));
    api.put('pods', pod('shop', 'first'));
    const relay = start();
    await relay.ready;
    await eventually(() => expect(podNames(bus)).toEqual(['Applied first']));
    const listed = () => bus.ofType('Cluster Listed').filter(({ listing }) => listing.kind === 'VirtualNode');
    await eventually(() => expect(listed().map(({ listing }) => listing.absent)).toEqual([true]));
    api.served.add('virtualnodes');
    await eventually(() =>
      expect(bus.ofType('Cluster Object Changed').map(({ object }) => object.kind)).toEqual(['VirtualNode']),
    );
    expect(relay.faults()).toEqual([]);
  });

  it('whose CRD is removed and comes back is listed again', async () => {
    const { api, bus, relay, start } = await running();
    await relay.stop();
    api.put('virtualnodes', virtualNode('shop', 'cart'));
    const other = start();
    await other.ready;
    api.served.delete('virtualnodes');
    api.cutWatches();
    await eventually(() =>
      expect(
        api.requests.filter(({ plural, watch }) => plural === 'virtualnodes' && !watch).length,
      ).toBeGreaterThan(3),
    );
    const received = bus
      .ofType('Cluster Listed')
      .filter(({ listing }) => listing.kind === 'VirtualNode' && !listing.absent).length;
    api.remove('virtualnodes', 'shop', 'cart');
    api.served.add('virtualnodes');
    await eventually(() => {
      const listings = bus
        .ofType('Cluster Listed')
        .filter(({ listing }) => listing.kind === 'VirtualNode' && !listing.absent);
      expect(listings.length).toBeGreaterThan(received);
      expect(listings.at(-1)?.listing.objects).toEqual([]);
    });
  });

  it('a kind that is forbidden keeps the relay unready with the reason, and blocks no pod', async () => {
    const { api, bus, start } = await deps();
    api.fault = ({ plural }) =>
      plural === 'nodes' || plural === 'virtualnodes'
        ? { status: 403, message: 'User "relay" cannot list it' }
        : undefined;
    api.put('pods', pod('shop', 'first'));
    const relay = start();
    await eventually(() => expect(podNames(bus)).toEqual(['Applied first']));
    expect(bus.ofType('Pod Changed')[0]).not.toHaveProperty('node');
    expect(relay.faults().join('\n')).toMatch(
      /virtualnodes\.appmesh\.k8s\.aws: .*refused to list virtualnodes\.appmesh\.k8s\.aws: HTTP 403, User "relay" cannot list it/,
    );
    api.fault = () => undefined;
    await relay.ready;
  });

  it('a kind that cannot be listed does not block the pods for ever', async () => {
    const { api, bus, start } = await deps();
    api.fault = ({ plural }) => (plural === 'virtualnodes' ? { status: 500 } : undefined);
    api.put('pods', pod('shop', 'first'));
    start({ timing: { gateMs: 50 } });
    await eventually(() => expect(podNames(bus)).toEqual(['Applied first']));
  });

  it('a kind is retried only after the server’s Retry-After', async () => {
    const { api, start } = await deps();
    let refusals = 0;
    const times: number[] = [];
    api.fault = ({ plural }) => {
      if (plural !== 'namespaces') return undefined;
      times.push(Date.now());
      return refusals++ === 0 ? { status: 429, headers: { 'retry-after': '1' } } : undefined;
    };
    await start().ready;
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(950);
  });
});
