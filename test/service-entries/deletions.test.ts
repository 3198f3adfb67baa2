import { beforeEach, describe, expect, it, vi } from 'vitest';
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

describe('deletions', () => {
  it('the ServiceEntry of a service that no longer exists is deleted', async () => {
    const [first = ''] = shopWith(2);
    await harness.poll();
    harness.deregister(first, '10.0.0.0');
    harness.call('DeleteService', { Id: first });
    await harness.poll();
    expect(Object.keys(harness.endpoints)).toEqual(['s-1.shop']);
    expect(harness.lastReport).toMatchObject({ deleted: 1 });
    expect(await harness.entries.service('local', first)).toBeUndefined();
  });

  it('deletions do not happen in a namespace whose services cannot be listed, and the other namespaces go on', async () => {
    shopWith(2);
    const shop = harness.cloudMap.snapshot().namespaces[0]?.id ?? '';
    const other = harness.namespace('other');
    const [kept, gone] = [harness.service(other, 'kept'), harness.service(other, 'gone')];
    await harness.poll();
    harness.register(kept, '10.1.0.1');
    harness.call('DeleteService', { Id: gone });
    failOnce(harness, 'services', ({ name }) => name === 'shop');
    harness.service(shop, 'one-more');
    await expect(harness.poll()).rejects.toThrow('cannot be listed');
    expect(harness.endpoints).toEqual({
      ...{ 's-0.shop': ['10.0.0.0'], 's-1.shop': ['10.0.0.1'] },
      'kept.other': ['10.1.0.1'],
    });
    expect(harness.lastReport?.failures).toEqual([expect.stringContaining('cannot be listed')]);
  });

  it('deletions do not happen before Cloud Map was read, not even at a start with an empty table', async () => {
    shopWith(2);
    await harness.poll();
    const restarted = withoutMemory(harness);
    failOnce(restarted, 'namespaces', () => true);
    await expect(restarted.poll()).rejects.toThrow('cannot be listed');
    expect(restarted.live).toHaveLength(2);
  });

  it('deletions do not happen after a restart, and nothing is written again', async () => {
    shopWith(2);
    await harness.poll();
    const restarted = withoutMemory(harness);
    const { cluster } = await restarted.callsOf(() => restarted.poll());
    expect(cluster).toEqual({ discover: 1, list: 1 });
    expect(restarted.live).toHaveLength(2);
  });

  it('deletions do not happen to the ServiceEntry of a service that cannot be read', async () => {
    const [first = ''] = shopWith(2);
    await harness.poll();
    harness.register(first, '10.1.0.1');
    failOnce(harness, 'instances', () => true);
    await expect(harness.poll()).rejects.toThrow('cannot be listed');
    expect(harness.endpoints['s-0.shop']).toEqual(['10.0.0.0']);
    await harness.poll();
    expect(harness.endpoints['s-0.shop']).toEqual(['10.0.0.0', '10.1.0.1']);
  });

  it('deletions are capped in one run, and refused deletions are reported', async () => {
    const ids = shopWith(30);
    await harness.poll();
    ids.slice(0, 15).forEach((id, index) => {
      harness.deregister(id, `10.0.0.${index}`);
      harness.call('DeleteService', { Id: id });
    });
    await harness.poll();
    expect(harness.lastReport).toMatchObject({
      deleted: 10,
      refusedDeletions: 5,
      counts: { DeletionRefused: 5 },
    });
    expect(harness.live).toHaveLength(20);
  });

  it('deletions that fail do not count, and are tried again', async () => {
    const [first = ''] = shopWith(1);
    await harness.poll();
    harness.deregister(first, '10.0.0.0');
    harness.call('DeleteService', { Id: first });
    const { RetryableError } = await import('../../shared/model/errors.ts');
    vi.spyOn(harness.objects, 'delete').mockRejectedValueOnce(new RetryableError('the API server is down'));
    await expect(harness.poll()).rejects.toThrow('the API server is down');
    expect(harness.lastReport).toMatchObject({ deleted: 0 });
    expect(harness.live).toHaveLength(1);
    await harness.poll();
    expect(harness.lastReport).toMatchObject({ deleted: 1 });
    expect(harness.live).toHaveLength(0);
  });

  it('deletions never affect ServiceEntries of others', async () => {
    harness.objects.write(foreignEntry('x.example.com'), { manager: 'kubectl' });
    shopWith(1);
    await harness.poll();
    await harness.poll();
    expect(harness.live.map(({ metadata }) => metadata.name)).toContain('theirs');
    expect(harness.objects.calls.filter((call) => call.includes('theirs'))).toEqual([]);
  });
});

function foreignEntry(host: string) {
  return {
    ...{ apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry' },
    ...{ metadata: { namespace: 'default', name: 'theirs' }, spec: { hosts: [host] } },
  } as never;
}

/** A new start of the function with an empty table: the same Cloud Map and the same cluster. */
function withoutMemory(former: EntriesHarness): EntriesHarness {
  const next = new EntriesHarness().use(former.cloudMap);
  next.deps = { ...next.deps, kubernetesObjects: () => former.objects };
  return Object.assign(next, { objects: former.objects });
}

type Catalog = ReturnType<EntriesHarness['deps']['catalog']>;

/** The first call of the catalog's method with such an argument fails. */
function failOnce(
  target: EntriesHarness,
  method: keyof Catalog,
  isIt: (argument: { name: string }) => boolean,
): void {
  const catalog = target.deps.catalog(target.deps.cluster('local'));
  const original = catalog[method].bind(catalog) as (...args: unknown[]) => Promise<never>;
  let isDone = false;
  vi.spyOn(catalog, method).mockImplementation((async (...args: unknown[]) => {
    if (!isDone && isIt((args[0] ?? {}) as { name: string })) {
      isDone = true;
      throw new (await import('../../shared/model/errors.ts')).RetryableError('Cloud Map cannot be listed');
    }
    return original(...args);
  }) as never);
}
