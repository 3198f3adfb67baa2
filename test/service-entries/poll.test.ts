import { beforeEach, describe, expect, it, vi } from 'vitest';
import { syncEntries } from '../../shared/service-entries/sync-entries.ts';
import { entryName, own, theOnly } from './entries.ts';
import { EntriesHarness } from './entries-harness.ts';

let harness: EntriesHarness;
beforeEach(() => {
  harness = new EntriesHarness();
});

/** Namespace `shop` with the services s-0, s-1, …, each with one instance. */
function shopWith(count: number, more: object = {}): string[] {
  const shop = harness.namespace('shop');
  return Array.from({ length: count }, (_, index) => {
    const id = harness.service(shop, `s-${index}`, more);
    harness.register(id, `10.0.${index >> 8}.${index & 255}`);
    return id;
  });
}

describe('a comparison', () => {
  it('a comparison with Cloud Map writes a ServiceEntry for each service, with its instances', async () => {
    const [first = ''] = shopWith(2);
    harness.register(first, '10.1.0.1');
    await harness.poll();
    expect(harness.endpoints).toEqual({ 's-0.shop': ['10.0.0.0', '10.1.0.1'], 's-1.shop': ['10.0.0.1'] });
    expect(own(harness)).toHaveLength(2);
    expect(harness.lastReport).toMatchObject({ services: 2, written: 2, deleted: 0, counts: {} });
  });

  it('a comparison with Cloud Map that finds nothing new lists, reads revisions, and writes nothing', async () => {
    shopWith(3);
    await harness.poll();
    const calls = await harness.callsOf(() => harness.poll());
    expect(calls).toEqual({
      cloudMap: { ListNamespaces: 1, DiscoverInstancesRevision: 3 },
      cluster: { discover: 1, list: 1 },
    });
    expect(harness.lastReport).toMatchObject({ written: 0, deleted: 0 });
  });

  it('a comparison with Cloud Map reads and writes one service if one has changed', async () => {
    const [, second = ''] = shopWith(3);
    await harness.poll();
    harness.register(second, '10.1.0.1');
    const calls = await harness.callsOf(() => harness.poll());
    expect(calls.cloudMap).toMatchObject({ DiscoverInstancesRevision: 3, DiscoverInstances: 1 });
    expect(calls.cluster).toEqual({ discover: 1, list: 1, apply: 1 });
    expect(harness.endpoints['s-1.shop']).toEqual(['10.0.0.1', '10.1.0.1']);
  });

  it('a comparison with Cloud Map reads a service whose revision is lower than before', async () => {
    const [first = ''] = shopWith(1);
    await harness.poll();
    const known = await harness.entries.service('local', first);
    await harness.entries.saveService('local', { ...known, revision: 1_000 } as never);
    harness.register(first, '10.1.0.1');
    await harness.poll();
    expect(harness.endpoints['s-0.shop']).toEqual(['10.0.0.0', '10.1.0.1']);
  });

  it('a comparison with Cloud Map sees that an instance is unhealthy, though no revision changes, and writes only then', async () => {
    const [first = ''] = shopWith(1, { HealthCheckCustomConfig: {} });
    harness.register(first, '10.1.0.1');
    await harness.poll();
    const before = await harness.deps.catalog(harness.deps.cluster('local')).revision({
      ...{ id: first, arn: '', name: 's-0', healthCheck: 'custom' },
      namespace: { httpName: 'shop' },
    });
    harness.setHealth(first, '10.1.0.1', 'UNHEALTHY');
    expect(before).toBe(2);
    const calls = await harness.callsOf(() => harness.poll());
    expect(calls.cloudMap).toEqual({ ListNamespaces: 1, DiscoverInstances: 1 });
    expect(harness.endpoints['s-0.shop']).toEqual(['10.0.0.0']);
    const again = await harness.callsOf(() => harness.poll());
    expect(again.cluster).toEqual({ discover: 1, list: 1 });
  });

  it('a comparison with Cloud Map corrects a ServiceEntry that somebody changed, and creates one that somebody deleted', async () => {
    shopWith(2);
    await harness.poll();
    const [first, second] = own(harness);
    const ports = [{ number: 1, name: 'wrong', protocol: 'TCP' }];
    harness.objects.write({ ...first, spec: { ...first?.spec, ports } } as never, {
      manager: 'kubectl',
      force: true,
    });
    await harness.objects.delete({
      id: { ...entryName(second), namespace: 'default' },
      uid: second?.metadata.uid ?? '',
    });
    const wanted = first?.spec?.ports;
    await harness.poll();
    expect(harness.live).toHaveLength(2);
    const mended = harness.live.find(({ metadata }) => metadata.name === first?.metadata.name);
    expect(mended?.spec?.ports).toEqual(wanted);
  });

  it('a comparison with Cloud Map reads every page: 250 services beside those of other namespaces', async () => {
    const other = harness.namespace('other');
    for (let index = 0; index < 120; index++) harness.service(other, `o-${index}`);
    shopWith(250);
    await harness.poll();
    expect(harness.live).toHaveLength(370);
    await harness.poll();
    expect(harness.lastReport).toMatchObject({ services: 370, written: 0, deleted: 0 });
  });

  it('a comparison with Cloud Map imports what the configuration selects, by names and by tags', async () => {
    const tagged = { Tags: [{ Key: 'mesh', Value: 'yes' }] };
    harness = new EntriesHarness({
      namespaces: [{ name: 'sh*' }],
      services: [{ name: 'shop/cart' }, { tags: { mesh: 'y*' } }],
    });
    const [shop, other] = [harness.namespace('shop'), harness.namespace('other')];
    harness.service(shop, 'cart');
    harness.service(shop, 'secret');
    harness.service(shop, 'tagged', tagged);
    harness.service(other, 'cart', tagged);
    await harness.poll();
    expect(Object.keys(harness.endpoints)).toEqual(['cart.shop', 'tagged.shop']);
    const { cloudMap } = await harness.callsOf(() => harness.poll());
    expect(cloudMap).not.toHaveProperty('ListTagsForResource');
    expect(cloudMap).not.toHaveProperty('ListServices');
    harness.clock.advance(11 * 60_000);
    const later = await harness.callsOf(() => harness.poll());
    expect(later.cloudMap.ListTagsForResource).toBe(3);
  });

  it('a comparison with Cloud Map imports a namespace that another account shares, by its ARN', async () => {
    const owner = '111122223333';
    harness.cloudMap.handleAs(owner, 'CreateHttpNamespace', { Name: 'theirs' });
    const [theirs] = harness.cloudMap.snapshot().namespaces;
    harness.cloudMap.handleAs(owner, 'CreateService', { Name: 'cart', NamespaceId: theirs?.id });
    const arn = `arn:aws:servicediscovery:us-west-2:${owner}:namespace/${theirs?.id}`;
    harness = new EntriesHarness({ namespaces: [{ arn }] }).use(harness.cloudMap);
    await harness.poll();
    expect(Object.keys(harness.endpoints)).toEqual(['cart.theirs']);
    expect(own(harness)[0]?.metadata.annotations).toMatchObject({
      'eks-mesh-sync/source-object': `${owner}/us-west-2/theirs/cart`,
    });
  });

  it('a comparison with Cloud Map lists the services of a namespace when their number has changed, after ten minutes, and on request', async () => {
    shopWith(2);
    const other = harness.namespace('other');
    await harness.poll();
    const added = harness.service(other, 'added');
    const lists = async (work = () => harness.poll()) => (await harness.callsOf(work)).cloudMap.ListServices;
    expect(await lists()).toBe(1);
    expect(Object.keys(harness.endpoints)).toContain('added.other');
    expect(await lists()).toBeUndefined();
    expect(await lists(() => harness.poll({ namespaceId: other }))).toBe(1);
    expect(await lists(() => harness.poll({ isFull: true }))).toBe(2);
    harness.clock.advance(11 * 60_000);
    expect(await lists()).toBe(2);
    expect(added).not.toBe('');
  });

  it('a comparison with Cloud Map finds that a service was replaced by another, though their number is the same', async () => {
    const [first = ''] = shopWith(2);
    await harness.poll();
    harness.deregister(first, '10.0.0.0');
    harness.call('DeleteService', { Id: first });
    harness.service(harness.cloudMap.snapshot().namespaces[0]?.id ?? '', 'next');
    await harness.poll();
    expect(harness.sent).toMatchObject([
      { type: 'Service Entries Poll Requested', namespaceId: expect.stringMatching(/^ns-/) },
    ]);
    const [request] = harness.sent;
    await syncEntries(harness.deps, 'local', [request as never]);
    expect(Object.keys(harness.endpoints).sort()).toEqual(['next.shop', 's-1.shop']);
  });

  it('a comparison with Cloud Map on a full request reads everything', async () => {
    shopWith(2);
    await harness.poll();
    const { cloudMap } = await harness.callsOf(() => harness.poll({ isFull: true }));
    expect(cloudMap).toEqual({ ListNamespaces: 1, ListServices: 1, DiscoverInstances: 2 });
  });

  it('a comparison with Cloud Map reads all instances of a service that has more than DiscoverInstances returns', async () => {
    const [first = ''] = shopWith(1);
    for (let index = 0; index < 1_050; index++) harness.register(first, `10.2.${index >> 8}.${index & 255}`);
    await harness.poll();
    expect(harness.endpoints['s-0.shop']).toHaveLength(1_051);
  });

  it('a comparison with Cloud Map reports a cluster that does not serve ServiceEntries, and writes nothing', async () => {
    shopWith(1);
    harness.objects.served = { 'networking.istio.io/ServiceEntry': [] };
    await harness.poll();
    expect(harness.lastReport?.counts).toEqual({ KindNotServed: 1 });
    expect(harness.objects.calls.filter((call) => !call.startsWith('discover'))).toEqual([]);
  });

  it('a comparison with Cloud Map writes ServiceEntries as v1beta1 where the cluster has no v1', async () => {
    shopWith(1);
    harness.objects.served = { 'networking.istio.io/ServiceEntry': ['v1beta1'] };
    await harness.poll();
    expect(theOnly(harness).apiVersion).toBe('networking.istio.io/v1beta1');
  });

  it('a comparison with Cloud Map does nothing without serviceEntries in clusters.yml', async () => {
    const [config] = harness.deps.clusters;
    harness.deps = { ...harness.deps, cluster: () => ({ ...config, serviceEntries: undefined }) as never };
    expect(await harness.callsOf(() => harness.poll())).toEqual({ cloudMap: {}, cluster: {} });
  });
});

describe('a refused write', () => {
  it('a refused write is reported, delays no other write, and does not fail the run', async () => {
    shopWith(2);
    const { PermanentError } = await import('../../shared/model/errors.ts');
    vi.spyOn(harness.objects, 'create').mockRejectedValueOnce(new PermanentError('denied by a webhook'));
    await harness.poll();
    expect(harness.live).toHaveLength(1);
    expect(harness.lastReport?.counts).toEqual({ WriteRefused: 1 });
    await harness.poll();
    expect(harness.live).toHaveLength(2);
  });
});

describe('a write that fails', () => {
  it('a write that fails is repeated by the next comparison, though the revision has not changed since', async () => {
    const [first = ''] = shopWith(1);
    await harness.poll();
    harness.register(first, '10.1.0.1');
    const { RetryableError } = await import('../../shared/model/errors.ts');
    vi.spyOn(harness.objects, 'apply').mockRejectedValueOnce(new RetryableError('the API server is down'));
    await expect(harness.poll()).rejects.toThrow('the API server is down');
    expect(harness.endpoints['s-0.shop']).toEqual(['10.0.0.0']);
    await harness.poll();
    expect(harness.endpoints['s-0.shop']).toEqual(['10.0.0.0', '10.1.0.1']);
  });
});

describe('a run that has no more time', () => {
  it('a comparison with Cloud Map that has no more time leaves the rest to another run, which does only that', async () => {
    shopWith(60);
    slowDown(harness, 1_000);
    await harness.poll();
    expect(harness.live.length).toBeLessThan(60);
    expect(harness.sent).toMatchObject([{ type: 'Service Entries Poll Requested', cluster: 'local' }]);
    for (let run = 0; run < 10 && harness.live.length < 60; run++) await harness.poll();
    expect(harness.live).toHaveLength(60);
    expect(harness.lastReport).toMatchObject({ deleted: 0 });
  });
});

/** Each read of instances takes this long. */
function slowDown(target: EntriesHarness, milliseconds: number): void {
  const catalog = target.deps.catalog(target.deps.cluster('local'));
  const original = catalog.instances.bind(catalog);
  vi.spyOn(catalog, 'instances').mockImplementation(async (service) => {
    target.clock.advance(milliseconds);
    return original(service);
  });
}
