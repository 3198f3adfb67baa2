import { beforeEach, describe, expect, it } from 'vitest';
import { all, describeBothStores, type Stores, service } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('used services', () => {
    const used = { service, usedAtMs: 1000 };

    it('used services are those of one cluster, in every account, Region and namespace', async () => {
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

    it('used services are not removed by who has not seen the last use', async () => {
      await stores.usedServices.save('local', used);
      await stores.usedServices.save('local', { service, usedAtMs: 2000 });
      await stores.usedServices.remove('local', used);
      expect(await stores.usedServices.find('local', service)).toEqual({ service, usedAtMs: 2000 });
      await stores.usedServices.remove('local', { service, usedAtMs: 2000 });
      expect(await stores.usedServices.find('local', service)).toBeUndefined();
    });
  });
});
