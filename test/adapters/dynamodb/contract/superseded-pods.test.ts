import { beforeEach, describe, expect, it } from 'vitest';
import { aPod } from '../../../fakes/objects.ts';
import { describeBothStores, id, type Stores } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('pods', () => {
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

      it('what the API server lists supersedes exactly the sighting that it names, whatever the versions say', async () => {
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

      it('what the API server lists supersedes and leaves registrations and problems, not what the gate said of the former version', async () => {
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
  });
});
