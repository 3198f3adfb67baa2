import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Dependencies, deps, eventually, expectContract } from './harness.ts';
import { namespace, node, pod } from './objects.ts';

const confirmMs = 60;

function podListings(bus: Dependencies['bus']) {
  return bus
    .ofType('Cluster Listed')
    .filter(({ listing }) => listing.kind === 'Pod')
    .map(({ listing }) => listing);
}

/** A relay that has listed the pods `first` and `second`, and whose next event or bookmark confirms it. */
async function due(options: Parameters<Dependencies['start']>[0] = {}) {
  const all = await deps();
  all.api.put('namespaces', namespace('kube-system', '2026-01-02T03:04:05Z'));
  all.api.put('nodes', node('node-1', 'us-west-2a'));
  all.api.put('pods', pod('shop', 'first'));
  all.api.put('pods', pod('shop', 'second'));
  const relay = all.start({ ...options, timing: { confirmMs, ...options.timing } });
  await relay.ready;
  await eventually(() => expect(podListings(all.bus)).toHaveLength(1));
  await sleep(confirmMs);
  return { ...all, relay };
}

const keys = (listing: ReturnType<typeof podListings>[number] | undefined) =>
  listing?.objects.map(({ key }) => key);

describe('a full resync', () => {
  it('a full resync is sent on a quiet cluster with a bookmark, and has its resourceVersion', async () => {
    const { api, bus, relay } = await due();
    api.requests.length = 0;
    const [first] = podListings(bus);
    api.put('services', pod('shop', 'other'));
    api.bookmark();
    await eventually(() => expect(podListings(bus)).toHaveLength(2));
    const again = podListings(bus)[1];
    expect(again).toMatchObject({
      ...{ resourceVersion: `${api.version}`, clusterCreatedAt: '2026-01-02T03:04:05Z' },
      ...{ part: 1, parts: 1, from: '', to: null },
      objects: first?.objects,
    });
    expect(again?.id).not.toBe(first?.id);
    expect(Date.parse(again?.takenAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(first?.takenAt ?? '') + confirmMs,
    );
    expect(Number(again?.resourceVersion)).toBeGreaterThan(Number(first?.resourceVersion));
    const kinds = bus.ofType('Cluster Listed').map(({ listing }) => listing.kind);
    expect(kinds.filter((kind) => kind === 'Namespace')).toHaveLength(2);
    expect(kinds).not.toContain('Node');
    expect(api.requests.filter(({ plural, watch }) => plural === 'pods' && !watch)).toEqual([]);
    expect(relay.metrics.lists.get({ kind: 'Pod' })).toBe(1);
    expectContract(bus);
  });

  it('a full resync includes changes since the listing, at the version of the triggering event', async () => {
    const { api, bus } = await due({ timing: { confirmMs: 400 } });
    api.put('pods', pod('shop', 'third'));
    api.remove('pods', 'shop', 'first');
    await sleep(500);
    expect(podListings(bus)).toHaveLength(1);
    api.put('pods', pod('shop', 'fourth'));
    const version = `${api.version}`;
    await eventually(() => expect(podListings(bus)).toHaveLength(2));
    const again = podListings(bus)[1];
    expect(keys(again)).toEqual(['shop/fourth', 'shop/second', 'shop/third']);
    expect(again?.resourceVersion).toBe(version);
  });

  it('a full resync is sent once per interval', async () => {
    const { api, bus } = await due({ timing: { confirmMs: 600 } });
    api.bookmark();
    await sleep(100);
    expect(podListings(bus)).toHaveLength(1);
    await sleep(600);
    api.bookmark();
    api.bookmark();
    api.bookmark();
    await eventually(() => expect(podListings(bus)).toHaveLength(2));
    await sleep(100);
    expect(podListings(bus)).toHaveLength(2);
  });

  it('a full resync is repeated when the interval has passed again', async () => {
    const { api, bus } = await due();
    for (const count of [2, 3, 4]) {
      api.bookmark();
      await eventually(() => expect(podListings(bus)).toHaveLength(count));
      await sleep(confirmMs);
    }
  });

  it('a full resync is not sent while the API server is silent or down: stale objects would seem fresh', async () => {
    const { api, bus } = await due();
    await sleep(3 * confirmMs);
    expect(podListings(bus)).toHaveLength(1);
    api.fault = ({ watch }) => (watch ? 'break' : undefined);
    api.cutWatches();
    api.fault = () => 'break';
    await sleep(3 * confirmMs);
    expect(podListings(bus)).toHaveLength(1);
    api.remove('pods', 'shop', 'first');
    api.fault = () => undefined;
    await eventually(() => expect(podListings(bus).length).toBeGreaterThan(1));
    expect(keys(podListings(bus).at(-1))).toEqual(['shop/second']);
  });

  it('a full resync is sent per namespace if only some are watched', async () => {
    const { api, bus, start } = await deps();
    api.put('pods', pod('shop', 'first'));
    api.put('pods', pod('bank', 'first'));
    const relay = start({ namespaces: ['shop', 'bank'], kinds: ['Pod'], timing: { confirmMs } });
    await relay.ready;
    await eventually(() => expect(podListings(bus)).toHaveLength(2));
    await sleep(confirmMs);
    api.bookmark();
    await eventually(() => expect(podListings(bus)).toHaveLength(4));
    expect(
      podListings(bus)
        .slice(2)
        .map(({ from, to, objects }) => [from, to, objects.map(({ key }) => key)])
        .sort(),
    ).toEqual([
      ['bank/', 'bank0', ['bank/first']],
      ['shop/', 'shop0', ['shop/first']],
    ]);
  });

  it('a full resync is sent after earlier changes, so that no late change restores a deleted object', async () => {
    const { api, bus } = await due();
    let failures = 0;
    bus.fault = (entries) =>
      entries.map(({ type }) => (type === 'Pod Changed' && failures++ < 3 ? 'InternalFailure' : undefined));
    api.put('pods', pod('shop', 'third'));
    await eventually(() => expect(podListings(bus)).toHaveLength(2));
    expect(failures).toBeGreaterThan(3);
    expect(keys(podListings(bus)[1])).toContain('shop/third');
    const isLast = (kind: string) => (detail: (typeof bus.accepted)[number]) =>
      detail.type === kind && (detail.type !== 'Cluster Listed' || detail.listing.kind === 'Pod');
    expect(bus.accepted.findLastIndex(isLast('Pod Changed'))).toBeLessThan(
      bus.accepted.findLastIndex(isLast('Cluster Listed')),
    );
  });
});
