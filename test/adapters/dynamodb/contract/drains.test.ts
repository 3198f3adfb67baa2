import { beforeEach, describe, expect, it } from 'vitest';
import { all, describeBothStores, type Stores, service } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('drains', () => {
    it('a drain begins once, and is that of one cluster', async () => {
      await stores.drains.begin('local', 1000);
      await stores.drains.begin('local', 2000);
      expect(await stores.drains.find('local')).toEqual({ sinceMs: 1000, instances: 0 });
      expect(await stores.drains.find('other')).toBeUndefined();
    });

    it('the highest number of instances stays', async () => {
      await stores.drains.noteInstances('local', 7);
      expect(await stores.drains.find('local')).toBeUndefined();
      await stores.drains.begin('local', 1000);
      for (const count of [3, 5, 4]) await stores.drains.noteInstances('local', count);
      expect(await stores.drains.find('local')).toEqual({ sinceMs: 1000, instances: 5 });
    });

    it('of each service the last result stays, until the drain ends', async () => {
      const other = { ...service, target: '123456789012/eu-west-1' };
      await stores.drains.begin('local', 1000);
      await stores.drains.noteService('local', { service, kept: 'has instances of others' });
      await stores.drains.noteService('local', { service });
      await stores.drains.noteService('local', { service: other, kept: 'is kept' });
      const found = await all(stores.drains.drainedServices('local'));
      expect(found).toHaveLength(2);
      expect(found).toEqual(expect.arrayContaining([{ service }, { service: other, kept: 'is kept' }]));
      await stores.drains.end('local');
      expect(await stores.drains.find('local')).toBeUndefined();
      expect(await all(stores.drains.drainedServices('local'))).toEqual([]);
    });
  });
});
