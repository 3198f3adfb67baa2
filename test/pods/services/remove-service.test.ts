import { describe, expect, it } from 'vitest';
import { NotFoundError, PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import { removeService } from '../../../shared/pods/services/remove-service.ts';
import type { CloudMap } from '../../../shared/ports/ports.ts';
import { aDependencies } from '../../fakes/world.ts';

const service = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' };
const request = { cluster: 'local', service, serviceId: 'srv-1' };

/** A drained cluster whose Cloud Map has the service, empty and made for it, unless said otherwise. */
async function drained(cloudMap: Partial<CloudMap> = {}) {
  const deleted: string[] = [];
  const world = aDependencies({
    madeFor: async () => 'local',
    async *listInstances() {},
    deleteService: async (id) => {
      deleted.push(id);
      return 'deleted';
    },
    ...cloudMap,
  });
  const { stores } = world;
  await stores.drains.begin('local', 0);
  await stores.usedServices.save('local', { service, usedAtMs: 1 });
  const results = () => Array.fromAsync(stores.drains.drainedServices('local'));
  return { ...world, deleted, results };
}

describe('removeService', () => {
  it('removes an empty service that was made for the cluster, and what is stored of it', async () => {
    const { deps, stores, deleted, results } = await drained();
    await removeService(deps, request);
    expect(deleted).toEqual(['srv-1']);
    expect(await results()).toEqual([{ service }]);
    expect(await stores.usedServices.find('local', service)).toBeUndefined();
  });

  it('does nothing if the drain has ended meanwhile', async () => {
    const { deps, stores, deleted } = await drained();
    await stores.drains.end('local');
    await removeService(deps, request);
    expect(deleted).toEqual([]);
  });

  it('does nothing while a pod of any cluster has a claim there', async () => {
    const { deps, stores, deleted, results } = await drained();
    const owner = { cluster: 'other', namespace: 'shop', name: 'front-1', uid: 'uid-1' };
    await stores.claims.take({ service, instanceId: '10.0.0.1' }, owner, 'srv-1', 0);
    await removeService(deps, request);
    expect([deleted, await results()]).toEqual([[], []]);
  });

  it.each([
    [
      'has instances',
      {
        async *listInstances() {
          yield { id: '10.0.0.1', attributes: {} };
        },
      },
      'has instances of others',
    ],
    [
      'gets an instance meanwhile',
      { deleteService: async () => 'in use' as const },
      'has instances of others',
    ],
    ['has no tag', { madeFor: async () => undefined }, 'was not created by eks-mesh-sync'],
    ['was made for another cluster', { madeFor: async () => 'other' }, 'was created for cluster "other"'],
    [
      'may not be removed',
      { deleteService: () => Promise.reject(new PermanentError('DeleteService is denied')) },
      'cannot be removed: DeleteService is denied',
    ],
  ])('keeps a service that %s, and says so', async (_, cloudMap, kept) => {
    const { deps, deleted, results } = await drained(cloudMap);
    await removeService(deps, request);
    expect([deleted, await results()]).toEqual([[], [{ service, kept }]]);
  });

  it('keeps a service in a namespace that another account shares', async () => {
    const { deps, deleted, results } = await drained();
    const serviceId = 'arn:aws:servicediscovery:us-west-2:444455556666:service/srv-1';
    await removeService(deps, { ...request, serviceId });
    expect(deleted).toEqual([]);
    expect(await results()).toEqual([{ service, kept: 'is in a namespace that another account shares' }]);
  });

  it('does not report a service of others that the cluster never used', async () => {
    const { deps, stores, deleted, results } = await drained({ madeFor: async () => 'other' });
    await stores.usedServices.remove('local', { service, usedAtMs: 1 });
    await removeService(deps, request);
    expect([deleted, await results()]).toEqual([[], []]);
  });

  it('counts a service as removed, too, if it crashes right after the call', async () => {
    const lost = () => Promise.reject(new RetryableError('no answer'));
    const gone = () => Promise.reject(new NotFoundError('service', 'srv-1 not found'));
    const { deps, stores, results } = await drained({ deleteService: lost });
    await expect(removeService(deps, request)).rejects.toThrow('no answer');
    const again = { ...deps, cloudMap: () => ({ ...deps.cloudMap(deps.cluster('local')), madeFor: gone }) };
    await removeService(again, request);
    expect(await results()).toEqual([{ service }]);
    expect(await stores.usedServices.find('local', service)).toBeUndefined();
  });

  it('does not count a service that somebody else removed', async () => {
    const gone = () => Promise.reject(new NotFoundError('service', 'srv-1 not found'));
    const { deps, stores, results } = await drained({ madeFor: gone });
    await removeService(deps, request);
    expect(await results()).toEqual([]);
    expect(await stores.usedServices.find('local', service)).toBeUndefined();
  });

  it('is tried again if Cloud Map does not answer', async () => {
    const { deps } = await drained({ madeFor: () => Promise.reject(new RetryableError('throttled')) });
    await expect(removeService(deps, request)).rejects.toThrow('throttled');
  });
});
