import { describe, expect, it } from 'vitest';
import { type Dependencies, deps, eventually, expectContract } from '../harness.ts';
import { namespace, pod, virtualNode } from '../objects.ts';
import { podNames, running } from './running-relay.ts';

function lists(api: Dependencies['api'], plural: string): number {
  return api.requests.filter(
    (asked) => asked.plural === plural && !asked.watch && !asked.query.get('continue'),
  ).length;
}

describe('a watch that ends', () => {
  it('a watch that ends resumes from the last event, without another listing, if it ended cleanly', async () => {
    const { api, bus } = await running();
    api.put('pods', pod('shop', 'second'));
    await eventually(() => expect(podNames(bus)).toHaveLength(2));
    api.endWatches();
    api.put('pods', pod('shop', 'third'));
    await eventually(() => expect(podNames(bus).at(-1)).toBe('Applied third'));
    expect(lists(api, 'pods')).toBe(1);
  });

  it('a watch that ends resumes from the last event if the connection broke', async () => {
    const { api, bus } = await running();
    api.cutWatches();
    api.put('pods', pod('shop', 'second'));
    await eventually(() => expect(podNames(bus)).toEqual(['Applied first', 'Applied second']));
    expect(lists(api, 'pods')).toBe(1);
  });

  it('a watch that ends drops a partial line at its end and receives it again', async () => {
    const { api, bus } = await running();
    api.cutWatches('{"type":"MODIFIED","object":{"metadata":{"name":"fir');
    api.put('pods', pod('shop', 'second'));
    await eventually(() => expect(podNames(bus)).toEqual(['Applied first', 'Applied second']));
    expect(lists(api, 'pods')).toBe(1);
  });

  it('a watch that ends resumes from the last bookmark', async () => {
    const { api, bus } = await running();
    api.put('services', pod('shop', 'other'));
    api.put('services', pod('shop', 'other'));
    api.bookmark();
    const version = `${api.version}`;
    await new Promise((resolve) => setTimeout(resolve, 20));
    api.forget();
    api.requests.length = 0;
    api.cutWatches();
    await eventually(() => expect(lists(api, 'pods')).toBe(1));
    const [resumed] = api.requests.filter(({ plural, watch }) => plural === 'pods' && watch);
    expect(resumed?.query.get('resourceVersion')).toBe(version);
    expect(podNames(bus)).toEqual(['Applied first']);
  });

  it('a watch that ends is followed by another listing after five more failures in a row', async () => {
    const { api, bus } = await running();
    api.fault = ({ plural, watch }) => (plural === 'pods' && watch ? 'break' : undefined);
    api.requests.length = 0;
    api.cutWatches();
    await eventually(() => expect(lists(api, 'pods')).toBeGreaterThan(0));
    const asked = api.requests.filter(({ plural }) => plural === 'pods').map(({ watch }) => watch);
    expect(asked.slice(0, 6)).toEqual([true, true, true, true, true, false]);
    api.fault = () => undefined;
    api.put('pods', pod('shop', 'second'));
    await eventually(() => expect(podNames(bus)).toContain('Applied second'));
  });

  it('a watch that ends is detected if no data arrives', async () => {
    const { api, bus } = await running({ timing: { idleTimeoutMs: 200 } });
    const before = api.requests.filter(({ plural, watch }) => plural === 'pods' && watch).length;
    await eventually(() =>
      expect(api.requests.filter(({ plural, watch }) => plural === 'pods' && watch).length).toBeGreaterThan(
        before,
      ),
    );
    api.put('pods', pod('shop', 'second'));
    await eventually(() => expect(podNames(bus).at(-1)).toBe('Applied second'));
    expect(lists(api, 'pods')).toBe(1);
  });
});

it.each(['status', 'event'] as const)('a watch from too far back (410 as %s) lists again', async (goneAs) => {
  const { api, bus, relay } = await running();
  api.goneAs = goneAs;
  api.put('pods', pod('shop', 'second'));
  await eventually(() => expect(podNames(bus)).toHaveLength(2));
  api.fault = ({ watch }) => (watch ? 'break' : undefined);
  api.cutWatches();
  api.remove('pods', 'shop', 'first');
  api.put('pods', pod('shop', 'third'));
  api.forget();
  api.requests.length = 0;
  api.fault = () => undefined;
  await eventually(() => expect(podNames(bus)).toContain('Applied third'));
  const asked = () => api.requests.filter(({ plural }) => plural === 'pods').map(({ watch }) => watch);
  await eventually(() => expect(asked().slice(0, 3)).toEqual([true, false, true]));
  await eventually(() =>
    expect(bus.ofType('Cluster Listed').filter(({ listing }) => listing.kind === 'Pod')).toHaveLength(2),
  );
  const { listing } = bus.ofType('Cluster Listed').findLast((event) => event.listing.kind === 'Pod') ?? {};
  expect(listing?.objects.map(({ key }) => key)).toEqual(['shop/second', 'shop/third']);
  expect(podNames(bus)).toEqual(['Applied first', 'Applied second', 'Applied third']);
  expect(relay.metrics.watches.get({ kind: 'Pod', reason: 'expired' })).toBe(1);
  expectContract(bus);
});

describe('listings', () => {
  it('listings are paged, and restart if they expire in the middle', async () => {
    const { api, bus, start } = await deps();
    for (let index = 0; index < 7; index++) api.put('pods', pod('shop', `pod-${index}`));
    let pages = 0;
    api.fault = ({ plural, query }) => {
      if (plural === 'pods' && query.get('continue') && ++pages === 2) {
        api.remove('pods', 'shop', 'pod-0');
        api.forget();
      }
      return undefined;
    };
    const relay = start({ pageSize: 3 });
    await relay.ready;
    await eventually(() =>
      expect(bus.ofType('Cluster Listed').map(({ listing }) => listing.kind)).toContain('Pod'),
    );
    const listed = bus.ofType('Cluster Listed').filter(({ listing }) => listing.kind === 'Pod');
    expect(listed).toHaveLength(1);
    expect(listed[0]?.listing.objects.map(({ key }) => key)).toEqual(
      [1, 2, 3, 4, 5, 6].map((index) => `shop/pod-${index}`),
    );
  });

  it('listings are never sent if they are interrupted', async () => {
    const { api, bus, start } = await deps();
    for (let index = 0; index < 5; index++) api.put('pods', pod('shop', `pod-${index}`));
    let cuts = 0;
    api.fault = ({ plural, query }) =>
      plural === 'pods' && query.get('continue') && ++cuts < 4 ? 'cut' : undefined;
    await start({ pageSize: 2 }).ready;
    await eventually(() =>
      expect(bus.ofType('Cluster Listed').map(({ listing }) => listing.kind)).toContain('Pod'),
    );
    for (const { listing } of bus.ofType('Cluster Listed'))
      if (listing.kind === 'Pod') expect(listing.objects).toHaveLength(5);
    expect(cuts).toBeGreaterThanOrEqual(4);
  });

  it('listings come after the events of what they list', async () => {
    const { api, bus, start } = await deps();
    for (let index = 0; index < 25; index++) api.put('pods', pod('shop', `pod-${index}`));
    bus.delayMs = 5;
    let failures = 10;
    bus.fault = (entries) => (failures-- > 0 ? entries.map(() => 'InternalFailure') : undefined);
    await start().ready;
    await eventually(() =>
      expect(bus.ofType('Cluster Listed').map(({ listing }) => listing.kind)).toContain('Pod'),
    );
    const at = bus.accepted.findIndex(
      (event) => event.type === 'Cluster Listed' && event.listing.kind === 'Pod',
    );
    expect(bus.accepted.slice(0, at).filter(({ type }) => type === 'Pod Changed')).toHaveLength(25);
  });

  it('listings of single namespaces cover exactly those', async () => {
    const { api, bus, start } = await deps();
    for (const name of ['shop', 'shop-2', 'other']) api.put('pods', pod(name, 'cart'));
    api.put('virtualnodes', virtualNode('shop', 'cart'));
    api.put('virtualnodes', virtualNode('other', 'cart'));
    api.put('namespaces', namespace('other'));
    await start({ namespaces: ['shop', 'empty'] }).ready;
    await eventually(() =>
      expect(bus.ofType('Cluster Listed').filter(({ listing }) => listing.kind === 'Pod')).toHaveLength(2),
    );
    const ranges = bus
      .ofType('Cluster Listed')
      .map(({ listing }) => `${listing.kind} ${listing.from} ${listing.to}`);
    expect(ranges).toEqual(
      expect.arrayContaining([
        'Pod shop/ shop0',
        'Pod empty/ empty0',
        'VirtualNode shop/ shop0',
        'Namespace  null',
      ]),
    );
    expect(bus.ofType('Pod Changed').map((event) => event.group)).toEqual(['test/shop/cart']);
    expect(
      bus
        .ofType('Cluster Object Changed')
        .map(({ object }) => `${object.kind} ${object.metadata.namespace ?? ''}`)
        .sort(),
    ).toEqual(['Namespace ', 'VirtualNode shop']);
    expectContract(bus);
  });
});

it('another cluster at the same address ends the relay, so that it restarts', async () => {
  const { api, start } = await deps();
  const kubeSystem = namespace('kube-system');
  api.put('namespaces', kubeSystem);
  const relay = start();
  await relay.ready;
  api.put('namespaces', { ...kubeSystem, metadata: { ...kubeSystem.metadata, labels: { changed: 'yes' } } });
  api.put('namespaces', { ...kubeSystem, metadata: { ...kubeSystem.metadata, uid: 'another' } });
  await expect(relay.done).rejects.toThrow('the API server belongs to another cluster now');
});
