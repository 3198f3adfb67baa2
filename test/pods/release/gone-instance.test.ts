import { describe, expect, it } from 'vitest';
import { NotFoundError, PermanentError, WaitError } from '../../../shared/model/errors.ts';
import type { Claim } from '../../../shared/model/records/registration.ts';
import { releaseInstance } from '../../../shared/pods/release-instance.ts';
import { aReleasingPod, pod, record, registration, released, service } from './releasing.ts';

const noService = {
  deregisterInstance: () => Promise.reject(new NotFoundError('service', 'no service srv-1')),
};
const noInstance = { deregisterInstance: () => Promise.reject(new NotFoundError('instance', 'no instance')) };

const knownService = {
  ...{ id: 'srv-1', name: 'front', namespaceId: 'ns-1', namespaceKind: 'http' as const },
  ...{ httpName: 'shop.local', hasCustomHealthCheck: false },
};

/** Claims on other ids of the service: the pod that has each of them, and the id of the service that it registered in. */
type Others = readonly (readonly [owner: Partial<Claim['owner']>, serviceId: string])[];

async function releasedWithoutService(others: Others) {
  const world = await aReleasingPod({}, noService);
  const { stores } = world;
  await stores.services.save(service, knownService);
  for (const [index, [owner, serviceId]] of others.entries()) {
    const { cluster, namespace, name } = pod;
    const id = { service, instanceId: `10.0.1.${index}` };
    await stores.claims.take(id, { cluster, namespace, name, uid: `other-${index}`, ...owner }, serviceId, 0);
  }
  await releaseInstance(world.deps, record, registration);
  return world;
}

describe('a release whose service somebody else deleted', () => {
  it('a release whose service is gone asks one other pod of that service to resync', async () => {
    const { sent } = await releasedWithoutService([
      [{ name: 'front-1', uid: 'recreated' }, 'srv-1'],
      [{ name: 'front-2' }, 'srv-0'],
      [{ name: 'front-3' }, 'srv-1'],
      [{ name: 'front-4' }, 'srv-1'],
    ]);
    expect(sent).toEqual([
      {
        ...{ type: 'Pod Resync Requested', version: 1, group: 'local/shop/front-3', cluster: 'local' },
        ...{ pod: { namespace: 'shop', name: 'front-3' }, run: 'srv-1' },
        reason: 'Cloud Map service srv-1 is gone',
      },
    ]);
  });

  it.each<[string, Others]>([
    ['it was the only one', []],
    ['the others are its own former pods', [[{ uid: 'recreated' }, 'srv-1']]],
    ['the others are in another service of that name', [[{ name: 'front-2' }, 'srv-0']]],
  ])('a release whose service is gone asks no pod where %s', async (_why, others) => {
    const { sent, stores, remaining } = await releasedWithoutService(others);
    expect(sent).toEqual([]);
    expect(await stores.services.find(service)).toBeUndefined();
    expect(await remaining()).toEqual(released);
  });
});

describe('a release whose instance Cloud Map does not find', () => {
  it.each([0, 29_999, -29_999])('an instance touched %i ms ago may not be visible yet', async (ageMs) => {
    const { deps, clock, remaining } = await aReleasingPod({ touchedAtMs: 100_000 }, noInstance);
    clock.nowMs = 100_000 + ageMs;
    const release = releaseInstance(deps, record, registration);
    const message = `instance 10.0.0.1 of shop.local/front was touched ${ageMs} ms ago and cannot be found yet`;
    await expect(release).rejects.toMatchObject({ name: 'WaitError', message, retryAfterMs: 10_000 });
    await expect(release).rejects.toBeInstanceOf(WaitError);
    await expect(release).rejects.toHaveProperty('cause.message', 'no instance');
    expect(await remaining()).toEqual({ claim: 'releasing', registrations: 1 });
  });

  it.each([30_000, 1e9, -30_000])('an instance touched %i ms ago and not found is gone', async (ageMs) => {
    const world = await aReleasingPod({ touchedAtMs: 100_000 }, noInstance);
    world.clock.nowMs = 100_000 + ageMs;
    await releaseInstance(world.deps, record, registration);
    expect(await world.remaining()).toEqual(released);
    expect([world.counted, world.noted, world.logged, world.sent]).toEqual([[], [], [], []]);
  });

  it.each([new PermanentError('not allowed'), new NotFoundError('operation', 'no operation')])(
    'a refusal of the call is no sign that the instance is gone: $message',
    async (error) => {
      const world = await aReleasingPod({}, { deregisterInstance: () => Promise.reject(error) });
      world.clock.nowMs = 1e9;
      await expect(releaseInstance(world.deps, record, registration)).rejects.toBe(error);
      expect(await world.remaining()).toEqual({ claim: 'releasing', registrations: 1 });
    },
  );
});
