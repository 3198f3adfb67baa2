import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../../../shared/model/errors.ts';
import { aPod } from '../../../fakes/objects.ts';
import { all, describeBothStores, id, type Stores, service } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = 0;
    stores = await makeStores(() => nowMs);
  });

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
    it.each(versions)('the pod store stores what is newer: %s', async (_, first, second, expected) => {
      const pod = aPod(first);
      await stores.pods.record({ pod, deleted: false });
      expect(await stores.pods.record({ pod: aPod(second), deleted: false })).toBe(expected);
      const found = await stores.pods.find(pod);
      expect(found?.pod).toEqual(expected === 'stored' ? aPod(second) : pod);
    });

    it('the pod store keeps the full services in which a pod waits, until each is removed', async () => {
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

    it('the pod store takes a deletion at the same resourceVersion, once, and nothing older after it', async () => {
      const pod = aPod({ resourceVersion: '10' });
      await stores.pods.record({ pod, deleted: false });
      expect(await stores.pods.record({ pod, deleted: true })).toBe('stored');
      expect(await stores.pods.record({ pod, deleted: true })).toBe('older');
      expect(await stores.pods.record({ pod, deleted: false })).toBe('older');
      expect(await stores.pods.record({ pod: aPod({ resourceVersion: '9' }), deleted: false })).toBe('older');
      expect((await stores.pods.find(pod))?.deleted).toBe(true);
    });

    it('the pod store notes when a sighting was stored, not when one was refused', async () => {
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

    it('the pod store keeps registrations and problems over new observations', async () => {
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

    it('the pod store replaces a registration of a former pod by that of the pod', async () => {
      const pod = aPod({ resourceVersion: '1' });
      await stores.pods.record({ pod, deleted: false });
      await stores.pods.addRegistration(pod, { ...id, uid: 'former' });
      await stores.pods.addRegistration(pod, { ...id, uid: pod.uid });
      expect((await stores.pods.find(pod))?.registrations).toEqual([{ ...id, uid: pod.uid }]);
    });

    it('the pod store keeps what is known of the readiness gate over new observations', async () => {
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

    it('the pod store refuses to note anything with a pod that was never seen', async () => {
      await expect(stores.pods.saveGate(aPod(), { uid: 'uid-1', succeeded: [] })).rejects.toThrow(
        ConflictError,
      );
      await expect(stores.pods.addRegistration(aPod(), id)).rejects.toThrow(ConflictError);
      await expect(stores.pods.removeRegistration(aPod(), id)).rejects.toThrow(ConflictError);
    });

    it('the pod store lists a range by key, bytewise, of one cluster', async () => {
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
});
