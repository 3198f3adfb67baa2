import { beforeEach, describe, expect, it } from 'vitest';
import { Claims } from '../../../shared/adapters/dynamodb/claims.ts';
import { ClusterObjects } from '../../../shared/adapters/dynamodb/cluster-objects.ts';
import { Pods } from '../../../shared/adapters/dynamodb/pods.ts';
import { Services } from '../../../shared/adapters/dynamodb/services.ts';
import { UsedServices } from '../../../shared/adapters/dynamodb/used-services.ts';
import { WaitingPods } from '../../../shared/adapters/dynamodb/waiting-pods.ts';
import { ConflictError } from '../../../shared/model/errors.ts';
import type { ClusterObject } from '../../../shared/model/kubernetes.ts';
import type { Pod } from '../../../shared/model/pod.ts';
import type {
  ClaimStore,
  ClusterObjectStore,
  PodStore,
  ServiceStore,
  UsedServiceStore,
} from '../../../shared/ports/ports.ts';
import type { WaitingPodStore } from '../../../shared/ports/waiting-pod-store.ts';
import { memoryStores } from '../../fakes/memory-stores.ts';
import { aPod } from '../../fakes/objects.ts';
import { dynamoDbTables } from './tables.ts';

interface Stores {
  readonly pods: PodStore;
  readonly claims: ClaimStore;
  readonly objects: ClusterObjectStore;
  readonly services: ServiceStore;
  readonly usedServices: UsedServiceStore;
  readonly waitingPods: WaitingPodStore;
}

/** One suite for the real stores and for those the property tests use, so that neither is kinder than the other. */
function contract(makeStores: (now: () => number) => Promise<Stores>) {
  let stores: Stores;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = 0;
    stores = await makeStores(() => nowMs);
  });

  const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
  const id = { service, instanceId: '10.0.0.1' };
  const owner = { cluster: 'local', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
  const rival = { cluster: 'local', namespace: 'shop', name: 'front-2', uid: 'uid-2' };
  const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = [];
    for await (const item of items) found.push(item);
    return found;
  };

  describe('pods', () => {
    const versions = [
      ['a higher resourceVersion', { resourceVersion: '9' }, { resourceVersion: '10' }, 'stored'],
      [
        'one beyond 64 bits',
        { resourceVersion: '99999999999999999999' },
        { resourceVersion: '100000000000000000000' },
        'stored',
      ],
      ['a lower one', { resourceVersion: '10' }, { resourceVersion: '9' }, 'older'],
      [
        'the same, now with its place',
        { resourceVersion: '10', node: { name: 'node-1' } },
        { resourceVersion: '10' },
        'stored',
      ],
      [
        'the same, without the place known',
        { resourceVersion: '10' },
        { resourceVersion: '10', node: undefined },
        'older',
      ],
      ['the same', { resourceVersion: '10' }, { resourceVersion: '10' }, 'older'],
      [
        'another uid created later',
        { resourceVersion: '10' },
        { uid: 'new', resourceVersion: '1', createdAt: '2026-11-21T10:00:11Z' },
        'stored',
      ],
      [
        'another uid created earlier',
        { resourceVersion: '10' },
        { uid: 'new', resourceVersion: '99', createdAt: '2026-11-21T09:59:49Z' },
        'older',
      ],
      ...['2026-11-21T09:59:50Z', '2026-11-21T10:00:00Z', '2026-11-21T10:00:10Z'].flatMap(
        (createdAt) =>
          [
            [
              `another uid of about the same time, ${createdAt}, a higher version`,
              { resourceVersion: '10' },
              { uid: 'new', resourceVersion: '11', createdAt },
              'stored',
            ],
            [
              `another uid of about the same time, ${createdAt}, a lower version`,
              { resourceVersion: '10' },
              { uid: 'new', resourceVersion: '9', createdAt },
              'older',
            ],
          ] as const,
      ),
    ] as const;
    it.each(versions)('stores what is newer: %s', async (_, first, second, expected) => {
      const pod = aPod(first);
      await stores.pods.record({ pod, deleted: false });
      expect(await stores.pods.record({ pod: aPod(second), deleted: false })).toBe(expected);
      const found = await stores.pods.find(pod);
      expect(found?.pod).toEqual(expected === 'stored' ? aPod(second) : pod);
    });

    it('keeps the full services in which a pod waits, until each is removed', async () => {
      const pod = aPod();
      const waits = async () => (await stores.pods.find(pod))?.waits;
      const one = { service, createdAt: '2026-11-21T10:00:00Z' };
      const other = { service: { ...service, chosen: 'vpc-1' }, createdAt: one.createdAt };
      await expect(stores.pods.addWait(pod, one)).rejects.toThrow(ConflictError);
      await stores.pods.record({ pod, deleted: false });
      expect(await waits()).toBeUndefined();
      for (const wait of [one, other, one]) await stores.pods.addWait(pod, wait);
      expect(await waits()).toHaveLength(2);
      expect(await waits()).toEqual(expect.arrayContaining([one, other]));
      await stores.pods.record({ pod: aPod({ resourceVersion: '99' }), deleted: true });
      await stores.pods.removeWait(pod, other);
      expect(await waits()).toEqual([one]);
      for (const wait of [one, one]) await stores.pods.removeWait(pod, wait);
      expect(await waits()).toBeUndefined();
    });

    it('takes a deletion at the same resourceVersion, once, and nothing older after it', async () => {
      const pod = aPod({ resourceVersion: '10' });
      await stores.pods.record({ pod, deleted: false });
      expect(await stores.pods.record({ pod, deleted: true })).toBe('stored');
      expect(await stores.pods.record({ pod, deleted: true })).toBe('older');
      expect(await stores.pods.record({ pod, deleted: false })).toBe('older');
      expect(await stores.pods.record({ pod: aPod({ resourceVersion: '9' }), deleted: false })).toBe('older');
      expect((await stores.pods.find(pod))?.deleted).toBe(true);
    });

    describe('what the API server lists supersedes', () => {
      const stored = aPod({
        uid: 'former',
        resourceVersion: '99999999999999999999',
        createdAt: '2099-01-01T00:00:00Z',
      });
      const tombstone = { uid: 'former', resourceVersion: '99999999999999999999', deleted: true };
      const listed = aPod({ resourceVersion: '7' });
      const live = { pod: listed, deleted: false };
      beforeEach(async () => {
        await stores.pods.record({ pod: stored, deleted: true });
      });

      it('exactly the sighting that it names, whatever the versions say', async () => {
        expect(await stores.pods.record(live)).toBe('older');
        expect(await stores.pods.record(live, tombstone)).toBe('stored');
        expect(await stores.pods.find(listed)).toMatchObject({ pod: listed, deleted: false });
        expect(await stores.pods.record(live, tombstone)).toBe('older');
      });

      it.each([
        ['uid', { uid: 'another' }],
        ['version', { resourceVersion: '99999999999999999998' }],
        ['life', { deleted: false }],
      ])('no sighting of another %s: then the newer one counts', async (_, other) => {
        expect(await stores.pods.record(live, { ...tombstone, ...other })).toBe('older');
        expect((await stores.pods.find(listed))?.deleted).toBe(true);
        const newer = aPod({ uid: 'former', resourceVersion: '100000000000000000000' });
        expect(await stores.pods.record({ pod: newer, deleted: false }, { ...tombstone, ...other })).toBe(
          'stored',
        );
      });

      it('and leaves registrations and problems, not what the gate said of the former version', async () => {
        await stores.pods.addRegistration(stored, id);
        await stores.pods.saveProblems(stored, [{ source: 'annotations', code: 'Rejected', message: 'x' }]);
        await stores.pods.saveGate(stored, { uid: 'uid-1', succeeded: ['op-1'] });
        await stores.pods.record(live, tombstone);
        const found = await stores.pods.find(listed);
        expect(found).toMatchObject({
          registrations: [id],
          problems: [{ source: 'annotations', code: 'Rejected', message: 'x' }],
        });
        expect(found).not.toHaveProperty('gate');
      });

      it('nothing where nothing is stored: then it is stored', async () => {
        const other = aPod({ name: 'front-2' });
        expect(await stores.pods.record({ pod: other, deleted: false }, tombstone)).toBe('stored');
      });
    });

    describe('live states beside the one that counts', () => {
      const seen = async (changes: Partial<Pod>, deleted = false) =>
        stores.pods.record({ pod: aPod(changes), deleted });
      const displaced = async () =>
        (await stores.pods.find(aPod()))?.displaced?.map(
          ({ uid, resourceVersion, phase }) => `${uid}@${resourceVersion} ${phase}`,
        );
      const another = { uid: 'uid-2', createdAt: '2026-11-21T11:00:00Z', phase: 'Two' };
      const third = { uid: 'uid-3', createdAt: '2026-11-21T12:00:00Z', phase: 'Three' };

      it('are none of a live pod, whatever it was before', async () => {
        await seen({ resourceVersion: '1' });
        await seen({ resourceVersion: '2' });
        await seen({ resourceVersion: '1' });
        expect(await displaced()).toEqual([]);
      });

      it('are that before a deletion, which says no more than who is gone', async () => {
        await seen({ resourceVersion: '1' });
        await seen({ resourceVersion: '9', phase: 'None', ips: [] }, true);
        await seen({ resourceVersion: '10', phase: 'None' }, true);
        expect(await displaced()).toEqual(['uid-1@1 Running']);
        expect(await stores.pods.find(aPod())).toMatchObject({
          ...{ deleted: true, pod: { uid: 'uid-1', resourceVersion: '10', phase: 'Running' } },
        });
      });

      it('are the newest that was not newer than a deletion', async () => {
        await seen({ resourceVersion: '1' });
        await seen({ resourceVersion: '99' }, true);
        expect(await seen({ resourceVersion: '3', phase: 'Later' })).toBe('older');
        expect(await seen({ resourceVersion: '2', phase: 'Late' })).toBe('older');
        expect(await seen({ resourceVersion: '4' }, true)).toBe('older');
        expect(await displaced()).toEqual(['uid-1@3 Later']);
        expect(await stores.pods.find(aPod())).toMatchObject({
          deleted: true,
          pod: { resourceVersion: '99' },
        });
      });

      it('are those of other pods of the name that were not newer than a deletion, the newest', async () => {
        await seen(third, true);
        await seen({ resourceVersion: '5' });
        await seen({ ...another, resourceVersion: '6' });
        await seen({ resourceVersion: '7' });
        expect(await displaced()).toEqual(['uid-3@1 Three', 'uid-2@6 Two']);
      });

      it('are that of another live pod of the name, which was replaced or is not newer', async () => {
        await seen({ resourceVersion: '5' });
        expect(await seen({ ...another, resourceVersion: '6' })).toBe('stored');
        expect(await displaced()).toEqual(['uid-1@5 Running']);
        await seen({ ...another, resourceVersion: '7' });
        await seen({ resourceVersion: '8', phase: 'Still' });
        expect(await displaced()).toEqual(['uid-1@8 Still']);
        await seen({ ...another, resourceVersion: '9' }, true);
        expect(await displaced()).toEqual(['uid-2@7 Two', 'uid-1@8 Still']);
        await seen(third);
        expect(await displaced()).toEqual(['uid-2@7 Two']);
      });

      it('are that before a deletion after which another pod comes: the deletion may be false, too', async () => {
        await seen({ resourceVersion: '5' });
        await seen({ resourceVersion: '6' }, true);
        expect(await seen(another)).toBe('stored');
        expect(await displaced()).toEqual(['uid-1@5 Running']);
      });

      it('are none any more once the truth is known', async () => {
        await seen({ resourceVersion: '5' });
        await seen(another);
        const sighting = { uid: 'uid-2', resourceVersion: '1', deleted: false };
        await stores.pods.record({ pod: aPod({ resourceVersion: '7' }), deleted: false }, sighting);
        expect(await displaced()).toEqual([]);
      });

      it('are listed, too', async () => {
        await seen({ resourceVersion: '5' });
        await seen({ resourceVersion: '6' }, true);
        const [record] = await all(stores.pods.inRange('local', '', null));
        expect(record?.displaced).toMatchObject([{ resourceVersion: '5' }]);
      });
    });

    it('notes when a sighting was stored, not when one was refused', async () => {
      const at = async () => (await stores.pods.find(aPod()))?.seenAtMs;
      nowMs = 1_000;
      await stores.pods.record({ pod: aPod({ resourceVersion: '5' }), deleted: false });
      nowMs = 2_000;
      await stores.pods.record({ pod: aPod({ resourceVersion: '4' }), deleted: false });
      expect(await at()).toBe(1_000);
      await stores.pods.record({ pod: aPod({ resourceVersion: '6' }), deleted: true });
      expect(await at()).toBe(2_000);
      nowMs = 3_000;
      await stores.pods.record({ pod: aPod({ resourceVersion: '4' }), deleted: false });
      expect(await at()).toBe(2_000);
    });

    it('keeps registrations and problems over new observations', async () => {
      const pod = aPod({ resourceVersion: '1' });
      await stores.pods.record({ pod, deleted: false });
      await stores.pods.addRegistration(pod, id);
      await stores.pods.addRegistration(pod, id);
      await stores.pods.addRegistration(pod, { service, instanceId: '10.0.0.2' });
      await stores.pods.saveProblems(pod, [{ source: 'annotations', code: 'Rejected', message: 'x' }]);
      await stores.pods.record({ pod: aPod({ resourceVersion: '2' }), deleted: true });
      await stores.pods.removeRegistration(pod, { service, instanceId: '10.0.0.2' });
      await stores.pods.removeRegistration(pod, { service, instanceId: '10.0.0.3' });
      expect(await stores.pods.find(pod)).toMatchObject({
        registrations: [id],
        problems: [{ source: 'annotations', code: 'Rejected', message: 'x' }],
      });
    });

    it('keeps what is known of the readiness gate over new observations', async () => {
      const condition = {
        status: 'True',
        reason: 'Registered',
        message: 'registered',
        resourceVersion: '2',
      } as const;
      const gate = { uid: 'uid-1', received: condition, succeeded: ['op-1'] };
      await stores.pods.record({ pod: aPod({ resourceVersion: '1' }), deleted: false });
      expect(await stores.pods.find(aPod())).not.toHaveProperty('gate');
      await stores.pods.saveGate(aPod(), { ...gate, failingSinceMs: 5 });
      await stores.pods.saveGate(aPod(), gate);
      await stores.pods.record({ pod: aPod({ resourceVersion: '2' }), deleted: false });
      expect((await stores.pods.find(aPod()))?.gate).toEqual(gate);
      expect((await all(stores.pods.inRange('local', '', null))).map((found) => found.gate)).toEqual([gate]);
    });

    it('refuses to note anything with a pod that was never seen', async () => {
      await expect(stores.pods.saveGate(aPod(), { uid: 'uid-1', succeeded: [] })).rejects.toThrow(
        ConflictError,
      );
      await expect(stores.pods.addRegistration(aPod(), id)).rejects.toThrow(ConflictError);
      await expect(stores.pods.removeRegistration(aPod(), id)).rejects.toThrow(ConflictError);
    });

    it('lists a range by key, bytewise, of one cluster', async () => {
      for (const [namespace, name] of [
        ['a', 'z'],
        ['a-b', 'a'],
        ['a', 'b'],
        ['b', 'a'],
        ['aa', 'x'],
      ] as const)
        await stores.pods.record({ pod: aPod({ namespace, name }), deleted: name === 'z' });
      await stores.pods.record({
        pod: aPod({ cluster: 'other', namespace: 'a', name: 'q' }),
        deleted: false,
      });
      const keys = async (from: string, to: string | null) =>
        (await all(stores.pods.inRange('local', from, to))).map(({ pod }) => `${pod.namespace}/${pod.name}`);
      expect(await keys('', null)).toEqual(['a-b/a', 'a/b', 'a/z', 'aa/x', 'b/a']);
      expect(await keys('a/', 'a0')).toEqual(['a/b', 'a/z']);
      expect(await keys('a/z', 'b/a')).toEqual(['a/z', 'aa/x']);
    });
  });

  describe('claims', () => {
    it('are taken as they are, whatever the caller saw before', async () => {
      const first = await stores.claims.take(id, owner, 'srv-1', 1000, { seen: null });
      expect(await stores.claims.find(service, id.instanceId)).toEqual(first);
      expect(await stores.claims.take(id, rival, 'srv-1', 2000, { seen: null })).toEqual(first);
      const applied = await stores.claims.apply(first, { fingerprint: 'print', touchedAtMs: 3000 });
      const again = await stores.claims.take(id, owner, 'srv-1', 4000, { seen: first });
      expect(again).toMatchObject({ version: applied.version + 1, fingerprint: 'print', touchedAtMs: 4000 });
      const seen = await stores.claims.take(id, owner, 'srv-1', 5000, { seen: again });
      expect(seen).toMatchObject({ version: again.version + 1, fingerprint: 'print', touchedAtMs: 5000 });
    });

    it('go to the first and stay with it', async () => {
      const claim = await stores.claims.take(id, owner, 'srv-1', 1000);
      expect(claim).toMatchObject({
        owner,
        phase: 'claimed',
        serviceId: 'srv-1',
        touchedAtMs: 1000,
        waiting: [],
      });
      expect(await stores.claims.take(id, rival, 'srv-1', 2000)).toMatchObject({ owner });
      expect(await stores.claims.find(service, id.instanceId)).toEqual(claim);
    });

    it('go through their phases, each write only by who saw the last', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const applied = await stores.claims.apply(claimed, values);
      expect(applied).toMatchObject({ phase: 'applied', ...values });
      await expect(stores.claims.apply(claimed, values)).rejects.toThrow(ConflictError);
      await expect(stores.claims.release(claimed)).rejects.toThrow(ConflictError);
      const releasing = await stores.claims.release(applied);
      expect(releasing).toMatchObject({ phase: 'releasing', fingerprint: 'f' });
      await expect(stores.claims.remove(applied)).rejects.toThrow(ConflictError);
      await stores.claims.remove(releasing);
      expect(await stores.claims.find(service, id.instanceId)).toBeUndefined();
      await expect(stores.claims.remove(releasing)).rejects.toThrow(ConflictError);
    });

    it('taken again by the same pod keep the fingerprint, in the same service only', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      await stores.claims.apply(claimed, {
        fingerprint: 'f',
        health: 'HEALTHY',
        operationId: 'op',
        touchedAtMs: 2000,
      });
      const again = await stores.claims.take(id, { ...owner, uid: 'uid-9' }, 'srv-1', 3000);
      expect(again).toMatchObject({
        phase: 'claimed',
        fingerprint: 'f',
        health: 'HEALTHY',
        owner: { uid: 'uid-9' },
      });
      const replaced = await stores.claims.take(id, owner, 'srv-2', 4000);
      expect(replaced.fingerprint).toBeUndefined();
      expect(replaced.health).toBeUndefined();
    });

    it('taken again leave every earlier view of them behind', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      await stores.claims.take(id, owner, 'srv-1', 2000);
      await expect(stores.claims.release(claimed)).rejects.toThrow(ConflictError);
      await expect(stores.claims.remove(claimed)).rejects.toThrow(ConflictError);
    });

    it.each([{ cluster: 'other' }, { namespace: 'blue' }, { name: 'front-9' }])(
      'are of one pod in one namespace of one cluster: not for %j',
      async (changes) => {
        const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
        const other = { ...owner, ...changes };
        expect(await stores.claims.take(id, other, 'srv-1', 2000)).toEqual(claimed);
        await expect(stores.claims.release({ ...claimed, owner: other })).rejects.toThrow(ConflictError);
      },
    );

    it('doubted keep their owner and forget what was thought of the instance', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const invalidated = await stores.claims.invalidate(await stores.claims.apply(claimed, values), 'all');
      expect(invalidated).toMatchObject({ owner, phase: 'claimed', serviceId: 'srv-1' });
      expect([invalidated.fingerprint, invalidated.health, invalidated.operationId]).toEqual([
        'invalidated',
        undefined,
        undefined,
      ]);
      const never = await stores.claims.take({ service, instanceId: '10.0.0.9' }, owner, 'srv-1', 1000);
      expect((await stores.claims.invalidate(never, 'all')).fingerprint).toBeUndefined();
      await expect(stores.claims.invalidate(claimed, 'all')).rejects.toThrow(ConflictError);
    });

    it('doubted for their attributes keep the health', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const values = { fingerprint: 'f', health: 'UNHEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const invalidated = await stores.claims.invalidate(
        await stores.claims.apply(claimed, values),
        'attributes',
      );
      expect(invalidated).toMatchObject({
        phase: 'claimed',
        fingerprint: 'invalidated',
        health: 'UNHEALTHY',
      });
    });

    it('releasing name the operation that Cloud Map accepted, until it is begun anew', async () => {
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const applied = await stores.claims.apply(await stores.claims.take(id, owner, 'srv-1', 1000), values);
      const releasing = await stores.claims.release(applied);
      expect(releasing.operationId, 'the registration is not what is waited for').toBeUndefined();
      const accepted = await stores.claims.release(releasing, 'op-2');
      expect(accepted).toMatchObject({ phase: 'releasing', operationId: 'op-2', touchedAtMs: 2000 });
      expect((await stores.claims.release(accepted)).operationId).toBeUndefined();
      await expect(stores.claims.release(releasing, 'op-3')).rejects.toThrow(ConflictError);
    });

    it('taken again after a release do not keep its operation', async () => {
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const releasing = await stores.claims.release(await stores.claims.apply(claimed, values), 'op-2');
      const again = await stores.claims.take(id, owner, 'srv-1', 3000);
      expect(again).toMatchObject({ phase: 'claimed', fingerprint: 'f' });
      expect(again.operationId).toBeUndefined();
      await expect(stores.claims.remove(releasing)).rejects.toThrow(ConflictError);
    });

    it('released are taken over by one of those who see it, with nothing of the former owner but who waits', async () => {
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const third = { ...owner, name: 'front-3', uid: 'uid-3' };
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      const accepted = await stores.claims.release(await stores.claims.apply(claimed, values), 'op-2');
      await stores.claims.wait(accepted, rival);
      await expect(stores.claims.takeOver(accepted, third, 'srv-1', 3000)).rejects.toThrow(ConflictError);
      await stores.claims.wait(accepted, third);
      const seen = await stores.claims.find(service, id.instanceId);
      if (seen === undefined) throw new Error('it is there');
      const taken = await stores.claims.takeOver(seen, third, 'srv-2', 3000);
      expect(taken).toEqual({
        ...{ ...id, owner: third, phase: 'claimed', serviceId: 'srv-2', touchedAtMs: 3000 },
        ...{ version: seen.version + 1, waitRevision: seen.waitRevision },
        waiting: [{ cluster: 'local', namespace: 'shop', name: 'front-2' }],
      });
      expect(await stores.claims.find(service, id.instanceId)).toEqual(taken);
      await expect(stores.claims.takeOver(seen, rival, 'srv-1', 4000)).rejects.toThrow(ConflictError);
      await expect(stores.claims.release(seen)).rejects.toThrow(ConflictError);
    });

    it('know the attribute keys that were written, or were about to be, through all phases', async () => {
      const keys = async () => (await stores.claims.find(service, id.instanceId))?.attributeKeys;
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000, { attributeKeys: ['a'] });
      expect(await keys()).toEqual(['a']);
      const values = { fingerprint: 'f', health: 'HEALTHY', operationId: 'op', touchedAtMs: 2000 } as const;
      const applied = await stores.claims.apply(claimed, { ...values, attributeKeys: ['a', 'b'] });
      expect(await keys()).toEqual(['a', 'b']);
      const invalidated = await stores.claims.invalidate(applied, 'attributes', {
        attributeKeys: ['a', 'b', 'c'],
      });
      expect(await keys()).toEqual(['a', 'b', 'c']);
      const releasing = await stores.claims.release(
        await stores.claims.invalidate(invalidated, 'all'),
        'op-2',
      );
      expect(releasing.attributeKeys).toEqual(['a', 'b', 'c']);
      expect((await stores.claims.take(id, owner, 'srv-1', 3000)).attributeKeys).toEqual(['a', 'b', 'c']);
      expect((await stores.claims.take(id, owner, 'srv-2', 3000)).attributeKeys).toBeUndefined();
    });

    it('know the keys that an update removes until an update removes none', async () => {
      const removal = { keys: ['b'], operationId: 'op', acceptedAtMs: 2000 };
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000, { attributeKeys: ['a', 'b'] });
      const values = { fingerprint: 'f', operationId: 'op', touchedAtMs: 2000, attributeKeys: ['a'] };
      const applied = await stores.claims.apply(claimed, { ...values, removal });
      expect(applied.removal).toEqual(removal);
      const { attributeKeys: _keys, ...health } = values;
      const corrected = await stores.claims.apply(applied, { ...health, health: 'HEALTHY' });
      expect((await stores.claims.find(service, id.instanceId))?.removal).toEqual(removal);
      await stores.claims.invalidate(corrected, 'all', { attributeKeys: ['a', 'c'] });
      expect((await stores.claims.take(id, owner, 'srv-2', 3000)).removal).toBeUndefined();
    });

    it('keep those keys when their pod takes them again, and drop them with an update that removes none', async () => {
      const removal = { keys: ['b'], operationId: 'op', acceptedAtMs: 2000 };
      const values = { fingerprint: 'f', operationId: 'op', touchedAtMs: 2000, attributeKeys: ['a'] };
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000, { attributeKeys: ['a', 'b'] });
      await stores.claims.release(await stores.claims.apply(claimed, { ...values, removal }), 'op-2');
      const taken = await stores.claims.take(id, owner, 'srv-1', 3000, { attributeKeys: ['a'] });
      expect(taken.removal).toEqual(removal);
      expect((await stores.claims.apply(taken, values)).removal).toBeUndefined();
      expect((await stores.claims.find(service, id.instanceId))?.removal).toBeUndefined();
    });

    it('doubted name the run that asked for it, also when they are taken again', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      expect((await stores.claims.invalidate(claimed, 'all', { invalidatedIn: 'run-1' })).invalidatedIn).toBe(
        'run-1',
      );
      expect((await stores.claims.take(id, owner, 'srv-1', 1000)).invalidatedIn).toBe('run-1');
      const later = await stores.claims.take(id, owner, 'srv-1', 1000);
      expect((await stores.claims.invalidate(later, 'attributes')).invalidatedIn).toBe('run-1');
    });

    it('cannot be removed past a pod that began to wait', async () => {
      const releasing = await stores.claims.release(await stores.claims.take(id, owner, 'srv-1', 1000));
      expect(await stores.claims.wait(releasing, rival)).toBe(true);
      await expect(stores.claims.remove(releasing)).rejects.toThrow(ConflictError);
      const seen = await stores.claims.find(service, id.instanceId);
      expect(seen).toMatchObject({
        phase: 'releasing',
        waiting: [{ cluster: 'local', namespace: 'shop', name: 'front-2' }],
      });
      expect(await stores.claims.wait(releasing, rival)).toBe(true);
      if (seen) await expect(stores.claims.remove(seen)).rejects.toThrow(ConflictError);
      const again = await stores.claims.find(service, id.instanceId);
      expect(again?.waiting).toHaveLength(1);
      if (again) await stores.claims.remove(again);
      expect(await stores.claims.wait(releasing, rival)).toBe(false);
    });

    it('are waited for without getting in the way of their owner', async () => {
      const claimed = await stores.claims.take(id, owner, 'srv-1', 1000);
      await stores.claims.wait(claimed, rival);
      const applied = await stores.claims.apply(claimed, {
        fingerprint: 'f',
        health: undefined,
        operationId: 'op',
        touchedAtMs: 1,
      });
      expect(applied.waiting).toHaveLength(1);
      expect((await stores.claims.take(id, owner, 'srv-1', 5)).waiting).toHaveLength(1);
    });

    it('are listed by service', async () => {
      await stores.claims.take(id, owner, 'srv-1', 1);
      await stores.claims.take({ service, instanceId: '10.0.0.2' }, rival, 'srv-1', 1);
      await stores.claims.take(
        { service: { ...service, serviceName: 'frontier' }, instanceId: '10.0.0.3' },
        rival,
        'srv-9',
        1,
      );
      const ids = (await all(stores.claims.ofService(service))).map((claim) => claim.instanceId);
      expect(ids.sort()).toEqual(['10.0.0.1', '10.0.0.2']);
    });
  });

  describe('mesh objects', () => {
    const node = (namespace: string, name: string, resourceVersion = '1'): ClusterObject => ({
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        namespace,
        name,
        uid: `uid-${name}`,
        resourceVersion,
        creationTimestamp: '2026-11-21T10:00:00Z',
      },
      spec: { podSelector: {} },
    });

    it('are replaced only by who saw the last', async () => {
      const first = { object: node('shop', 'front'), deleted: false, unannounced: [null] };
      await stores.objects.replace('local', first, undefined);
      expect(await stores.objects.find('local', first.object)).toEqual(first);
      await expect(stores.objects.replace('local', first, undefined)).rejects.toThrow(ConflictError);
      const announced = { ...first, unannounced: [] };
      await stores.objects.replace('local', announced, first);
      await expect(stores.objects.replace('local', announced, first)).rejects.toThrow(ConflictError);
      const second = { object: node('shop', 'front', '2'), deleted: false, unannounced: [first.object] };
      await stores.objects.replace('local', second, announced);
      expect(await stores.objects.find('local', first.object)).toEqual(second);
    });

    it('count once they were right: a fault alone is kept, and not listed', async () => {
      const { spec, ...never } = node('shop', 'never');
      const stored = { deleted: false, unannounced: [], fault: 'spec.awsName: expected a name' };
      await stores.objects.replace('local', { object: never, ...stored }, undefined);
      await stores.objects.replace(
        'local',
        { object: { ...node('shop', 'once'), spec: {} }, ...stored },
        undefined,
      );
      const listed = await stores.objects.ofKind('local', 'VirtualNode', 'shop');
      expect(listed.map(({ metadata }) => metadata.name)).toEqual(['once']);
      expect((await stores.objects.find('local', never))?.fault).toBe(stored.fault);
    });

    it('are listed by kind and namespace, without the deleted', async () => {
      for (const [namespace, name] of [
        ['shop', 'front'],
        ['shop', 'back'],
        ['shop-2', 'front'],
        ['', 'mesh'],
      ] as const) {
        const object = node(namespace, name);
        const kind = namespace === '' ? 'Mesh' : 'VirtualNode';
        await stores.objects.replace(
          'local',
          { object: { ...object, kind }, deleted: name === 'back', unannounced: [] },
          undefined,
        );
      }
      const names = (objects: readonly ClusterObject[]) => objects.map(({ metadata }) => metadata.name);
      expect(names(await stores.objects.ofKind('local', 'VirtualNode', 'shop'))).toEqual(['front']);
      expect(names(await stores.objects.ofKind('local', 'Mesh', ''))).toEqual(['mesh']);
      expect(await stores.objects.ofKind('other', 'VirtualNode', 'shop')).toEqual([]);
      const every = await all(stores.objects.inRange('local', 'VirtualNode', '', null));
      expect(
        every
          .map(({ object, deleted }) => `${object.metadata.namespace}/${object.metadata.name} ${deleted}`)
          .sort(),
      ).toEqual(['shop-2/front false', 'shop/back true', 'shop/front false']);
    });
  });

  describe('used services', () => {
    const used = { service, usedAtMs: 1000 };

    it('are those of one cluster, in every account, Region and namespace', async () => {
      const elsewhere = { ...service, target: '123456789012/eu-west-1' };
      await stores.usedServices.save('local', used);
      await stores.usedServices.save('local', { service: elsewhere, usedAtMs: 2000 });
      await stores.usedServices.save('other', { service, usedAtMs: 3000 });
      expect(await stores.usedServices.find('local', service)).toEqual(used);
      expect(await stores.usedServices.find('third', service)).toBeUndefined();
      const found = await all(stores.usedServices.ofCluster('local'));
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining([used, { service: elsewhere, usedAtMs: 2000 }]));
    });

    it('are not removed by who has not seen the last use', async () => {
      await stores.usedServices.save('local', used);
      await stores.usedServices.save('local', { service, usedAtMs: 2000 });
      await stores.usedServices.remove('local', used);
      expect(await stores.usedServices.find('local', service)).toEqual({ service, usedAtMs: 2000 });
      await stores.usedServices.remove('local', { service, usedAtMs: 2000 });
      expect(await stores.usedServices.find('local', service)).toBeUndefined();
    });
  });

  describe('waiting pods', () => {
    const pod = (name: string, createdAt: string, cluster = 'local') => ({
      ...{ cluster, namespace: 'shop', name, createdAt, instanceId: `10.0.0.${name.length}` },
    });
    const younger = pod('a', '2026-11-21T10:00:01Z');
    const older = pod('b', '2026-11-21T10:00:00Z', 'other');

    it('are those of one service and of all clusters, by their creation', async () => {
      for (let index = 10; index < 60; index++)
        await stores.waitingPods.add(service, pod(`c${index}`, '2026-11-21T10:00:02Z'));
      await stores.waitingPods.add(service, younger);
      await stores.waitingPods.add(service, older);
      await stores.waitingPods.add({ ...service, serviceName: 'back' }, pod('d', '2026-11-21T10:00:00Z'));
      const found = await all(stores.waitingPods.ofService(service));
      expect(found).toHaveLength(52);
      expect(found.slice(0, 2)).toEqual([older, younger]);
      expect(found.at(-1)).toEqual(pod('c59', '2026-11-21T10:00:02Z'));
      expect(await stores.waitingPods.find(service, younger)).toEqual(younger);
      expect(
        await stores.waitingPods.find(service, { ...younger, createdAt: older.createdAt }),
      ).toBeUndefined();
    });

    it('are woken once, and removed by who has seen that', async () => {
      const { waitingPods } = stores;
      await expect(waitingPods.wake(service, older, 'a', 1), 'it does not wait').rejects.toThrow(
        ConflictError,
      );
      await waitingPods.add(service, older);
      const woken = { ...older, wokenAtMs: 1, wokenFor: 'a' };
      expect(await waitingPods.wake(service, older, 'a', 1)).toEqual(woken);
      await expect(waitingPods.wake(service, older, 'b', 2)).rejects.toThrow(ConflictError);
      await expect(waitingPods.remove(service, older)).rejects.toThrow(ConflictError);
      await waitingPods.add(service, older);
      expect(await waitingPods.find(service, older), 'it stays woken').toEqual(woken);
      await waitingPods.wake(service, woken, 'b', 3);
      await waitingPods.put(service, older);
      expect(await waitingPods.find(service, older)).toEqual(older);
      await waitingPods.remove(service, older);
      await expect(waitingPods.remove(service, older)).rejects.toThrow(ConflictError);
      expect(await waitingPods.find(service, older)).toBeUndefined();
    });
  });

  describe('services', () => {
    it('are remembered, forgotten, and owned by who was first', async () => {
      const found = {
        id: 'srv-1',
        name: 'front',
        httpName: 'shop.local',
        namespaceId: 'ns-1',
        namespaceKind: 'http',
        hasCustomHealthCheck: true,
      } as const;
      expect(await stores.services.find(service)).toBeUndefined();
      await stores.services.save(service, found);
      expect(await stores.services.find(service)).toEqual(found);
      await stores.services.forget(service);
      expect(await stores.services.find(service)).toBeUndefined();
      const { httpName: _httpName, ...ofEarlierRelease } = found;
      await stores.services.save(service, ofEarlierRelease as typeof found);
      expect(await stores.services.find(service)).toBeUndefined();
    });

    it('are noted as full, until that is taken back by who has seen it', async () => {
      const { services } = stores;
      const found = {
        ...{ id: 'srv-1', name: 'front', httpName: 'shop.local', namespaceId: 'ns-1' },
        ...{ namespaceKind: 'http' as const, hasCustomHealthCheck: true },
      } as const;
      const [first, second] = [
        { atMs: 1, quota: 'service' } as const,
        { atMs: 2, quota: 'namespace' } as const,
      ];
      await services.markFull(service, 'srv-1', first); // not known any more
      expect(await services.find(service)).toBeUndefined();
      await services.save(service, found);
      await services.markFull(service, 'srv-2', first);
      expect(await services.find(service)).toEqual(found);
      await services.markFull(service, 'srv-1', first);
      expect(await services.find(service)).toEqual({ ...found, full: first });
      await services.markFull(service, 'srv-1', second);
      await services.clearFull(service, first);
      expect(await services.find(service)).toEqual({ ...found, full: second });
      await services.clearFull(service, second);
      await services.clearFull(service, second);
      expect(await services.find(service)).toEqual(found);
    });

    it('stay as they are when the same id is saved again', async () => {
      const { services } = stores;
      const found = {
        ...{ id: 'srv-1', name: 'front', httpName: 'shop.local', namespaceId: 'ns-1' },
        ...{ namespaceKind: 'http' as const, hasCustomHealthCheck: true },
      };
      const full = { atMs: 1, quota: 'service' } as const;
      await services.save(service, found);
      await services.markFull(service, 'srv-1', full);
      await services.save(service, found);
      expect(await services.find(service)).toEqual({ ...found, full });
      await services.save(service, { ...found, id: 'srv-2' });
      expect(await services.find(service)).toEqual({ ...found, id: 'srv-2' });
    });

    it('are reopened, and then no longer full, only by who has seen the last record', async () => {
      const { services } = stores;
      const found = {
        ...{ id: 'srv-1', name: 'front', httpName: 'shop.local', namespaceId: 'ns-1' },
        ...{ namespaceKind: 'http' as const, hasCustomHealthCheck: true },
      };
      const full = { atMs: 1, quota: 'service' } as const;
      const reopening = { ...full, reopening: true } as const;
      await services.save(service, found);
      await services.reopen(service, full); // it is not full
      expect(await services.find(service)).toEqual(found);
      await services.markFull(service, 'srv-1', full);
      await services.reopen(service, { ...full, atMs: 2 });
      await services.clearFull(service, reopening);
      expect(await services.find(service)).toEqual({ ...found, full });
      await services.reopen(service, full);
      expect(await services.find(service)).toEqual({ ...found, full: reopening });
      await services.clearFull(service, full);
      expect(await services.find(service)).toEqual({ ...found, full: reopening });
      await services.markFull(service, 'srv-1', full); // refused again at the same time
      await services.clearFull(service, reopening);
      expect(await services.find(service)).toEqual({ ...found, full });
      await services.reopen(service, full);
      await services.clearFull(service, reopening);
      expect(await services.find(service)).toEqual(found);
    });

    it('have owners, which only those who have seen them last can replace', async () => {
      const { services } = stores;
      const shop = { cluster: 'local', kubernetesNamespace: 'shop' };
      const first = { owners: [shop], sinceMs: 1, checkedAtMs: 2, leftoverNamespaces: ['old'] };
      expect(await services.owners(service)).toBeUndefined();
      const stored = await services.replaceOwners(service, first, undefined);
      expect(stored).toEqual({ ...first, version: 1 });
      expect(await services.owners(service)).toEqual(stored);
      await expect(services.replaceOwners(service, first, undefined)).rejects.toThrow(ConflictError);
      const second = { ...first, owners: [{ ...shop, kubernetesNamespace: 'blue' }] };
      expect(await services.replaceOwners(service, second, stored)).toEqual({ ...second, version: 2 });
      await expect(services.replaceOwners(service, first, stored)).rejects.toThrow(ConflictError);
      const owned = [];
      for await (const { namespaceName, serviceName, owners } of services.ownedOf(service.target))
        owned.push({ namespaceName, serviceName, owners });
      const { namespaceName, serviceName } = service;
      expect(owned).toEqual([{ namespaceName, serviceName, owners: second.owners }]);
      for await (const other of services.ownedOf('own/elsewhere')) expect(other).toBeUndefined();
    });
  });
}

describe('in memory', () => {
  contract(async (now) => memoryStores(now));
});

describe('in DynamoDB (dynalite)', () => {
  const makeTable = dynamoDbTables();
  let nowMs = Date.parse('2026-11-21T12:00:00Z');

  const makeStores = async (now: () => number = () => nowMs) => {
    const table = await makeTable();
    return {
      pods: new Pods(table, now),
      claims: new Claims(table),
      objects: new ClusterObjects(table, now),
      services: new Services(table),
      usedServices: new UsedServices(table),
      waitingPods: new WaitingPods(table, now),
    };
  };

  contract(makeStores);

  it('forgets a retired tombstone when its time is over, even if DynamoDB has not deleted it yet', async () => {
    const { pods } = await makeStores();
    const pod = aPod({ resourceVersion: '10' });
    await pods.record({ pod, deleted: true });
    await pods.retire(pod, pod.uid);
    nowMs += 6 * 24 * 3600 * 1000 - 1000;
    expect((await pods.find(pod))?.deleted).toBe(true);
    expect(await pods.record({ pod: aPod({ resourceVersion: '9' }), deleted: false })).toBe('older');
    nowMs += 2000;
    expect(await pods.find(pod)).toBeUndefined();
    expect(await pods.record({ pod: aPod({ resourceVersion: '9' }), deleted: false })).toBe('stored');
    nowMs += 30 * 24 * 3600 * 1000;
    expect((await pods.find(pod))?.deleted).toBe(false);
  });

  it('forgets a tombstone of the mesh when its time is over, but never before the pods were told', async () => {
    const { objects } = await makeStores();
    const object = {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        namespace: 'shop',
        name: 'front',
        uid: 'uid-1',
        resourceVersion: '1',
        creationTimestamp: '2026-11-21T10:00:00Z',
      },
    };
    const untold = { object, deleted: true, unannounced: [object] };
    await objects.replace('local', untold, undefined);
    nowMs += 30 * 24 * 3600 * 1000;
    expect(await objects.find('local', object)).toEqual(untold);
    const received = { ...untold, unannounced: [] };
    await objects.replace('local', received, untold);
    nowMs += 6 * 24 * 3600 * 1000 - 1000;
    expect(await objects.find('local', object)).toEqual(received);
    nowMs += 2000;
    expect(await objects.find('local', object)).toBeUndefined();
    await objects.replace('local', received, undefined);
  });

  it('never lets a tombstone expire that still has a registration', async () => {
    const { pods } = await makeStores();
    const pod = aPod();
    await pods.record({ pod, deleted: true });
    await pods.addRegistration(pod, {
      service: { target: 't', namespaceName: 'n', serviceName: 's' },
      instanceId: 'i',
    });
    await pods.retire(pod, pod.uid);
    nowMs += 365 * 24 * 3600 * 1000;
    expect((await pods.find(pod))?.registrations).toHaveLength(1);
  });
});
