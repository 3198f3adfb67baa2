import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../../../shared/model/errors.ts';
import { forgetIfGone } from '../../../shared/pods/services/resolve-service.ts';
import type { Dependencies } from '../../../shared/ports/ports.ts';

const key = { target: 'own/own', namespaceName: 'shop.local', serviceName: 'front' } as const;

async function forgotten(error: unknown) {
  const keys: unknown[] = [];
  const services = { forget: async (service: unknown) => void keys.push(service) };
  return [await forgetIfGone({ services } as unknown as Dependencies, key, error), keys];
}

describe('the stored id of a service', () => {
  it.each(['service', 'namespace'] as const)(
    'is forgotten if Cloud Map says that the %s is gone',
    async (what) => {
      expect(await forgotten(new NotFoundError(what, 'gone'))).toEqual([true, [key]]);
    },
  );

  it.each([
    new NotFoundError('instance', 'gone'),
    new NotFoundError('operation', 'gone'),
    new ConflictError('no'),
    new Error('no'),
    undefined,
  ])('is kept after %s', async (error) => {
    expect(await forgotten(error)).toEqual([false, []]);
  });
});
