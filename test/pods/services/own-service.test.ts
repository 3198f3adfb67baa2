import { describe, expect, it } from 'vitest';
import { RefusedError } from '../../../shared/model/errors.ts';
import { aService, key, minute, nowMs, of, ofCluster, ownersOf, type Situation } from './owned-service.ts';

describe('a pod that wants into a service without tenancy rules', () => {
  const read = ['list srv-1'];

  it.each<[string, Situation, boolean, string[]]>([
    ['owns a service that nobody used', {}, true, read],
    ['of the owner needs no read of fresh owners', { owners: [of('shop')], checkedMin: 4.99 }, true, []],
    [
      'of the owner needs no read where its clock is behind',
      { owners: [of('shop')], checkedMin: -4.99 },
      true,
      [],
    ],
    [
      'of the owner has the instances read every five minutes',
      { owners: [of('shop')], checkedMin: 5 },
      true,
      read,
    ],
    [
      'of the owner has them read where the time is far ahead',
      { owners: [of('shop')], checkedMin: -5 },
      true,
      read,
    ],
    ['of the owner needs no read where it is registered', { owners: [of('shop')] }, false, []],
    ['takes over from an owner that is gone', { owners: [of('blue')] }, true, read],
    [
      'takes over at once from a fresh owner without claims',
      { owners: [of('blue')], checkedMin: 1 },
      true,
      read,
    ],
    ['takes over though it is registered', { owners: [of('blue')] }, false, read],
  ])('%s', async (_what, situation, isNew, expected) => {
    const { own, calls, stored } = await aService(situation);
    await own(isNew);
    expect(calls).toEqual(expected);
    expect(ownersOf(await stored())).toEqual(['shop']);
    if (expected.length > 0)
      expect(await stored()).toMatchObject({ checkedAtMs: nowMs, claimedAs: { serviceName: 'front' } });
  });

  it.each<[string, Situation, string, string[]]>([
    [
      'by fresh owners that have claims, without a call',
      { owners: [of('blue')], checkedMin: 1, claims: [['blue']] },
      'service shop.local/front belongs to namespace blue of cluster local; to let namespace shop in',
      [],
    ],
    [
      'by fresh owners that had no time to register, without a call',
      { owners: [of('blue')], sinceMin: 1.99, checkedMin: 1.99 },
      'service shop.local/front belongs to namespace blue of cluster local; to let namespace shop in',
      [],
    ],
    [
      'by owners with instances',
      { owners: [of('blue')], instances: [ofCluster('blue')] },
      'service shop.local/front belongs to namespace blue of cluster local; to let namespace shop in',
      read,
    ],
    [
      'by whoever has instances where nobody owned it',
      { instances: [ofCluster('blue'), ofCluster('green')] },
      'belongs to namespace blue of cluster local and namespace green of cluster local; to let namespace shop in',
      read,
    ],
    [
      'by instances that no controller made',
      { owners: [of('blue')], instances: [{ color: 'red' }, { color: 'green' }] },
      'service shop.local/front holds instances of others (10.0.0.0); to let namespace shop in',
      read,
    ],
    [
      'by such instances where its own service was made by others',
      { owners: [of('shop')], instances: [{ color: 'red' }] },
      'service shop.local/front holds instances of others (10.0.0.0); to let namespace shop in',
      [...read, 'made srv-1'],
    ],
  ])('is refused %s', async (_what, situation, message, expected) => {
    const { own, calls } = await aService(situation);
    const asked = own();
    await expect(asked).rejects.toBeInstanceOf(RefusedError);
    await expect(asked).rejects.toMatchObject({ dependsOn: 'owners' });
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toThrow('tenancy: [{ kubernetesNamespaces: [');
    expect(calls).toEqual(expected);
  });

  it('is let into a service of its own though others add instances, if this system made it', async () => {
    const { own, calls } = await aService({
      ...{ owners: [of('shop')], instances: [{ color: 'red' }], isMadeHere: true },
    });
    await own();
    expect(calls).toEqual(['list srv-1', 'made srv-1']);
  });

  it('becomes the owner of a service with claims of its own under the names of the former owner', async () => {
    const claimedAs = { namespaceName: 'shop.local', serviceName: 'Front' };
    const world = await aService({ owners: [of('blue')], claimedAs, claims: [['blue', 'Front']] });
    await expect(world.own()).rejects.toThrow('belongs to namespace blue of cluster local');
    const free = await aService({ owners: [of('blue')], claimedAs, claims: [['green', 'Front']] });
    await expect(free.own()).rejects.toThrow('belongs to namespace green of cluster local');
  });
});

describe('the times and names of the owners', () => {
  it('the owners keep the time since when they own it, and their names, when the instances are read again', async () => {
    const claimedAs = { namespaceName: 'shop.local', serviceName: 'Front' };
    const { own, stored } = await aService({ owners: [of('shop')], claimedAs });
    await own();
    expect(await stored()).toMatchObject({ sinceMs: nowMs - 60 * minute, checkedAtMs: nowMs, claimedAs });
  });

  it('another owner has a time and names of its own', async () => {
    const claimedAs = { namespaceName: 'shop.local', serviceName: 'Front' };
    const { own, stored } = await aService({ owners: [of('blue')], claimedAs });
    await own();
    expect(await stored()).toEqual({
      ...{ owners: [of('shop')], leftoverNamespaces: [], sinceMs: nowMs, checkedAtMs: nowMs, version: 2 },
      claimedAs: { namespaceName: 'shop.local', serviceName: 'front' },
    });
  });

  it('as many owners as before, but others, are new', async () => {
    const { own, stored } = await aService({
      ...{ owners: [of('blue'), of('red')], claims: [['shop'], ['green']] },
    });
    await own();
    expect(ownersOf(await stored())).toEqual(['shop', 'green']);
    expect((await stored())?.sinceMs).toBe(nowMs);
  });

  it('the names include the namespace that clusters.yml chooses', async () => {
    const { own, stored } = await aService({});
    await own(true, { ...key, chosen: 'ns-1' });
    expect((await stored())?.claimedAs).toEqual({
      ...{ namespaceName: 'shop.local', serviceName: 'front', chosen: 'ns-1' },
    });
  });
});
