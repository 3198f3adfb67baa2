import { describe, expect, it } from 'vitest';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
} from '../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../shared/model/events/mesh-reconcile-requested.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { observeListing } from '../../shared/objects/observe-listing.ts';
import { objectEvent } from '../fakes/objects.ts';
import { aNode, observing, shortly } from './observing.ts';

const minute = 60_000;
const nowMs = Date.parse('2026-11-21T12:00:00Z');

/** A whole listing of virtual nodes at resourceVersion 100, taken now. */
function listed(changes: Partial<ClusterListed['listing']> = {}): ClusterListed {
  const whole = { part: 1, parts: 1, from: '', to: null, objects: [] };
  const listing = { id: 'l', kind: 'VirtualNode', resourceVersion: '100', ...whole, ...changes };
  return {
    ...{ type: detailTypes.clusterListed, version: eventVersion, group: 'local', cluster: 'local' },
    listing,
  };
}

async function observed(events: readonly ClusterObjectChanged[], settings = {}) {
  const all = observing(settings);
  all.clock.nowMs = nowMs;
  for (const event of events) await observeClusterObject(all.deps, event);
  all.sent();
  return all;
}
const node = (name: string, resourceVersion = '9', uid = name) =>
  aNode('front', { name, uid, resourceVersion });

describe('a listing of virtual nodes that contradicts what is stored', () => {
  const laterBy = (ms: number) => ({ takenAt: new Date(nowMs + ms).toISOString() });
  const lists = (uid: string) => ({ objects: [{ key: 'shop/a', uid }] });

  it('brings back a node that was stored as deleted, at its last live state', async () => {
    const end = objectEvent(node('a', '20'), { change: 'Deleted' });
    const { deps, stored, clock } = await observed([objectEvent(node('a')), end]);
    clock.nowMs += 2 * minute;
    await observeListing(deps, listed({ ...laterBy(2 * minute), ...lists('a') }));
    expect(await stored(node('a'))).toMatchObject({ object: node('a'), deleted: false });
    expect((await stored(node('a')))?.displaced).toBeUndefined();
  });

  it('brings back one whose end has a false version, so that its next event counts', async () => {
    const end = objectEvent(node('a', '999'), { change: 'Deleted' });
    const { deps, stored, clock } = await observed([objectEvent(node('a', '900')), end]);
    clock.nowMs += 2 * minute;
    await observeListing(deps, listed({ ...laterBy(2 * minute), ...lists('a') }));
    expect(await stored(node('a'))).toMatchObject({ object: node('a', '0'), deleted: false });
    await observeClusterObject(deps, objectEvent(node('a', '101')));
    expect((await stored(node('a')))?.object).toEqual(node('a', '101'));
  });

  it('leaves a node as it is that is listed, or that is newer than the listing', async () => {
    const { deps, stored } = await observed([objectEvent(node('a')), objectEvent(node('b', '101'))]);
    await observeListing(deps, listed(lists('a')));
    expect(await stored(node('a'))).toMatchObject({ object: node('a'), deleted: false });
    expect(await stored(node('b'))).toMatchObject({ object: node('b', '101'), deleted: false });
  });

  it('ends a node that is not listed, at the version of the listing', async () => {
    const { deps, stored } = await observed([objectEvent(node('a'))]);
    await observeListing(deps, listed(lists('another')));
    expect(await stored(node('a'))).toMatchObject({
      ...{ deleted: true, displaced: node('a') },
      object: { metadata: { resourceVersion: '100' } },
    });
  });

  it('ends at most 10 of the 11 live nodes, whatever the number of deleted ones', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `n${String(index).padStart(2, '0')}`);
    const former = Array.from({ length: 60 }, (_, index) =>
      objectEvent(node(`old-${index}`), { change: 'Deleted' }),
    );
    const { deps, refused } = await observed([...names.map((name) => objectEvent(node(name))), ...former]);
    await observeListing(deps, listed());
    expect(refused).toEqual([
      {
        ...{ cluster: 'local', kind: 'VirtualNode', count: 1, first: 'shop/n10' },
        reason:
          'more than 10 of the 11 VirtualNodes in part 1 of 1 of the listing would be deleted in one run (the larger of 10 and 20 %)',
      },
    ]);
  });
});

describe('a listing of virtual nodes after a crash', () => {
  it('requests the resyncs that a stored change has not caused yet', async () => {
    const { deps, sent, withPods, queues, stored } = await observed([]);
    await withPods('shop/front');
    queues.areDown = true;
    await expect(observeClusterObject(deps, objectEvent(node('a')))).rejects.toThrow();
    queues.areDown = false;
    await observeListing(deps, listed({ objects: [{ key: 'shop/a', uid: 'a' }] }));
    expect(shortly(sent())).toEqual(['shop/front']);
    expect((await stored(node('a')))?.unannounced).toEqual([]);
  });
});

describe('the wait for a first listing of a kind', () => {
  const a = { key: 'shop/a', uid: 'a' };
  const b = { key: 'shop/b', uid: 'b' };
  it.each<[string, Partial<ClusterListed['listing']>, boolean]>([
    ['lists what is stored', { objects: [a, b] }, true],
    ['lists less than is stored', { objects: [a] }, true],
    ['lists an object that is not stored yet', { objects: [a, { key: 'shop/c', uid: 'c' }] }, false],
    ['lists another object of a stored name', { objects: [a, { ...b, uid: 'another' }] }, false],
    ['begins later', { objects: [a, b], from: 'shop/' }, false],
    ['ends earlier', { objects: [a, b], to: 'shop0' }, false],
  ])('where the listing %s: is over %s', async (_, listing, isOver) => {
    const { deps, stores } = await observed([objectEvent(node('a')), objectEvent(node('b'))]);
    stores.listings.forget();
    await observeListing(deps, listed(listing));
    const { waitingSinceMs } = await deps.listings.listed('local', ['VirtualNode']);
    expect(waitingSinceMs === null).toBe(isOver);
  });
});

describe('a reconciliation of the mesh', () => {
  it('is requested for each part of a listing of mesh objects', async () => {
    const { deps, sent } = await observed([], { mesh: 'istio' });
    await observeListing(deps, listed({ part: 2, parts: 3, from: 'a', to: 'b' }));
    const run = 'listing l of VirtualNode, part 2';
    expect(sent()).toEqual([meshReconcileRequested('local', { run, reason: 'VirtualNodes were listed' })]);
  });

  it('is not requested without a mesh target', async () => {
    const { deps, sent } = await observed([]);
    await observeListing(deps, listed());
    expect(sent()).toEqual([]);
  });
});

it('a listing of a cluster that is not configured is refused', async () => {
  const { deps } = observing();
  const cluster = () => {
    throw new Error('cluster "local" is not configured');
  };
  const absent = listed({ absent: true });
  await expect(observeListing({ ...deps, cluster }, absent)).rejects.toThrow('is not configured');
});
