import { describe, expect, it } from 'vitest';
import { ConflictError, WaitError } from '../../../shared/model/errors.ts';
import type { Tenant } from '../../../shared/model/records/registration.ts';
import { isStillOwner, refuseIfOwned } from '../../../shared/pods/services/own-service.ts';
import {
  aService,
  key,
  leftover,
  nowMs,
  of,
  ownersOf,
  pod,
  type Situation,
  service,
} from './owned-service.ts';

describe('instances that the App Mesh controller left', () => {
  it.each<[string, Situation['livePods'], string[]]>([
    [
      'with their live pods, own the service together',
      [
        ['web', 'web-1'],
        ['shop', 'shop-1'],
      ],
      ['web', 'shop'],
    ],
    ['count while a pod of theirs lives', [['shop', 'shop-1']], ['shop']],
    ['do not count once their pods are deleted', [['web', 'web-1', { deleted: true }]], ['shop']],
    ['do not count once their pods terminate', [['web', 'web-1', { terminating: true }]], ['shop']],
    ['do not count if their pods are unknown', [], ['shop']],
  ])('%s', async (_what, livePods, expected) => {
    const instances = [leftover('web-1', 'web'), leftover('web-2', 'web'), leftover('shop-1', 'shop')];
    const { own, stored } = await aService({ instances, livePods: livePods ?? [] });
    await own();
    expect(ownersOf(await stored())).toEqual(expected);
    expect((await stored())?.leftoverNamespaces).toEqual(['web', 'shop']);
  });

  it('refuse a namespace that has none of them', async () => {
    const { own, stored } = await aService({
      ...{ instances: [leftover('web-1', 'web')], livePods: [['web', 'web-1']] },
    });
    await expect(own()).rejects.toThrow('service shop.local/front belongs to namespace web of cluster local');
    expect(ownersOf(await stored())).toEqual(['web']);
  });

  it('are checked for 20 pods', async () => {
    const instances = [...Array(21).keys()].map((index) => leftover(`web-${index}`, 'web'));
    const twentieth = await aService({ instances, livePods: [['web', 'web-19']] });
    await expect(twentieth.own()).rejects.toThrow('belongs to namespace web');
    const next = await aService({ instances, livePods: [['web', 'web-20']] });
    await next.own();
    expect(ownersOf(await next.stored())).toEqual(['shop']);
  });

  it('of a namespace have the instances read, though fresh owners have claims', async () => {
    const { own, calls, stored } = await aService({
      ...{ owners: [of('blue')], checkedMin: 1, claims: [['blue']], leftoverNamespaces: ['shop'] },
      ...{ instances: [leftover('shop-1', 'shop')], livePods: [['shop', 'shop-1']] },
    });
    await own();
    expect(calls).toEqual(['list srv-1']);
    expect(ownersOf(await stored())).toEqual(['blue', 'shop']);
  });
});

describe('owners that were written under other rules', () => {
  it('new owners without claims stay, even where a namespace with leftovers asks', async () => {
    const { own, stored } = await aService({
      ...{ owners: [of('blue')], sinceMin: 1.99, checkedMin: 1.99, leftoverNamespaces: ['shop'] },
    });
    await expect(own()).rejects.toThrow(
      'service shop.local/front belongs to namespace blue of cluster local',
    );
    expect(ownersOf(await stored())).toEqual(['blue']);
    const older = await aService({
      ...{ owners: [of('blue')], sinceMin: 2, checkedMin: 2, leftoverNamespaces: ['shop'] },
    });
    await older.own();
    expect(ownersOf(await older.stored())).toEqual(['shop']);
  });

  it('as many owners as before, of which one is another, are new', async () => {
    const { own, stored } = await aService({
      ...{ owners: [of('blue'), of('red')], claims: [['blue']] },
      ...{ instances: [leftover('shop-1', 'shop')], livePods: [['shop', 'shop-1']] },
    });
    await own();
    expect(ownersOf(await stored())).toEqual(['blue', 'shop']);
    expect((await stored())?.sinceMs).toBe(nowMs);
  });

  it('the claims are read under the namespace as the owner spells it', async () => {
    const claimedAs = { namespaceName: 'Shop.local', serviceName: 'front' };
    const { own, stores } = await aService({ owners: [of('blue')], claimedAs });
    const owner = { cluster: 'local', namespace: 'blue', name: 'blue-1', uid: 'uid-b' };
    const id = { service: { ...key, ...claimedAs }, instanceId: '10.0.0.9' };
    await stores.claims.take(id, owner, 'srv-1', 0);
    await expect(own()).rejects.toThrow('belongs to namespace blue of cluster local');
  });

  it('the owner that an earlier release stored by the names alone stays, and is stored with the service', async () => {
    const { own, stores, stored } = await aService({ claims: [['blue']] });
    const former = { owners: [of('blue')], sinceMs: 1, checkedAtMs: 1, leftoverNamespaces: [] };
    await stores.services.replaceOwners(key, former, undefined);
    await expect(own()).rejects.toThrow('belongs to namespace blue of cluster local');
    expect(await stored()).toMatchObject({
      owners: [of('blue')],
      sinceMs: 1,
      checkedAtMs: nowMs,
      version: 1,
    });
  });

  it('that owner is of no account where clusters.yml chooses the namespace', async () => {
    const { deps, own, stores, stored } = await aService({});
    const former = { owners: [of('blue')], sinceMs: nowMs, checkedAtMs: nowMs, leftoverNamespaces: [] };
    const chosen = { ...key, chosen: 'vpc-1' };
    await stores.services.replaceOwners(chosen, former, undefined);
    await own(true, chosen);
    expect(ownersOf(await stored())).toEqual(['shop']);
    expect(await isStillOwner(deps, chosen, service, pod)).toBe(true);
  });

  it('the advice names the services that the namespaces own today, and the requested one', async () => {
    const { own, stores } = await aService({ owners: [of('blue')], claims: [['blue']] });
    const other = { owners: [of('green')], sinceMs: 1, checkedAtMs: 1, leftoverNamespaces: [] };
    await stores.services.replaceOwners({ ...key, serviceName: 'back' }, other, undefined);
    await expect(own()).rejects.toThrow(
      'give cluster local in clusters.yml tenancy: [' +
        '{ kubernetesNamespaces: [blue], cloudMapNamespaces: [shop.local], services: [front] }, ' +
        '{ kubernetesNamespaces: [green], cloudMapNamespaces: [shop.local], services: [back] }, ' +
        '{ kubernetesNamespaces: [shop], cloudMapNamespaces: [shop.local], services: [front] }]',
    );
  });
});

describe('owners that change meanwhile', () => {
  /** Somebody else writes the owners before each of our first `times` writes. */
  async function contended(times: number) {
    const world = await aService({});
    const { services } = world.stores;
    const replace = services.replaceOwners.bind(services);
    let left = times;
    services.replaceOwners = async (...args) => {
      if (left-- > 0) throw new ConflictError('the owners changed');
      return replace(...args);
    };
    return world;
  }

  it('are read again, four times', async () => {
    const { own, calls, stored } = await contended(3);
    await own();
    expect(calls).toHaveLength(4);
    expect(ownersOf(await stored())).toEqual(['shop']);
    const more = await contended(4);
    const asked = more.own();
    await expect(asked).rejects.toBeInstanceOf(WaitError);
    await expect(asked).rejects.toThrow('the owners of service shop.local/front change too quickly');
    expect(more.calls).toHaveLength(4);
  });

  it('a fault of the table is no change of the owners', async () => {
    const { own, stores } = await aService({});
    stores.services.replaceOwners = () => Promise.reject(new Error('no table'));
    await expect(own()).rejects.toThrow('no table');
  });

  it('a former owner that takes a claim meanwhile has the service back', async () => {
    const world = await aService({ owners: [of('blue')] });
    const { services, claims } = world.stores;
    const replace = services.replaceOwners.bind(services);
    services.replaceOwners = async (...args) => {
      const written = await replace(...args);
      const blue = { cluster: 'local', namespace: 'blue', name: 'blue-1', uid: 'uid-b' };
      await claims.take({ service: key, instanceId: '10.0.0.9' }, blue, 'srv-1', 0);
      return written;
    };
    const asked = world.own();
    await expect(asked).rejects.toBeInstanceOf(WaitError);
    await expect(asked).rejects.toThrow('an owner of service shop.local/front has come back meanwhile');
    expect(ownersOf(await world.stored())).toEqual(['blue']);
  });
});

describe('a check of the owners', () => {
  it.each<[string, readonly Tenant[] | undefined, boolean]>([
    ['its namespace', [of('blue'), of('shop')], true],
    ['a namespace of that name in another cluster', [of('shop', 'second')], false],
    ['nobody', undefined, false],
  ])(
    'after the claim is taken, a pod is still let in where the service belongs to %s',
    async (_who, owners, expected) => {
      const { deps } = await aService(owners === undefined ? {} : { owners });
      expect(await isStillOwner(deps, key, service, pod)).toBe(expected);
    },
  );

  it('with tenancy rules, only these decide', async () => {
    const { deps, config } = await aService({ owners: [of('blue')] });
    const tenancy = [] as unknown as NonNullable<typeof config.tenancy>;
    expect(await isStillOwner({ ...deps, cluster: () => ({ ...config, tenancy }) }, key, service, pod)).toBe(
      true,
    );
  });

  it('before a service is created, it is refused where others own one of that name', async () => {
    const { deps } = await aService({ owners: [of('blue')], claims: [['blue']] });
    const refused = refuseIfOwned(deps, key, service, of('shop'));
    await expect(refused).rejects.toMatchObject({ name: 'RefusedError', dependsOn: 'owners' });
    await expect(refused).rejects.toThrow(
      'service shop.local/front belongs to namespace blue of cluster local; to let namespace shop in',
    );
    await expect(refuseIfOwned(deps, key, service, of('blue'))).resolves.toBeUndefined();
  });

  it.each<[string, Situation]>([
    ['nobody owned it', {}],
    ['its owners have left', { owners: [of('blue')] }],
    ['its owners have claims under other names only', { owners: [of('blue')], claims: [['blue', 'back']] }],
  ])('before a service is created, it is free where %s', async (_why, situation) => {
    const { deps } = await aService(situation);
    await expect(refuseIfOwned(deps, key, service, of('shop'))).resolves.toBeUndefined();
  });
});
