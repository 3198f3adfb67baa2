import { describe, expect, it } from 'vitest';
import { type Dependencies, deps, eventually, expectContract } from '../harness.ts';
import { node, pod } from '../objects.ts';

function podNames(bus: Dependencies['bus']): string[] {
  return bus.ofType('Pod Changed').map(({ change, pod: { metadata } }) => `${change} ${metadata.name}`);
}

/** A relay that has sent the pod `first`, on a node in us-west-2a. */
async function running() {
  const all = await deps();
  all.api.put('nodes', node('node-1', 'us-west-2a'));
  all.api.put('pods', pod('shop', 'first'));
  const relay = all.start();
  await relay.ready;
  await eventually(() => expect(podNames(all.bus)).toEqual(['Applied first']));
  return { ...all, relay };
}

describe('the topology of a node', () => {
  it('the topology of a node is known before the first pod is sent, however slow the nodes are', async () => {
    const { api, bus, start } = await deps();
    api.put('nodes', node('node-1', 'us-west-2b'));
    api.put('pods', pod('shop', 'first'));
    let refusals = 0;
    api.fault = ({ plural }) => (plural === 'nodes' && refusals++ < 3 ? { status: 503 } : undefined);
    await start().ready;
    await eventually(() => expect(podNames(bus)).toEqual(['Applied first']));
    expect(bus.ofType('Pod Changed')[0]?.node?.zone).toBe('us-west-2b');
  });

  it.each([
    ['a node that comes after its pod', undefined],
    ['a node that is labelled late', node('node-1')],
    ['a node that moves', node('node-1', 'us-west-2a')],
  ])('the topology of a node of %s is sent with the pod again', async (_, before) => {
    const { api, bus, start } = await deps();
    if (before) api.put('nodes', before);
    api.put('pods', pod('shop', 'first'));
    api.put('pods', pod('shop', 'elsewhere', { spec: { nodeName: 'node-2' } }));
    await start().ready;
    await eventually(() => expect(podNames(bus)).toHaveLength(2));
    api.put('nodes', node('node-1', 'us-west-2c'));
    await eventually(() => expect(podNames(bus)).toHaveLength(3));
    expect(bus.ofType('Pod Changed').at(-1)).toMatchObject({
      pod: { metadata: { name: 'first' } },
      node: { name: 'node-1', zone: 'us-west-2c' },
    });
  });

  it('the topology of a node is sent after retries if the pods of the node cannot be listed', async () => {
    const { api, bus } = await running();
    let refusals = 0;
    api.fault = ({ query }) => (query.get('fieldSelector') && refusals++ < 2 ? { status: 500 } : undefined);
    api.put('nodes', node('node-1', 'us-west-2c'));
    await eventually(() => expect(bus.ofType('Pod Changed').at(-1)?.node?.zone).toBe('us-west-2c'));
    expect(podNames(bus)).toHaveLength(2);
  });

  it('the topology of a node does not bring back a pod that is deleted while the pods of its node are reevaluated', async () => {
    const { api, bus, relay } = await running();
    const [first] = api.objects('pods');
    if (!first) throw new Error('the pod is gone');
    api.fault = ({ query }) => {
      if (query.get('fieldSelector')) {
        api.remove('pods', 'shop', 'first');
        api.put('pods', pod('shop', 'second'));
      }
      return undefined;
    };
    api.put('nodes', node('node-1', 'us-west-2c'));
    await eventually(() => expect(podNames(bus)).toContain('Applied second'));
    expect(podNames(bus)).toContain('Deleted first');
    expect(podNames(bus).lastIndexOf('Applied first')).toBe(0);
    expect(relay.metrics.objects.get({ kind: 'Pod' })).toBe(1);
  });

  it('the topology of a node has a version, which is higher after each change, while the version of the pod stays', async () => {
    const { api, bus } = await running();
    for (const zone of ['us-west-2b', 'us-west-2a', 'us-west-2b']) {
      const sent = podNames(bus).length;
      api.put('nodes', node('node-1', zone));
      await eventually(() => expect(podNames(bus)).toHaveLength(sent + 1));
    }
    const sent = bus.ofType('Pod Changed');
    expect(sent.map((event) => event.node?.zone?.at(-1)).join('')).toBe('abab');
    expect(new Set(sent.map((event) => event.pod.metadata.resourceVersion)).size).toBe(1);
    const versions = sent.map((event) => Number(event.node?.resourceVersion));
    expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
    expect(versions.at(-1)).toBe(api.version);
    expectContract(bus);
  });

  it('the topology of a node has the version at which it was first seen: heartbeats of nodes and pods make no events', async () => {
    const { api, bus, relay } = await running();
    const first = bus.ofType('Pod Changed')[0]?.node?.resourceVersion;
    const [stored] = api.objects('pods');
    if (!stored) throw new Error('the pod is gone');
    for (let beat = 0; beat < 3; beat++) {
      api.put('nodes', { ...node('node-1', 'us-west-2a'), status: { beat: `${beat}` } });
      api.put('pods', { ...stored, status: { ...stored.status, startTime: `${beat}` } });
    }
    await eventually(() => expect(relay.metrics.unchanged.get({ kind: 'Pod' })).toBe(3));
    expect(podNames(bus)).toEqual(['Applied first']);
    api.put('pods', { ...stored, status: { ...stored.status, phase: 'Failed' } });
    await eventually(() => expect(podNames(bus)).toHaveLength(2));
    expect(bus.ofType('Pod Changed')[1]?.node?.resourceVersion).toBe(first);
  });
});
