import { describe, expect, it } from 'vitest';
import { PermanentError, RefusedError, WaitError } from '../../../shared/model/errors.ts';
import {
  aRegisteringPod,
  attributes,
  foreign,
  nowMs,
  owner,
  print,
  registration,
  service,
} from './registering.ts';

const healthy = { ...attributes, AWS_INIT_HEALTH_STATUS: 'HEALTHY' };
const registering = [
  'turn of RegisterInstance',
  'findInstance srv-1 10.0.0.1',
  'registerInstance srv-1 10.0.0.1',
];
/** Registered by this cluster for a pod that was recreated since. */
const ofFormerPod = { ...attributes, 'k8s.io/pod-uid': 'uid-0', added: 'by hand' };
const keys = Object.keys(attributes);

describe('the first registration of a pod', () => {
  it('is recorded, claimed, made and noted in this order', async () => {
    const world = await aRegisteringPod({ claim: null });
    await world.ensure();
    expect(world.calls).toEqual(registering);
    expect(world.registered).toEqual([healthy]);
    expect(await world.stored()).toEqual([{ ...registration, uid: 'uid-1' }]);
    expect(await world.stores.usedServices.find('local', service)).toEqual({ service, usedAtMs: nowMs });
    expect(world.logged).toEqual([
      ['claim taken', { cloudMapService: 'shop.local/front', instanceId: '10.0.0.1' }],
    ]);
    expect(world.counted).toEqual([['RegistrationLag', 500]]);
    expect(world.noted).toEqual([{ cluster: 'local', service, serviceId: 'srv-1' }]);
  });

  it('leaves a claim that shows all that was written', async () => {
    const world = await aRegisteringPod({ claim: null });
    await world.ensure();
    expect(await world.find()).toStrictEqual({
      ...{ ...registration, owner, phase: 'applied', serviceId: 'srv-1', touchedAtMs: nowMs },
      ...{ fingerprint: print, health: 'HEALTHY', operationId: 'op-1', version: 2 },
      ...{ attributeKeys: [...keys, 'AWS_INIT_HEALTH_STATUS'], waiting: [], waitRevision: 0 },
      journey: {
        ...{ correlationId: 'c-1', observedAtMs: nowMs - 500, receivedAtMs: nowMs - 100 },
        calledAtMs: nowMs,
      },
    });
  });

  it('keeps no health where the service has no custom health check', async () => {
    const world = await aRegisteringPod({ claim: null, service: { hasCustomHealthCheck: false } });
    await world.ensure();
    expect(world.registered).toEqual([attributes]);
    expect((await world.find())?.health).toBeUndefined();
    expect(world.calls).toEqual(registering);
  });

  it('is still the first one if an earlier call was not accepted', async () => {
    const world = await aRegisteringPod({ claim: { phase: 'claimed', fingerprint: undefined } });
    await world.ensure();
    expect([world.counted, world.registered]).toEqual([[['RegistrationLag', 500]], [healthy]]);
  });

  it('keeps no journey if nobody knows the change', async () => {
    const world = await aRegisteringPod({ claim: null, isSilent: true });
    await world.ensure();
    expect(world.registered).toEqual([healthy]);
    expect((await world.find())?.journey).toBeUndefined();
  });

  it('claims nothing before it is the turn of its call', async () => {
    const wait = new WaitError('later');
    const world = await aRegisteringPod({
      claim: null,
      cloudMap: { whenAllowed: () => Promise.reject(wait) },
    });
    await expect(world.ensure()).rejects.toBe(wait);
    expect([await world.find(), await world.stored(), world.logged]).toEqual([undefined, [], []]);
  });

  it('is given up if another namespace took the service while the id was claimed', async () => {
    const world = await aRegisteringPod({ claim: null });
    const { owners, replaceOwners } = world.stores.services;
    const { take } = world.stores.claims;
    world.stores.claims.take = async (...given) => {
      const previous = await owners.call(world.stores.services, { ...service, chosen: 'ns-1' });
      const next = { owners: [], sinceMs: 0, checkedAtMs: nowMs, leftoverNamespaces: [] };
      await replaceOwners.call(world.stores.services, { ...service, chosen: 'ns-1' }, next, previous);
      return take.apply(world.stores.claims, given);
    };
    const ensuring = world.ensure();
    await expect(ensuring).rejects.toBeInstanceOf(WaitError);
    await expect(ensuring).rejects.toThrow(
      'service shop.local/front was taken by another namespace meanwhile',
    );
    expect([await world.find(), await world.stored()]).toEqual([undefined, []]);
    expect(world.registered).toEqual([]);
  });
});

describe('the record of a registration', () => {
  it('is not written again for the same pod', async () => {
    const world = await aRegisteringPod({ claim: null, registrations: [{ uid: 'uid-1' }] });
    world.stores.pods.addRegistration = () => Promise.reject(new Error('not to be written'));
    await world.ensure();
    expect(await world.stores.usedServices.find('local', service)).toBeUndefined();
  });

  it.each([{ uid: 'uid-0' }, {}])('is taken over from a former pod of its name: %j', async (former) => {
    const world = await aRegisteringPod({ registrations: [former] });
    await world.ensure();
    expect(await world.stored()).toEqual([{ ...registration, uid: 'uid-1' }]);
    expect(await world.stores.usedServices.find('local', service)).toBeUndefined();
  });
});

describe('an instance that the claim shows as desired', () => {
  it('costs no call', async () => {
    const world = await aRegisteringPod();
    await world.ensure();
    expect([world.calls, world.logged, world.counted, world.noted]).toEqual([[], [], [], []]);
    expect(await world.stored()).toEqual([{ ...registration, uid: 'uid-1' }]);
    expect((await world.find())?.version).toBe(2);
  });

  it.each([
    ['its claim is not applied', { phase: 'claimed' } as const],
    ['it is in a service that was replaced', { serviceId: 'srv-0' }],
    ['a former pod of the name registered it', { owner: { ...owner, uid: 'uid-0' } }],
    ['it has other attributes', { fingerprint: '[]' }],
  ])('is registered again if %s', async (_why, claim) => {
    const world = await aRegisteringPod({ claim });
    await world.ensure();
    expect(world.registered).toEqual([healthy]);
    expect(await world.find()).toMatchObject({
      ...{ owner, phase: 'applied', serviceId: 'srv-1', fingerprint: print, operationId: 'op-1' },
    });
  });
});

describe('an update of an instance', () => {
  it('keeps the attributes of others and drops its own that are no longer desired', async () => {
    const world = await aRegisteringPod({
      claim: { fingerprint: '[]', attributeKeys: ['old', ...keys] },
      instance: { ...attributes, old: 'ours', added: 'by hand' },
    });
    await world.ensure();
    expect(world.registered).toEqual([{ ...healthy, added: 'by hand' }]);
    expect(await world.find()).toMatchObject({
      attributeKeys: [...keys, 'AWS_INIT_HEALTH_STATUS'],
      removal: { keys: ['old'], operationId: 'op-1', acceptedAtMs: nowMs },
    });
  });

  it('invalidates the claim before the call, with the keys that are and that will be on the instance', async () => {
    const world = await aRegisteringPod({
      claim: { fingerprint: '[]', attributeKeys: ['old'] },
      cloudMap: { registerInstance: () => Promise.reject(new PermanentError('wrong')) },
    });
    await expect(world.ensure()).rejects.toThrow('wrong');
    expect(await world.find()).toMatchObject({
      ...{ phase: 'claimed', fingerprint: 'invalidated', health: 'HEALTHY' },
      attributeKeys: ['old', ...keys, 'AWS_INIT_HEALTH_STATUS'],
    });
  });

  it('is no registration lag, and asks nobody who owns the service', async () => {
    const world = await aRegisteringPod({ claim: { fingerprint: '[]' } });
    const { owners } = world.stores.services;
    let reads = 0;
    world.stores.services.owners = (...given) => {
      reads += 1;
      return owners.apply(world.stores.services, given);
    };
    await world.ensure();
    expect([world.counted, reads]).toEqual([[], 1]);
    expect(world.logged).toEqual([
      ['claim taken', { cloudMapService: 'shop.local/front', instanceId: '10.0.0.1' }],
    ]);
  });

  it('is made whoever is named as the owner of the instance', async () => {
    const world = await aRegisteringPod({ claim: { fingerprint: '[]' }, instance: foreign });
    await world.ensure();
    expect(world.registered).toEqual([healthy]);
  });

  it('leaves the health to the call that sets it', async () => {
    const world = await aRegisteringPod({ claim: { fingerprint: '[]', health: 'UNHEALTHY' } });
    await world.ensure();
    expect(world.calls).toEqual([...registering, 'operations srv-1', 'setHealth srv-1 10.0.0.1 HEALTHY']);
    expect((await world.find())?.health).toBe('HEALTHY');
  });

  it('takes no place in a full service, unlike a registration that was never accepted', async () => {
    const full = { atMs: nowMs, quota: 'service' } as const;
    const update = await aRegisteringPod({ claim: { fingerprint: '[]' }, service: { full } });
    await update.ensure();
    expect(update.calls).toEqual(registering);
    const first = await aRegisteringPod({ claim: { phase: 'claimed' }, service: { full } });
    await first.ensure();
    expect(first.calls).toEqual([...registering, 'instanceCount srv-1']);
  });
});

describe('what others added to an instance', () => {
  it.each([
    ['of this pod', attributes, true],
    ['that names no pod', { app: 'front' }, true],
    ['of another pod', ofFormerPod, false],
  ])('%s is kept: %j', async (_whose, found, isKept) => {
    const world = await aRegisteringPod({
      claim: { fingerprint: '[]' },
      instance: { ...found, added: 'by hand' },
    });
    await world.ensure();
    expect(world.registered[0]?.added).toBe(isKept ? 'by hand' : undefined);
  });

  it('is not kept of a former pod of the name, whose own attributes are known', async () => {
    const world = await aRegisteringPod({
      claim: { owner: { ...owner, uid: 'uid-0' }, attributeKeys: ['old'] },
      instance: { ...ofFormerPod, old: 'ours' },
    });
    await world.ensure();
    expect(world.registered).toEqual([healthy]);
    expect(world.counted).toEqual([['RegistrationLag', 500]]);
    expect((await world.find())?.removal?.keys).toEqual(['old']);
  });
});

describe('an instance that somebody else registered', () => {
  const message =
    'instance 10.0.0.1 of shop.local/front is not ours: it belongs to cluster second; it is left alone';

  it.each([
    ['nothing was registered for the pod', null],
    ['its registration was never accepted', { phase: 'claimed', fingerprint: undefined } as const],
    ['its instance was being released', { phase: 'releasing' } as const],
  ])('is left alone if %s', async (_what, claim) => {
    const world = await aRegisteringPod({ claim, instance: foreign });
    const ensuring = world.ensure();
    await expect(ensuring).rejects.toBeInstanceOf(RefusedError);
    await expect(ensuring).rejects.toMatchObject({ message, dependsOn: 'instance' });
    expect([world.registered, await world.find(), await world.stored()]).toEqual([[], undefined, []]);
  });

  it('that is ours, or of nobody, is registered', async () => {
    for (const instance of [undefined, attributes]) {
      const world = await aRegisteringPod({ claim: null, ...(instance && { instance }) });
      await world.ensure();
      expect(world.registered).toEqual([healthy]);
    }
  });

  it('is waited for before it is the turn of the call, if its claim is of another pod', async () => {
    const world = await aRegisteringPod({ claim: { owner: { ...owner, name: 'front-2' } } });
    await expect(world.ensure()).rejects.toThrow('is held by pod shop/front-2 of cluster local');
    expect(world.calls).toEqual([]);
  });
});
