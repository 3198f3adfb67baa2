import { describe, expect, it } from 'vitest';
import type { ClusterObjectChanged } from '../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../shared/model/events/mesh-reconcile-requested.ts';
import { resyncRequested } from '../../shared/model/events/resync-requested.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { observeClusterObject } from '../../shared/objects/observe-cluster-object.ts';
import { anObject, aPod, objectEvent } from '../fakes/objects.ts';
import { aNode, observing, shortly } from './observing.ts';

/** The first event of the object, and then each of the others; the requests that the last one caused. */
async function requestsAfter(...events: readonly ClusterObjectChanged[]) {
  const all = observing();
  await all.withPods('shop/front', 'shop/back', 'shop2/front', 'sho/front');
  for (const event of events) {
    all.sent();
    await observeClusterObject(all.deps, event);
  }
  return shortly(all.sent());
}
const applied = (object: ClusterObject) => objectEvent(object);
const deleted = (object: ClusterObject) => objectEvent(object, { change: 'Deleted' });

describe('the pods that a change of a virtual node concerns', () => {
  it.each<[string, readonly ClusterObjectChanged[], readonly string[]]>([
    ['a new node: those that it selects', [applied(aNode('front'))], ['shop/front']],
    [
      'another selector: those of before and those of after',
      [applied(aNode('front')), applied(aNode('back', { resourceVersion: '2' }))],
      ['shop/back', 'shop/front'],
    ],
    [
      'a deleted node: those that it selected',
      [applied(aNode('front')), deleted(aNode('front', { resourceVersion: '2' }))],
      ['shop/front'],
    ],
    ['the deletion of an unknown node: none', [deleted(aNode('front'))], []],
    [
      'a change of what registrations do not depend on: none',
      [applied(aNode('front')), applied(aNode('front', { resourceVersion: '2' }, { backends: [] }))],
      [],
    ],
    [
      'another object of the name, even if it is equal: those that it selects',
      [applied(aNode('front')), applied(aNode('front', { resourceVersion: '2', uid: 'another' }))],
      ['shop/front'],
    ],
    [
      'a node created again: those that it selects',
      [
        applied(aNode('front')),
        deleted(aNode('front', { resourceVersion: '2' })),
        applied(aNode('back', { resourceVersion: '3', uid: 'another' })),
      ],
      ['shop/back'],
    ],
    ['the same event again: none', [applied(aNode('front')), applied(aNode('front'))], []],
    ['an older event: none', [applied(aNode('front', { resourceVersion: '2' })), applied(aNode('back'))], []],
  ])('%s', async (_, events, expected) => {
    expect([...(await requestsAfter(...events))].sort()).toEqual(expected);
  });

  it('are not those that are deleted', async () => {
    const { deps, sent } = observing();
    await deps.pods.record({ pod: aPod({ name: 'front', labels: { app: 'front' } }), deleted: true });
    await observeClusterObject(deps, applied(aNode('front')));
    expect(sent()).toEqual([]);
  });

  it('are each requested in a run of this state of the object, by the time it was stored', async () => {
    const { deps, sent, withPods, clock } = observing();
    await withPods('shop/front');
    clock.nowMs = 1_234;
    const pod = { cluster: 'local', namespace: 'shop', name: 'front' };
    const reason = 'VirtualNode shop/front changed';
    await observeClusterObject(deps, applied(aNode('front')));
    expect(sent()).toEqual([resyncRequested(pod, 'VirtualNode/shop/front@uid-VirtualNode:1:1234', reason)]);
    await observeClusterObject(deps, deleted(aNode('front', { resourceVersion: '2' })));
    expect(sent()).toEqual([
      resyncRequested(pod, 'VirtualNode/shop/front@uid-VirtualNode:2:deleted:1234', reason),
    ]);
  });

  it('are followed by new statuses of the namespace where the node is or was found through Cloud Map', async () => {
    const service = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } };
    const found = aNode('front', {}, { serviceDiscovery: service });
    const changed = applied(aNode('front', { resourceVersion: '2' }));
    expect(await requestsAfter(applied(found))).toEqual(['shop/front', 'statuses of shop']);
    expect(await requestsAfter(applied(found), changed)).toEqual(['shop/front', 'statuses of shop']);
    expect(await requestsAfter(applied(aNode('front')), changed)).toEqual([]);
    const dns = aNode('front', {}, { serviceDiscovery: { dns: { hostname: 'x' } } });
    expect(await requestsAfter(applied(dns))).toEqual(['shop/front']);
  });
});

describe('the pods that a change of another object concerns', () => {
  /** The pods `front` of three namespaces are selected by virtual nodes of theirs, `back` by none. */
  async function requestsOf(...events: readonly ClusterObjectChanged[]) {
    const all = observing();
    for (const namespace of ['shop', 'shop2', '1st'])
      await observeClusterObject(all.deps, applied(aNode('front', { namespace })));
    await all.withPods('shop/front', 'shop/back', 'shop2/front', '1st/front');
    let reads = 0;
    const { ofKind } = all.deps.objects;
    all.deps.objects.ofKind = (...about) => {
      reads += 1;
      return ofKind.apply(all.deps.objects, about);
    };
    for (const event of events) await observeClusterObject(all.deps, event);
    return { requested: [...shortly(all.sent())].sort(), reads: () => reads };
  }
  const namespace = (labels: Record<string, string>, resourceVersion = '1') =>
    applied(anObject('Namespace', undefined, { name: 'shop', resourceVersion, labels }));

  it('are the selected ones of a namespace, whose virtual nodes are read once', async () => {
    const { requested, reads } = await requestsOf(namespace({ a: 'b' }));
    expect(requested).toEqual(['shop/front']);
    expect(reads()).toBe(1);
  });

  it('are none where the labels of the namespace stay', async () => {
    const { requested } = await requestsOf(namespace({ a: 'b' }), namespace({ a: 'b' }, '2'));
    expect(requested).toEqual(['shop/front']);
  });

  it('are the selected ones of all namespaces where it is a mesh', async () => {
    const { requested, reads } = await requestsOf(applied(anObject('Mesh', { namespaceSelector: {} })));
    expect(requested).toEqual(['1st/front', 'shop/front', 'shop2/front']);
    expect(reads()).toBe(3);
  });

  it('are none where it is a route', async () => {
    const { requested, reads } = await requestsOf(applied(anObject('VirtualRouter', { routes: [] })));
    expect(requested).toEqual([]);
    expect(reads()).toBe(0);
  });
});

describe('what is stored of an object', () => {
  const states = (metadata: Partial<ClusterObject['metadata']> = {}) => ({
    ...aNode('front', metadata),
    status: { phase: 'x' },
  });

  it('is its last state, with the time', async () => {
    const { deps, stored, clock } = observing();
    clock.nowMs = 5;
    await observeClusterObject(deps, applied(states()));
    const common = { deleted: false, seenAtMs: 5, unannounced: [], displaced: undefined };
    expect(await stored(states())).toEqual({ ...common, object: states() });
    const bare = anObject('VirtualRouter', undefined);
    await observeClusterObject(deps, applied(bare));
    expect(Object.keys((await stored(bare))?.object ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
  });

  it('is only the identity of a deleted object, with its last live state', async () => {
    const { deps, stored } = observing();
    await observeClusterObject(deps, applied(states()));
    const end = states({ resourceVersion: '2' });
    await observeClusterObject(deps, deleted(end));
    const { spec: _spec, status: _status, ...identity } = end;
    expect(await stored(end)).toEqual({
      ...{ object: identity, deleted: true, seenAtMs: 0, unannounced: [], displaced: states() },
    });
  });

  it('has what it replaced beside it, but not where it supersedes that', async () => {
    const first = states({ uid: 'first' });
    const next = states({ uid: 'next', resourceVersion: '2' });
    const { creationTimestamp } = first.metadata;
    const sighting = {
      ...{ uid: 'first', resourceVersion: '1' },
      createdAt: creationTimestamp,
      deleted: false,
    };
    for (const [supersedes, displaced] of [
      [undefined, first],
      [{ ...sighting, resourceVersion: '7' }, first],
      [sighting, undefined],
    ] as const) {
      const { deps, stored } = observing();
      await observeClusterObject(deps, applied(first));
      await observeClusterObject(deps, objectEvent(next, supersedes && { supersedes }));
      expect((await stored(next))?.displaced).toEqual(displaced);
    }
  });

  it('is replaced by an older state that supersedes it, and by no other older one', async () => {
    const first = states({ resourceVersion: '9' });
    const older = states({ resourceVersion: '3' });
    const { deps, stored } = observing();
    await observeClusterObject(deps, applied(first));
    await observeClusterObject(deps, applied(older));
    expect((await stored(first))?.object).toEqual(first);
    const supersedes = {
      ...{ uid: 'uid-VirtualNode', resourceVersion: '9', deleted: false },
      createdAt: first.metadata.creationTimestamp,
    };
    await observeClusterObject(deps, objectEvent(older, { supersedes }));
    expect((await stored(first))?.object).toEqual(older);
  });

  it('gets an older live state beside a deletion, if that is valid', async () => {
    const older = states({ uid: 'older' });
    const faulty = { ...older, spec: { podSelector: 1 } };
    for (const [object, displaced] of [
      [older, older],
      [faulty, undefined],
    ] as const) {
      const { deps, stored } = observing();
      await observeClusterObject(deps, deleted(states({ resourceVersion: '9', uid: 'newer' })));
      await observeClusterObject(
        deps,
        applied({ ...object, metadata: { ...object.metadata, creationTimestamp: '2026-11-20T09:00:00Z' } }),
      );
      expect((await stored(older))?.displaced?.metadata.uid).toBe(displaced?.metadata.uid);
    }
  });

  it('keeps the former states until the resyncs of their pods were requested', async () => {
    const { deps, stored, sent, withPods, queues } = observing();
    await withPods('shop/front', 'shop/back');
    queues.areDown = true;
    await expect(observeClusterObject(deps, applied(aNode('front')))).rejects.toThrow('the queues are down');
    const second = applied(aNode('back', { resourceVersion: '2' }));
    await expect(observeClusterObject(deps, second)).rejects.toThrow('the queues are down');
    expect((await stored(second.object))?.unannounced).toEqual([null, aNode('front')]);
    queues.areDown = false;
    await observeClusterObject(deps, second);
    expect([...shortly(sent())].sort()).toEqual(['shop/back', 'shop/front']);
    expect((await stored(second.object))?.unannounced).toEqual([]);
  });

  it('is not written again for an event that brings nothing new', async () => {
    const { deps } = observing();
    await observeClusterObject(deps, applied(states({ resourceVersion: '2' })));
    deps.objects.replace = () => Promise.reject(new Error('written again'));
    await observeClusterObject(deps, applied(states({ resourceVersion: '2' })));
    await observeClusterObject(deps, applied(states()));
    expect((await deps.objects.find('local', states()))?.object).toEqual(states({ resourceVersion: '2' }));
  });
});

describe('a reconciliation of the mesh', () => {
  it('is requested for each event, with its run if it has one', async () => {
    const { deps, sent } = observing({ mesh: 'istio' });
    const router = anObject('VirtualRouter', { routes: [] });
    const run = 'VirtualRouter/shop/front@uid-VirtualRouter:1:Applied';
    const reason = 'VirtualRouter shop/front changed';
    await observeClusterObject(deps, applied(router));
    expect(sent()).toEqual([meshReconcileRequested('local', { run, reason })]);
    await observeClusterObject(deps, objectEvent(router, { run: 'sweep 1' }));
    expect(sent()).toEqual([meshReconcileRequested('local', { run: `${run} sweep 1`, reason })]);
  });

  it('is not requested without a mesh target', async () => {
    const { deps, sent } = observing();
    await observeClusterObject(deps, applied(anObject('VirtualRouter', { routes: [] })));
    expect(sent()).toEqual([]);
  });
});
