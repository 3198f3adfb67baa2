import { describe, expect, it } from 'vitest';
import { storesOf } from '../../../../shared/lambda/compose/stores.ts';
import type { StoredObject } from '../../../../shared/ports/cluster-object-store.ts';
import { anObject, aPod } from '../../../fakes/objects.ts';
import { stubTable } from './stub-table.ts';

const nowMs = Date.UTC(2026, 10, 21, 10) + 999;
const nowSeconds = Date.UTC(2026, 10, 21, 10) / 1000;
const day = 24 * 3600;
const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };

/** The stores over a table with these items, and what was asked of it. */
function stores(...items: readonly object[]) {
  const { table, asked } = stubTable({ items: items.map((item) => ({ pk: 'p', sk: 's', ...item })) });
  return { ...storesOf(table, () => nowMs), asked };
}

describe('the record of a pod', () => {
  const pod = aPod();
  const least = {
    ...{ uid: 'uid-1', createdAt: pod.createdAt, deleted: false, version: '00011', pod },
    ...{ registrations: {}, problems: [] },
  };
  const bare = { pod, deleted: false, registrations: [], problems: [], displaced: [] };

  it('has only the fields that are stored', async () => {
    expect(await stores(least).pods.find(pod)).toStrictEqual(bare);
  });

  it('has all fields that are stored, but no problem without a code', async () => {
    const wait = { service, createdAt: '2026-11-21T10:00:00Z' };
    const known = { source: 'annotations', code: 'Rejected', message: 'x' };
    const gate = { uid: 'uid-1', succeeded: [] };
    const former = aPod({ uid: 'former' });
    const all = {
      ...{ ...least, registrations: { 'a|b': { service, instanceId: 'i' } }, seenAtMs: 5, gate, former },
      ...{ waits: new Set([JSON.stringify(wait)]), problems: [{ source: 'x', reason: 'y' }, known] },
    };
    expect(await stores(all).pods.find(pod)).toStrictEqual({
      ...{ ...bare, registrations: [{ service, instanceId: 'i' }], problems: [known] },
      ...{ waits: [wait], gate, seenAtMs: 5, displaced: [former] },
    });
  });

  it('of a deleted pod has its last live state beside it, and then the former pod', async () => {
    const former = aPod({ uid: 'former' });
    const end = { ...least, uid: 'last', deleted: true, version: '000212', former };
    expect(await stores(end).pods.find(pod)).toMatchObject({
      ...{ pod: { uid: 'last', resourceVersion: '12' }, deleted: true, displaced: [pod, former] },
    });
  });

  it.each([
    [undefined, true],
    [nowSeconds - 1, false],
    [nowSeconds, false],
    [nowSeconds + 1, true],
  ])('that expires at %s is there: %s', async (expiresAt, isThere) => {
    const { pods } = stores({ ...least, ...(expiresAt !== undefined && { expiresAt }) });
    expect((await pods.find(pod)) !== undefined).toBe(isThere);
    expect(await Array.fromAsync(pods.inRange('local', '', null))).toHaveLength(isThere ? 1 : 0);
  });

  it('is none where nothing is stored', async () => {
    expect(await stores().pods.find(pod)).toBeUndefined();
  });

  it.each<[string, object | undefined, string, object]>([
    [
      'on a node with a version',
      { name: 'n', zone: 'z', resourceVersion: '7' },
      ', #nodeVersion = :nodeVersion REMOVE expiresAt',
      { ':nodeVersion': '00017' },
    ],
    ['on a node without one', { name: 'n', zone: 'z' }, ' REMOVE expiresAt, #nodeVersion', {}],
  ])('is stored whole %s', async (_, node, end, version) => {
    const { pods, asked } = stores({});
    const placed = aPod({ node: node as typeof pod.node });
    await pods.record({ pod: placed, deleted: false });
    const [[, , update] = []] = asked as [unknown, unknown, { text: string; values: object }][];
    expect(update?.text.endsWith(`if_not_exists(#problems, :nothing)${end}`)).toBe(true);
    expect(update?.values).toStrictEqual({
      ...{ ':uid': 'uid-1', ':version': '00011', ':createdAt': pod.createdAt, ':deleted': false },
      ...{ ':seenAtMs': nowMs, ':pod': placed, ':none': {}, ':nothing': [], ...version },
    });
  });

  it('expires six days after it was retired', async () => {
    const { pods, asked } = stores({});
    await pods.retire(pod, 'uid-1');
    expect(asked[0]?.[2]).toMatchObject({ values: { ':expiresAt': nowSeconds + 6 * day } });
    expect(asked[0]?.[3]).toMatchObject({ values: { ':uid': 'uid-1', ':true': true, ':zero': 0 } });
  });
});

describe('the record of an object', () => {
  const object = anObject('VirtualNode', {});
  const stored: StoredObject = { object, deleted: false, unannounced: [] };

  it.each<[string, object]>([
    ['only the fields that are stored', {}],
    ['all fields that are stored', { fault: 'f', seenAtMs: 5, displaced: object }],
  ])('has %s', async (_, more) => {
    expect(await stores({ ...stored, ...more }).objects.find('local', object)).toStrictEqual({
      ...stored,
      ...more,
    });
  });

  it.each([
    [nowSeconds, 0],
    [nowSeconds + 1, 1],
  ])('that expires at %i is there %i times', async (expiresAt, times) => {
    const { objects } = stores({ ...stored, expiresAt });
    expect(await objects.ofKind('local', 'VirtualNode', 'shop')).toHaveLength(times);
    expect(await Array.fromAsync(objects.inRange('local', 'VirtualNode', '', null))).toHaveLength(times);
  });

  it.each<[string, Partial<StoredObject>, object]>([
    ['a live one for ever', {}, { revision: 'uid-VirtualNode:1:false:0', expiresAt: undefined }],
    [
      'a deleted one for six days',
      { deleted: true },
      { revision: 'uid-VirtualNode:1:true:0', expiresAt: nowSeconds + 6 * day },
    ],
    [
      'a deleted one whose pods wait for ever',
      { deleted: true, unannounced: [null] },
      { revision: 'uid-VirtualNode:1:true:1', expiresAt: undefined },
    ],
    [
      'one with a fault',
      { fault: 'f' },
      { revision: 'uid-VirtualNode:1:false:0:fault', expiresAt: undefined },
    ],
  ])('keeps %s', async (_, changes, expected) => {
    const next = { ...stored, ...changes };
    const { objects, asked } = stores();
    await objects.replace('local', next, undefined);
    await objects.replace('local', next, next);
    const item = { pk: 'MESH#local', sk: 'VirtualNode#shop/front', ...next, ...expected };
    const { revision } = expected as { revision: string };
    expect(asked).toStrictEqual([
      [
        ...['put', item],
        { text: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': nowSeconds } },
      ],
      ['put', item, { text: '#revision = :revision', values: { ':revision': revision } }],
    ]);
  });

  it('is read by kind and range', async () => {
    const { objects, asked } = stores();
    await Array.fromAsync(objects.inRange('local', 'Mesh', 'a', 'b'));
    await Array.fromAsync(objects.inRange('local', 'Mesh', '', null));
    await objects.ofKind('local', 'VirtualNode', 'shop');
    expect(asked).toEqual([
      ['query', 'MESH#local', 'Mesh#a', 'Mesh#b'],
      ['query', 'MESH#local', 'Mesh#', 'Mesh$'],
      ['all', 'MESH#local', 'VirtualNode#shop/', 'VirtualNode#shop0'],
    ]);
  });
});

describe('the record of a claim', () => {
  const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  const claim = {
    ...{ service, instanceId: '10.0.0.1', owner, serviceId: 'srv-1', version: 3, waitRevision: 2 },
    waiting: [{ cluster: 'local', namespace: 'shop', name: 'front-2' }],
  };

  it('has a higher version after each change of its owner', async () => {
    const { claims, asked } = stores({ ...claim, waiting: {} });
    await claims.release(claim as never, 'op-1');
    expect(asked[0]?.[2]).toMatchObject({ values: { ':version': 4 } });
  });

  it('keeps the pods that wait for it by their names', async () => {
    const { claims, asked } = stores();
    await claims.takeOver(claim as never, owner, 'srv-1', 1);
    const [[, item] = []] = asked;
    expect(Object.keys((item as { waiting: object }).waiting)).toEqual(['local/shop/front-2']);
  });

  it('is new only where none is stored', async () => {
    const { claims, asked } = stores();
    await claims.take({ service, instanceId: 'i' }, owner, 'srv-1', 1, { seen: null });
    expect(asked[0]?.[2]).toEqual({ text: 'attribute_not_exists(pk)' });
  });
});

describe('records of services', () => {
  it('expire two days after a pod began to wait', async () => {
    const { waitingPods, asked } = stores();
    const pod = {
      cluster: 'local',
      namespace: 'shop',
      name: 'a',
      createdAt: '2026-11-21T10:00:00Z',
      instanceId: 'i',
    };
    await waitingPods.put(service, pod);
    expect(asked).toEqual([
      [
        'put',
        {
          ...{ pk: 'WAITING#own/own#shop.local/front', sk: '2026-11-21T10:00:00Z#local/shop/a', ...pod },
          expiresAt: nowSeconds + 2 * day,
        },
      ],
    ]);
  });

  it('are listed with the namespace that was chosen among those of a name, if any', async () => {
    const { services } = stores({ sk: 'a/b/front' }, { sk: 'shop.local vpc-1/front' });
    expect(await Array.fromAsync(services.ofTarget('own/own'))).toStrictEqual([
      { namespaceName: 'a/b', serviceName: 'front' },
      { namespaceName: 'shop.local', serviceName: 'front', chosen: 'vpc-1' },
    ]);
  });

  it('of an earlier release have one owner, and nothing left over', async () => {
    const tenant = { cluster: 'c', kubernetesNamespace: 'k' };
    expect(await stores({ tenant }).services.owners(service)).toStrictEqual({
      ...{ owners: [tenant], leftoverNamespaces: [], sinceMs: 0, checkedAtMs: 0, version: 0 },
    });
  });

  it('of a drain say why a service was kept, if it was', async () => {
    for (const drained of [{ service }, { service, kept: 'in use' }]) {
      const { drains, asked } = stores(drained);
      await drains.noteService('local', drained);
      expect(await Array.fromAsync(drains.drainedServices('local'))).toStrictEqual([drained]);
      expect(asked).toStrictEqual([
        ['put', { pk: 'DRAIN#local', sk: 'service#own/own#shop.local/front', ...drained }],
        ['query', 'DRAIN#local', 'service#', 'service$'],
      ]);
    }
  });
});
