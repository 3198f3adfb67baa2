import { beforeEach, describe, expect, it } from 'vitest';
import type { Pod } from '../../../../shared/model/pod.ts';
import { aPod } from '../../../fakes/objects.ts';
import { all, describeBothStores, type Stores } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('pods', () => {
    describe('live states beside the one that counts', () => {
      const seen = async (changes: Partial<Pod>, deleted = false) =>
        stores.pods.record({ pod: aPod(changes), deleted });
      const displaced = async () =>
        (await stores.pods.find(aPod()))?.displaced?.map(
          ({ uid, resourceVersion, phase }) => `${uid}@${resourceVersion} ${phase}`,
        );
      const another = { uid: 'uid-2', createdAt: '2026-11-21T11:00:00Z', phase: 'Two' };
      const third = { uid: 'uid-3', createdAt: '2026-11-21T12:00:00Z', phase: 'Three' };

      it('live states beside the one that counts are none of a live pod, whatever it was before', async () => {
        await seen({ resourceVersion: '1' });
        await seen({ resourceVersion: '2' });
        await seen({ resourceVersion: '1' });
        expect(await displaced()).toEqual([]);
      });

      it('live states beside the one that counts are that before a deletion, which says no more than who is gone', async () => {
        await seen({ resourceVersion: '1' });
        await seen({ resourceVersion: '9', phase: 'None', ips: [] }, true);
        await seen({ resourceVersion: '10', phase: 'None' }, true);
        expect(await displaced()).toEqual(['uid-1@1 Running']);
        expect(await stores.pods.find(aPod())).toMatchObject({
          ...{ deleted: true, pod: { uid: 'uid-1', resourceVersion: '10', phase: 'Running' } },
        });
      });

      it('live states beside the one that counts are the newest that was not newer than a deletion', async () => {
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

      it('live states beside the one that counts are those of other pods of the name that were not newer than a deletion, the newest', async () => {
        await seen(third, true);
        await seen({ resourceVersion: '5' });
        await seen({ ...another, resourceVersion: '6' });
        await seen({ resourceVersion: '7' });
        expect(await displaced()).toEqual(['uid-3@1 Three', 'uid-2@6 Two']);
      });

      it('live states beside the one that counts are that of another live pod of the name, which was replaced or is not newer', async () => {
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

      it('live states beside the one that counts are that before a deletion after which another pod comes: the deletion may be false, too', async () => {
        await seen({ resourceVersion: '5' });
        await seen({ resourceVersion: '6' }, true);
        expect(await seen(another)).toBe('stored');
        expect(await displaced()).toEqual(['uid-1@5 Running']);
      });

      it('live states beside the one that counts are none any more once the truth is known', async () => {
        await seen({ resourceVersion: '5' });
        await seen(another);
        const sighting = { uid: 'uid-2', resourceVersion: '1', deleted: false };
        await stores.pods.record({ pod: aPod({ resourceVersion: '7' }), deleted: false }, sighting);
        expect(await displaced()).toEqual([]);
      });

      it('live states beside the one that counts are listed, too', async () => {
        await seen({ resourceVersion: '5' });
        await seen({ resourceVersion: '6' }, true);
        const [record] = await all(stores.pods.inRange('local', '', null));
        expect(record?.displaced).toMatchObject([{ resourceVersion: '5' }]);
      });
    });
  });
});
