import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../../../../shared/model/errors.ts';
import { describeBothStores, type Stores, service } from './both-stores.ts';

describeBothStores((makeStores) => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('services', () => {
    it('services are remembered, forgotten, and owned by who was first', async () => {
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

    it('services are noted as full, until that is taken back by who has seen it', async () => {
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

    it('services stay as they are when the same id is saved again', async () => {
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

    it('services are reopened, and then no longer full, only by who has seen the last record', async () => {
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

    it('services have owners, which only those who have seen them last can replace', async () => {
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
});
