import { describe, expect, it } from 'vitest';
import type { ServiceKey } from '../../shared/model/identity.ts';
import type { ServiceView } from '../../shared/model/service-view.ts';
import type { ReadServices } from '../../shared/sweep/read-services.ts';
import { recordUsedServices } from '../../shared/sweep/record-used-services.ts';
import { aClaim } from '../explain/harness/pod-facts.ts';
import { aDependencies } from '../fakes/world.ts';

const nowMs = 1e12;
const hour = 3_600_000;
const keyOf = (serviceName: string, target = 'own/own'): ServiceKey => ({
  ...{ target, namespaceName: 'shop.local', serviceName },
});
const ours = { attributes: { 'k8s.io/cluster': 'local' } };
const foreign = { attributes: { 'k8s.io/cluster': 'second' } };

function aView(key: ServiceKey, changes: Partial<ServiceView> = {}): ServiceView {
  return {
    ...{ key, serviceId: 'srv-1', isFormer: false, hasCustomHealthCheck: true, instances: new Map() },
    ...{ claims: new Map(), underWay: new Map(), failedOperations: new Map() },
    ...changes,
  };
}

/** The services with a record of use after a sweep, with the time of the record in hours ago. */
async function recorded(given: {
  readonly used?: readonly ServiceKey[];
  readonly usedHoursAgo?: number;
  readonly views?: readonly ServiceView[];
  readonly unreachable?: readonly ServiceKey[];
  readonly named?: readonly ServiceKey[];
}) {
  const { deps, stores, clock } = aDependencies();
  clock.nowMs = nowMs;
  const usedAtMs = nowMs - (given.usedHoursAgo ?? 3) * hour;
  const used = (given.used ?? []).map((service) => ({ service, usedAtMs }));
  for (const record of used) await stores.usedServices.save('local', record);
  const read: ReadServices = {
    views: new Map((given.views ?? []).map((view, index) => [`${index}`, view])),
    ...{ used, unreachable: given.unreachable ?? [] },
    isNamed: (service) => given.named?.includes(service) ?? false,
  };
  await recordUsedServices(deps, 'local', read);
  const records = await Array.fromAsync(stores.usedServices.ofCluster('local'));
  return records.map(({ service, usedAtMs: atMs }) => [
    `${service.target} ${service.serviceName}`,
    (nowMs - atMs) / hour,
  ]);
}

describe('the record of a used service', () => {
  it.each<[string, Partial<ServiceView>, boolean]>([
    ['an instance of the cluster', { instances: new Map([['10.0.0.1', ours]]) }, true],
    ['a claim of the cluster', { claims: new Map([['10.0.0.1', aClaim()]]) }, true],
    ['an instance of another cluster', { instances: new Map([['10.0.0.1', foreign]]) }, false],
    ['nothing', {}, false],
  ])('is added if there is %s', async (_what, view, isAdded) => {
    const views = [aView(keyOf('front'), view)];
    expect(await recorded({ views })).toEqual(isAdded ? [['own/own front', 0]] : []);
  });

  it('is added for each service, and stays as it is where there is one', async () => {
    const instances = new Map([['10.0.0.1', ours]]);
    const keys = [keyOf('front'), keyOf('back'), keyOf('front', 'own/eu-west-1')];
    const views = keys.map((key) => aView(key, { instances }));
    expect((await recorded({ views, used: [keyOf('back')] })).toSorted()).toEqual([
      ['own/eu-west-1 front', 0],
      ['own/own back', 3],
      ['own/own front', 0],
    ]);
  });

  it('is removed once nothing is left, but not soon after its use', async () => {
    const used = [keyOf('front')];
    expect(await recorded({ used })).toEqual([]);
    expect(await recorded({ used, views: [aView(keyOf('front'))] })).toEqual([]);
    expect(await recorded({ used, usedHoursAgo: 1 })).toEqual([['own/own front', 1]]);
  });

  it('stays while the cluster has anything there', async () => {
    const instances = new Map([['10.0.0.1', ours]]);
    const views = [aView(keyOf('front'), { instances }), aView(keyOf('back'))];
    expect(await recorded({ used: [keyOf('front'), keyOf('back')], views })).toEqual([['own/own front', 3]]);
  });

  it('stays while an object names the service, or it cannot be read', async () => {
    const [front, back] = [keyOf('front'), keyOf('back')];
    expect(await recorded({ used: [front, back], named: [front] })).toEqual([['own/own front', 3]]);
    const elsewhere = keyOf('front', 'own/eu-west-1');
    expect(await recorded({ used: [front, back, elsewhere], unreachable: [elsewhere, back] })).toEqual([
      ['own/own back', 3],
      ['own/eu-west-1 front', 3],
    ]);
  });
});
