import { describe, expect, it } from 'vitest';
import {
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  RefusedError,
} from '../../../shared/model/errors.ts';
import { aRegisteringPod, attributes, foreign, known, service } from './registering.ts';

describe('an instance that no longer exists', () => {
  const gone = (resource: NotFoundError['resource']) => new NotFoundError(resource, `${resource} is gone`);

  it('is registered once more without looking for it', async () => {
    const world = await aRegisteringPod({
      health: 'UNHEALTHY',
      cloudMap: { setHealth: () => Promise.reject(gone('instance')) },
    });
    await world.ensure();
    expect(world.calls).toEqual([
      'setHealth srv-1 10.0.0.1 UNHEALTHY',
      'turn of RegisterInstance',
      'registerInstance srv-1 10.0.0.1',
    ]);
    expect(world.registered).toEqual([{ ...attributes, AWS_INIT_HEALTH_STATUS: 'UNHEALTHY' }]);
    expect(await world.find()).toMatchObject({ phase: 'applied', health: 'UNHEALTHY' });
  });

  it('is looked for if nothing says that it was ours', async () => {
    let isFirst = true;
    const world = await aRegisteringPod({
      claim: null,
      instance: foreign,
      cloudMap: {
        findInstance: async () => {
          if (!isFirst) return foreign;
          isFirst = false;
          throw gone('instance');
        },
      },
    });
    await expect(world.ensure()).rejects.toBeInstanceOf(RefusedError);
  });

  it('is registered in the service that has taken the place of its own', async () => {
    let isFirst = true;
    const replacement = { ...known, id: 'srv-2' };
    const namespace = { id: 'ns-1', name: 'shop.local', kind: 'http', httpName: 'shop.local' } as const;
    const world = await aRegisteringPod({
      claim: { fingerprint: '[]' },
      cloudMap: {
        findInstance: async () => {
          if (!isFirst) return undefined;
          isFirst = false;
          throw gone('service');
        },
        namespacesNamed: async () => [namespace],
        ensureService: async () => 'srv-2',
        describeService: async () => replacement,
      },
    });
    await world.ensure();
    expect(await world.stores.services.find(service)).toEqual(replacement);
    expect(world.calls.at(-1)).toBe('registerInstance srv-2 10.0.0.1');
    expect((await world.find())?.serviceId).toBe('srv-2');
  });

  it.each([gone('operation'), new PermanentError('wrong'), new QuotaExceededError('none left')])(
    'is not the case for any other error: $message',
    async (error) => {
      const world = await aRegisteringPod({
        health: 'UNHEALTHY',
        cloudMap: { setHealth: () => Promise.reject(error) },
      });
      await expect(world.ensure()).rejects.toBe(error);
      expect(world.calls).toEqual(['setHealth srv-1 10.0.0.1 UNHEALTHY']);
      expect(await world.stores.services.find(service)).toBeDefined();
    },
  );
});
