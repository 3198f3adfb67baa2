import { beforeEach, describe, expect, it } from 'vitest';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { RefusedError } from '../../../shared/model/errors.ts';
import { findOrCreateNamespace } from '../../../shared/pods/services/find-namespace.ts';
import { listingsOf } from '../../../shared/pods/services/namespace-listings.ts';
import type { CloudMap, CloudMapNamespace, Dependencies } from '../../../shared/ports/ports.ts';

const [config] = clustersFile.parse({ clusters: [{ name: 'local' }] }).clusters;
const minute = 60_000;

const namespace = (id: string, options: Partial<CloudMapNamespace> = {}): CloudMapNamespace => ({
  ...{ id, name: 'shop.local', kind: 'private-dns', httpName: 'shop.local' },
  ...options,
});

describe('a listing of namespaces', () => {
  let nowMs: number;
  let listed: readonly CloudMapNamespace[];
  let lists: number;
  let failure: Error | undefined;
  let cloudMap: CloudMap;
  const clock = { now: () => nowMs, sleep: async () => {} };
  const find = (name = 'shop.local') => {
    if (config === undefined) throw new Error('there is one cluster');
    return findOrCreateNamespace({ clock } as unknown as Dependencies, cloudMap, name, config);
  };
  const idOf = async (found: Promise<CloudMapNamespace>) => (await found).id;
  beforeEach(() => {
    nowMs = 1_000_000;
    listed = [namespace('ns-1')];
    lists = 0;
    failure = undefined;
    const namespacesNamed = async (name: string) => {
      lists += 1;
      const asListed = listed.filter((one) => one.name.toLowerCase() === name.toLowerCase());
      await new Promise((resolve) => setImmediate(resolve));
      if (failure !== undefined) throw failure;
      return asListed;
    };
    cloudMap = { namespacesNamed, vpcsOf: async () => [] } as unknown as CloudMap;
  });

  it('a listing of namespaces is shared by the pods that need one of its name at the same time', async () => {
    expect(await Promise.all([find(), find(), find()].map(idOf))).toEqual(['ns-1', 'ns-1', 'ns-1']);
    expect(lists).toBe(1);
  });

  it('a listing of namespaces serves for seconds, and not for a minute', async () => {
    await find();
    listed = [namespace('ns-2')];
    nowMs += 20_000;
    expect(await idOf(find())).toBe('ns-1');
    nowMs += minute;
    expect(await idOf(find())).toBe('ns-2');
    expect(lists).toBe(2);
  });

  it('a listing of namespaces is not used after a clock was put back', async () => {
    await find();
    nowMs -= 2 * minute;
    await find();
    expect(lists).toBe(2);
  });

  it('a listing of namespaces is repeated for a name that it does not have', async () => {
    listed = [];
    const missing = [find(), find(), find()].map((found) => expect(found).rejects.toThrow('does not exist'));
    await Promise.all(missing);
    expect(lists, 'the second listing began after all three were asked for').toBe(2);
    listed = [namespace('ns-1')];
    expect(await idOf(find())).toBe('ns-1');
  });

  it('a listing of namespaces that has two of the name is repeated, and both are refused as long as there are two', async () => {
    listed = [namespace('ns-1'), namespace('ns-2')];
    await expect(find()).rejects.toThrow('Cloud Map has 2 namespaces named shop.local');
    await expect(find()).rejects.toThrow(RefusedError);
    listed = [namespace('ns-2')];
    expect(await idOf(find())).toBe('ns-2');
  });

  it('a second namespace of the name is refused once the listing is a minute old', async () => {
    await find();
    listed = [namespace('ns-1'), namespace('ns-2')];
    nowMs += minute;
    await expect(find()).rejects.toThrow('Cloud Map has 2 namespaces named shop.local');
  });

  it('a listing of namespaces is repeated if a public one is the only one of the name', async () => {
    listed = [namespace('ns-1', { kind: 'public-dns' })];
    expect(await idOf(find())).toBe('ns-1');
    listed = [namespace('ns-1', { kind: 'public-dns' }), namespace('ns-2')];
    expect(await idOf(find())).toBe('ns-2');
  });

  it('a listing of namespaces that fails fails for all that share it, and the next pod lists again', async () => {
    failure = new Error('throttled');
    const failed = [find(), find()].map((found) => expect(found).rejects.toThrow('throttled'));
    await Promise.all(failed);
    expect(lists).toBe(1);
    failure = undefined;
    expect(await idOf(find())).toBe('ns-1');
  });

  it('a listing of namespaces is forgotten', async () => {
    await find();
    expect([listingsOf(cloudMap, clock).forget(), listingsOf(cloudMap, clock).forget()]).toEqual([
      true,
      false,
    ]);
    listed = [namespace('ns-2')];
    expect(await idOf(find())).toBe('ns-2');
  });
});
