import { describe, expect, it } from 'vitest';
import { PermanentError } from '../../shared/model/errors.ts';
import { podOf } from '../../shared/model/pod.ts';
import { observeObject } from '../../shared/objects/observe-cluster-object.ts';
import type { ClusterListing } from '../../shared/ports/sweep-ports.ts';
import { readCluster, registrationContextOf } from '../../shared/sweep/read-cluster.ts';
import { aNode } from '../explain/harness/pod-facts.ts';
import { anObject, aPod, aPodObject, objectEvent } from '../fakes/objects.ts';
import { aSweptCluster, emptyListing, nowMs } from './sweeping.ts';

const discovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } };
const spec = { podSelector: { matchLabels: { app: 'front' } }, serviceDiscovery: discovery };
const node = anObject('VirtualNode', spec);
const invalidSpec = { serviceDiscovery: discovery, podSelector: { matchLabels: 'front' } };
const invalidNode = anObject('VirtualNode', invalidSpec);
const mesh = anObject('Mesh', { namespaceSelector: {} }, { name: 'shop-mesh' });
const namespace = anObject('Namespace', undefined, { name: 'shop', labels: { team: 'shop' } });
const unreachable = new PermanentError('denied');

describe('a cluster read from its API server', () => {
  const place = { name: 'node-1', region: 'us-west-2', zone: 'us-west-2a' };
  const pods = new Map([['shop/front-1', { object: aPodObject(), node: place }]]);
  const statuses = new Map([['VirtualNode shop/front', { uid: 'uid-front', status: { conditions: [] } }]]);
  const listing: ClusterListing = { ...emptyListing, pods, objects: [namespace, mesh, node], statuses };

  it('is all that is listed, beside all that is stored', async () => {
    const { deps, stores } = aSweptCluster(listing);
    await stores.pods.record({ pod: aPod({ name: 'front-2' }), deleted: true });
    await observeObject(deps, objectEvent(anObject('Mesh', {}, { name: 'former' })));
    const object = { kind: 'VirtualNode', namespace: 'shop', name: 'front' } as const;
    const record = { object, uid: 'u', revision: 1 };
    await deps.statuses.replace('local', record, undefined);
    const drain = { sinceMs: 1, instances: 2 };
    const { registrationContext, kinds: listed, ...snapshot } = await readCluster(deps, 'local', drain);
    expect([...listed].toSorted()).toEqual(expect.arrayContaining(['Namespace', 'Mesh', 'VirtualNode']));
    expect(snapshot).toEqual({
      ...{ cluster: 'local', source: 'api server', takenAtMs: nowMs, resourceVersion: '50', complete: true },
      pods: new Map([['shop/front-1', podOf('local', aPodObject(), place)]]),
      ...{ listed: pods, objects: [namespace, mesh, node], absentKinds: [], drain },
      seen: new Map([['shop/front-2', await stores.pods.find(aPod({ name: 'front-2' }))]]),
      ...{ liveStatuses: statuses, writtenStatuses: [record] },
      stored: [expect.objectContaining({ object: anObject('Mesh', {}, { name: 'former' }) })],
    });
    expect(registrationContext('shop')).toEqual({
      ...{ meshes: [expect.objectContaining({ name: 'shop-mesh' })], namespaceLabels: { team: 'shop' } },
      ...{ virtualNodes: [aNode('front')], drain },
    });
  });

  it('has the stored objects of kinds that it does not have, but for those that are deleted', async () => {
    const { deps } = aSweptCluster({ ...listing, objects: [namespace], absentKinds: ['VirtualNode'] });
    const gone = anObject('VirtualNode', spec, { name: 'gone' });
    for (const object of [node, mesh, gone]) await observeObject(deps, objectEvent(object));
    await observeObject(deps, objectEvent(gone, { change: 'Deleted' }));
    const snapshot = await readCluster(deps, 'local');
    expect(snapshot.objects).toEqual([namespace, node]);
    expect(snapshot.absentKinds).toEqual(['VirtualNode']);
    expect(snapshot.registrationContext('shop').virtualNodes).toEqual([aNode('front')]);
  });

  it('is used with the last valid state of an object that is invalid', async () => {
    const names = async (metadata: object, before?: { readonly deleted: boolean }) => {
      const { deps } = aSweptCluster({ ...listing, objects: [invalidNode] });
      const stored = anObject('VirtualNode', spec, metadata);
      if (before !== undefined) await observeObject(deps, objectEvent(stored));
      if (before?.deleted) await observeObject(deps, objectEvent(stored, { change: 'Deleted' }));
      const { registrationContext, objects } = await readCluster(deps, 'local');
      expect(objects).toEqual([invalidNode]);
      return registrationContext('shop').virtualNodes.map(({ name }) => name);
    };
    expect(await names({}, { deleted: false })).toEqual(['front']);
    expect(await names({}, { deleted: true }), 'deleted since').toEqual([]);
    expect(await names({}), 'never valid').toEqual([]);
    expect(await names({ uid: 'uid-0' }, { deleted: false }), 'of another object').toEqual([]);
    expect(await names({ name: 'back' }, { deleted: false }), 'of another name').toEqual([]);
  });

  it('is not read if the reader is at fault', async () => {
    const { deps } = aSweptCluster(new TypeError('a fault'));
    await expect(readCluster(deps, 'local')).rejects.toThrow('a fault');
  });
});

describe('a cluster that cannot be read', () => {
  const minute = 60_000;
  /** Pods that are stored in these versions; the relay has listed those of the listing at version 10. */
  async function readFromRelay(given: {
    readonly stored: Readonly<Record<string, { readonly version: string; readonly deleted?: boolean }>>;
    readonly listed?: Readonly<Record<string, string>>;
    readonly ageMs?: number;
  }) {
    const { deps, stores, clock } = aSweptCluster(unreachable);
    for (const [name, { version: resourceVersion, deleted = false }] of Object.entries(given.stored))
      await stores.pods.record({ pod: aPod({ name, uid: `uid-${name}`, resourceVersion }), deleted });
    if (given.listed) {
      const objects = Object.entries(given.listed).map(([name, uid]) => ({ key: `shop/${name}`, uid }));
      const part = { id: 'list-1', resourceVersion: '10', part: 1, parts: 1, from: '', to: null, objects };
      await deps.listings.savePart('local', part);
    }
    clock.nowMs += given.ageMs ?? 0;
    return readCluster(deps, 'local');
  }
  const names = ({ pods }: { readonly pods: ReadonlyMap<string, unknown> }) => [...pods.keys()];

  it('has the stored pods that the listing of the relay confirms, and later ones', async () => {
    const snapshot = await readFromRelay({
      stored: {
        ...{ listed: { version: '10' }, missing: { version: '10' }, replaced: { version: '9' } },
        ...{ later: { version: '11' }, deleted: { version: '11', deleted: true } },
      },
      listed: { listed: 'uid-listed', replaced: 'uid-other', deleted: 'uid-deleted' },
      ageMs: 25 * minute,
    });
    expect(names(snapshot)).toEqual(['shop/later', 'shop/listed']);
    expect(snapshot).toMatchObject({
      ...{ cluster: 'local', source: 'relay', takenAtMs: nowMs, resourceVersion: '10', complete: true },
      ...{ incomplete: undefined, listed: new Map(), kinds: [], absentKinds: [] },
      liveStatuses: new Map(),
    });
    expect(names({ pods: snapshot.seen })).toHaveLength(5);
  });

  it('has all stored pods if the listing is too old', async () => {
    const snapshot = await readFromRelay({
      stored: { missing: { version: '10' }, deleted: { version: '10', deleted: true } },
      ...{ listed: {}, ageMs: 25 * minute + 1 },
    });
    expect(names(snapshot)).toEqual(['shop/missing']);
    expect(snapshot).toMatchObject({
      ...{ source: 'relay', complete: false, takenAtMs: nowMs },
      incomplete:
        "the API server cannot be read (denied), and the relay's last listing is 25 minutes old, so nothing is deleted",
    });
  });

  it('has all stored pods if nothing was listed', async () => {
    const snapshot = await readFromRelay({ stored: { front: { version: '10' } }, ageMs: 1 });
    expect(names(snapshot)).toEqual(['shop/front']);
    expect(snapshot).toMatchObject({
      ...{ source: 'relay', complete: false, takenAtMs: nowMs + 1, resourceVersion: '0' },
      incomplete:
        'the API server cannot be read (denied), and the relay has not listed the cluster, so nothing is deleted',
    });
  });

  it('has the stored objects that are not deleted', async () => {
    const { deps } = aSweptCluster(unreachable);
    const gone = anObject('VirtualNode', spec, { name: 'gone' });
    for (const object of [node, gone]) await observeObject(deps, objectEvent(object));
    await observeObject(deps, objectEvent(gone, { change: 'Deleted' }));
    const drain = { sinceMs: 1, instances: 2 };
    const { objects, stored, registrationContext, ...rest } = await readCluster(deps, 'local', drain);
    expect([objects, stored.length, rest.drain]).toEqual([[node], 2, drain]);
    expect(registrationContext('shop')).toEqual({
      ...{ meshes: [], virtualNodes: [aNode('front')], namespaceLabels: {}, drain },
    });
  });
});

describe('the registration context of a namespace', () => {
  it('has its own virtual nodes and labels, and the meshes of the cluster', () => {
    const other = anObject('VirtualNode', spec, { name: 'back', namespace: 'blue' });
    const contextOf = registrationContextOf([node, other, mesh, namespace], undefined);
    expect(contextOf('shop')).toStrictEqual({
      ...{ meshes: [expect.objectContaining({ name: 'shop-mesh' })], namespaceLabels: { team: 'shop' } },
      virtualNodes: [aNode('front')],
    });
    expect(contextOf('blue')).toMatchObject({ virtualNodes: [{ name: 'back' }], namespaceLabels: {} });
    expect(contextOf('green')).toMatchObject({ virtualNodes: [], meshes: [{ name: 'shop-mesh' }] });
    expect(contextOf('shop')).toBe(contextOf('shop'));
  });

  it('leaves out what is invalid', () => {
    const invalidMesh = anObject('Mesh', { namespaceSelector: { matchLabels: 'shop' } }, { name: 'wrong' });
    const contextOf = registrationContextOf([invalidNode, invalidMesh], undefined);
    expect(contextOf('shop')).toEqual({ meshes: [], virtualNodes: [], namespaceLabels: {} });
  });
});
