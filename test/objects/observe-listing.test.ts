import { describe, expect, it } from 'vitest';
import {
  type ClusterListed,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../../shared/model/events/event.ts';
import { observationOf } from '../../shared/model/pod.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { observeListing } from '../../shared/objects/observe-listing.ts';
import { observePod } from '../../shared/pods/observe-pod.ts';
import { anObject, aPodObject, objectEvent, podEvent } from '../fakes/objects.ts';
import { aDependencies } from '../fakes/world.ts';

const born = '2026-11-21T10:00:00Z';
const now = '2026-11-21T12:00:00Z';

function listed(kind: string, changes: Partial<ClusterListed['listing']> = {}): ClusterListed {
  return {
    type: detailTypes.clusterListed,
    version: eventVersion,
    group: 'local',
    cluster: 'local',
    listing: {
      id: 'l',
      kind,
      resourceVersion: '100',
      part: 1,
      parts: 1,
      from: '',
      to: null,
      objects: [],
      ...changes,
    },
  };
}

const pod = (name: string, resourceVersion: string, creationTimestamp = born) =>
  podEvent({
    pod: aPodObject({ metadata: { name, uid: `uid-${name}`, resourceVersion, creationTimestamp } }),
  });

/** Pods that a listing no longer has: name and resourceVersion of their end. */
async function gone(known: readonly PodChanged[], changes: Partial<ClusterListed['listing']> = {}) {
  const { deps, sent, clock } = aDependencies();
  clock.nowMs = Date.parse(now);
  for (const event of known) await observePod(deps, event);
  await observeListing(deps, listed('Pod', changes));
  return sent.map((event) =>
    event.type === detailTypes.podChanged
      ? `${event.change} ${event.pod.metadata.name}@${event.pod.metadata.resourceVersion} to ${event.group}`
      : event.type,
  );
}

describe('a complete listing of pods', () => {
  it('a complete listing of pods ends what is known, not newer and not listed', async () => {
    const known = [pod('a', '99'), pod('b', '100'), pod('c', '101'), pod('d', '5')];
    expect(await gone(known, { objects: [{ key: 'shop/d', uid: 'uid-d' }] })).toEqual([
      'Deleted a@100 to local/shop/a',
      'Deleted b@100 to local/shop/b',
    ]);
  });

  it('a complete listing of pods says nothing of what is known to be gone', async () => {
    expect(await gone([pod('a', '9'), { ...pod('a', '10'), change: 'Deleted' }])).toEqual([]);
  });

  it.each([
    ['of a former cluster', '2026-11-21T09:59:59Z', ['Deleted a@101 to local/shop/a']],
    ['of the second in which this cluster began', born, []],
    ['of this cluster', '2026-11-21T10:00:01Z', []],
  ])(
    'a complete listing of pods knows a newer version %s by when the cluster began',
    async (_what, createdAt, expected) => {
      expect(await gone([pod('a', '101', createdAt)], { clusterCreatedAt: born })).toEqual(expected);
      expect(await gone([pod('a', '101', createdAt)])).toEqual([]);
    },
  );

  it.each([
    ['', null, ['a', 'b', 'c']],
    ['shop/b', null, ['b', 'c']],
    ['', 'shop/b', ['a']],
    ['shop/b', 'shop/c', ['b']],
    ['shop/', 'shop0', ['a', 'b', 'c']],
    ['shop0', null, []],
  ])('a complete listing of pods speaks of its range only: from %j to %j', async (from, to, names) => {
    const received = await gone([pod('a', '1'), pod('b', '1'), pod('c', '1')], { from, to });
    expect(received.map((text) => text.slice(8, 9))).toEqual(names);
  });
});

describe('what a listing of pods says is gone', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => pod(`p${String(index).padStart(3, '0')}`, '9'));

  it.each([
    [15, 1, 10],
    [10, 1, 10],
    [100, 1, 20],
    [15, 2, 5],
    [15, 15, 3],
  ])(
    'what a listing of pods says is gone is capped: of %i in one of %i parts, %i',
    async (count, parts, deleted) => {
      const received = await gone(many(count), { parts });
      expect(received).toHaveLength(deleted);
      expect(received[0]).toBe('Deleted p000@100 to local/shop/p000');
    },
  );

  it('what a listing of pods says is gone is capped by those that are alive', async () => {
    const dead = many(60).map((event) => ({ ...event, change: 'Deleted' as const }));
    const alive = Array.from({ length: 12 }, (_, index) => pod(`q${index}`, '9'));
    expect(await gone([...dead, ...alive])).toHaveLength(10);
  });

  it('what a listing of pods says is gone and is over the cap is reported, of whichever kind', async () => {
    const { deps, refused } = aDependencies();
    for (const event of many(12)) await observePod(deps, event);
    await observeListing(deps, listed('Pod'));
    expect(refused).toEqual([
      {
        ...{ cluster: 'local', kind: 'Pod', count: 2, first: 'shop/p010' },
        reason:
          'more than 10 of the 12 Pods in part 1 of 1 of the listing would be deleted in one run (the larger of 10 and 20 %)',
      },
    ]);
    refused.length = 0;
    await observeListing(deps, listed('Pod', { objects: [{ key: 'shop/p000', uid: 'uid-p000' }] }));
    expect(refused).toMatchObject([{ count: 1, first: 'shop/p011' }]);
    refused.length = 0;
    await observeListing(deps, listed('VirtualNode'));
    expect(refused).toEqual([]);
  });

  it('what a listing of pods says is gone is also what has the name of another one', async () => {
    expect(
      await gone([pod('a', '9'), pod('b', '9')], { objects: [{ key: 'shop/a', uid: 'other' }] }),
    ).toEqual(['Deleted a@100 to local/shop/a', 'Deleted b@100 to local/shop/b']);
  });
});

describe('a pod that a later listing names alive', () => {
  /** A pod, its end at an absurd version, and a listing taken so much later. */
  async function broughtBack(takenAfterMs: number, after = takenAfterMs) {
    const { deps, sent, clock } = aDependencies();
    clock.nowMs = Date.parse(now);
    const state = { ...pod('a', '9'), node: { name: 'node-1', region: 'r', zone: 'z' } };
    await observePod(deps, state);
    await observePod(deps, { ...pod('a', '999'), change: 'Deleted' });
    const takenAt = new Date(clock.nowMs + takenAfterMs).toISOString();
    clock.nowMs += after;
    await observeListing(deps, listed('Pod', { takenAt, objects: [{ key: 'shop/a', uid: 'uid-a' }] }));
    return { state, sent };
  }

  it('a pod that a later listing names alive comes back as it was, in the place of exactly that end', async () => {
    const { state, sent } = await broughtBack(61_000);
    const [event] = sent as PodChanged[];
    expect(event).toMatchObject({
      ...{ type: 'Pod Changed', change: 'Applied', node: state.node, run: 'listing l' },
      supersedes: { uid: 'uid-a', resourceVersion: '999', deleted: true },
    });
    expect(observationOf(event as PodChanged)).toEqual(observationOf(state));
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['is too soon', 59_000, 120_000],
    ['claims to be of the future, and arrives too soon', 3_600_000, 59_000],
    ['is of before', -3_600_000, 3_600_000],
  ])(
    'a pod that a later listing names alive stays as it is where the listing %s',
    async (_, takenAfterMs, after) => {
      expect((await broughtBack(takenAfterMs, after)).sent).toEqual([]);
    },
  );
});

describe('a complete listing of virtual nodes', () => {
  it('a complete listing of virtual nodes ends those that are gone, once', async () => {
    const { deps, stores } = aDependencies();
    const node = (name: string, resourceVersion: string) =>
      objectEvent(anObject('VirtualNode', { podSelector: {} }, { name, resourceVersion }));
    await observeClusterObject(deps, node('a', '99'));
    await observeClusterObject(deps, node('b', '101'));
    await observeListing(deps, listed('VirtualNode'));
    const states = () =>
      [...stores.objects.items.values()].map(({ object, deleted }) => [object.metadata, deleted]);
    expect(states()).toMatchObject([
      [{ name: 'a', resourceVersion: '100' }, true],
      [{ name: 'b', resourceVersion: '101' }, false],
    ]);
    const before = JSON.stringify(states());
    await observeListing(
      deps,
      listed('VirtualNode', { resourceVersion: '100', clusterCreatedAt: undefined }),
    );
    await observeListing(deps, listed('Mesh', { resourceVersion: '200' }));
    expect(JSON.stringify(states())).toBe(before);
  });

  it('a complete listing of virtual nodes ends no more of them at a time than a sweep would: it may be of a cluster that is not filled yet', async () => {
    const { deps, stores } = aDependencies();
    for (let index = 0; index < 13; index++) {
      const name = `n${String(index).padStart(2, '0')}`;
      const about = { name, uid: name, resourceVersion: '9' };
      await observeClusterObject(deps, objectEvent(anObject('VirtualNode', { podSelector: {} }, about)));
    }
    const live = () => [...stores.objects.items.values()].filter(({ deleted }) => !deleted).length;
    await observeListing(deps, listed('VirtualNode'));
    expect(live()).toBe(3);
    await observeListing(deps, listed('VirtualNode', { id: 'the-next' }));
    expect(live()).toBe(0);
  });

  it('a complete listing of virtual nodes does not delete any if the cluster does not have the kind, whatever the listing says of itself', async () => {
    const { deps, stores, refused } = aDependencies();
    const old = { resourceVersion: '9', creationTimestamp: '2026-11-20T10:00:00Z' };
    for (const name of ['a', 'b'])
      await observeClusterObject(deps, objectEvent(anObject('VirtualNode', {}, { ...old, name, uid: name })));
    const before = JSON.stringify([...stores.objects.items.values()]);
    const takenAt = '2027-11-21T10:00:00Z';
    const about = { absent: true, resourceVersion: '999', clusterCreatedAt: born, takenAt } as const;
    await observeListing(deps, listed('VirtualNode', about));
    await observeListing(deps, listed('Mesh', about));
    expect(JSON.stringify([...stores.objects.items.values()])).toBe(before);
    expect(refused).toEqual([
      {
        ...{ cluster: 'local', kind: 'VirtualNode', count: 2, first: 'shop/a' },
        reason: 'the cluster has no kind VirtualNode, so its objects are not deleted',
      },
    ]);
  });

  it('a complete listing of virtual nodes reports of an absent kind only the objects that are not deleted', async () => {
    const { deps, refused } = aDependencies();
    const node = (name: string) =>
      objectEvent(anObject('VirtualNode', { podSelector: {} }, { name, uid: name, resourceVersion: '9' }));
    const absent = listed('VirtualNode', { absent: true, resourceVersion: '0' });
    await observeClusterObject(deps, { ...node('a'), change: 'Deleted' });
    await observeListing(deps, absent);
    expect(refused).toEqual([]);
    await observeClusterObject(deps, node('b'));
    await observeListing(deps, absent);
    expect(refused).toMatchObject([{ count: 1, first: 'shop/b' }]);
  });

  it.each([
    ['', null, null],
    ['shop/', 'shop0', 0],
    ['', 'shop0', 0],
    ['shop/', null, 0],
  ])(
    'a complete listing of virtual nodes of an absent kind ends the wait for it if it is whole: from %j to %j',
    async (from, to, since) => {
      const { deps, stores } = aDependencies();
      stores.listings.forget();
      await observeListing(deps, listed('Mesh', { absent: true, resourceVersion: '0', from, to }));
      const { waitingSinceMs } = await deps.listings.listed('local', ['Mesh']);
      expect(waitingSinceMs === null ? null : 0).toBe(since);
    },
  );

  it('a complete listing of virtual nodes leaves a tombstone as it is', async () => {
    const { deps, stores } = aDependencies();
    const node = objectEvent(anObject('VirtualNode', { podSelector: {} }, { resourceVersion: '9' }));
    await observeClusterObject(deps, { ...node, change: 'Deleted' });
    const before = JSON.stringify([...stores.objects.items.values()]);
    await observeListing(deps, listed('VirtualNode'));
    expect(JSON.stringify([...stores.objects.items.values()])).toBe(before);
  });
});
