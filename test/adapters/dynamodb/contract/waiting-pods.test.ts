import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../../../shared/model/errors.ts';
import { all, describeBothStores, type Stores, service } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('waiting pods', () => {
    const pod = (name: string, createdAt: string, cluster = 'local') => ({
      ...{ cluster, namespace: 'shop', name, createdAt, instanceId: `10.0.0.${name.length}` },
    });
    const younger = pod('a', '2026-11-21T10:00:01Z');
    const older = pod('b', '2026-11-21T10:00:00Z', 'other');

    it('waiting pods are those of one service and of all clusters, by their creation', async () => {
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

    it('waiting pods are woken once, and removed by who has seen that', async () => {
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
});
