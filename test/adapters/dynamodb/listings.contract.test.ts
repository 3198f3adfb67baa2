import { beforeEach, describe, expect, it } from 'vitest';
import { Listings } from '../../../shared/adapters/dynamodb/listings.ts';
import { Reports } from '../../../shared/adapters/dynamodb/reports.ts';
import type { ListingStore, PodListingPart } from '../../../shared/ports/listing-store.ts';
import type { ReportStore, SweepReport } from '../../../shared/ports/sweep-ports.ts';
import { MemoryListings, MemoryReports } from '../../fakes/stores/memory-listings.ts';
import { dynamoDbTables } from './tables.ts';

interface Stores {
  readonly listings: ListingStore;
  readonly reports: ReportStore;
}

const startMs = Date.parse('2026-11-21T12:00:00Z');

/** A listing in so many parts of one pod each, `a/0`, `a/1`, …, which together cover the whole cluster. */
function partsOf(id: string, count: number, resourceVersion = '10'): [PodListingPart, ...PodListingPart[]] {
  const parts = Array.from({ length: count }, (_, index) => ({
    ...{ id, resourceVersion, part: index + 1, parts: count },
    from: index === 0 ? '' : `a/${index}`,
    to: index === count - 1 ? null : `a/${index + 1}`,
    objects: [{ key: `a/${index}`, uid: `uid-${id}-${index}` }],
  }));
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error('a listing has at least one part');
  return [first, ...rest];
}

const report: SweepReport = {
  ...{ run: 'run-1', cluster: 'local', startedAt: '2026-11-21T12:00:00.000Z', durationMs: 12 },
  ...{ source: 'api server', sourceAgeMs: 0, incomplete: undefined, pods: 2, instances: 3 },
  counts: { stale: 1, 'wrong health': 2 },
  findings: [
    { kind: 'stale', pod: 'shop/front-1', service: 'shop.local/front', instanceId: 'i', detail: 'x' },
  ],
  refused: [{ kind: 'stale', detail: 'x', reason: 'too many' }],
  repairs: 3,
  calls: { ListInstances: 1, 'list pods': 4 },
};

/** One suite for the real stores and for those that other tests use. */
function contract(makeStores: (now: () => number) => Promise<Stores>) {
  let stores: Stores;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = startMs;
    stores = await makeStores(() => nowMs);
  });
  const save = async (...parts: PodListingPart[]) => {
    for (const part of parts) {
      nowMs += 1000;
      await stores.listings.savePart('local', part);
    }
  };

  describe('kinds that were listed', () => {
    it('kinds that were listed are waited for since somebody asked first, until each was noted', async () => {
      const { listings } = stores;
      if (listings instanceof MemoryListings) listings.isNew = true;
      const kinds = ['Mesh', 'Namespace'];
      const since = nowMs;
      expect(await listings.listed('local', kinds)).toEqual({ waitingSinceMs: since });
      nowMs += 5_000;
      expect(await listings.listed('local', kinds)).toEqual({ waitingSinceMs: since });
      await listings.noteListed('local', 'Mesh');
      await listings.noteListed('local', 'Mesh');
      expect(await listings.listed('local', ['Mesh'])).toEqual({ waitingSinceMs: null });
      expect(await listings.listed('local', kinds)).toEqual({ waitingSinceMs: nowMs });
      await listings.noteListed('local', 'Namespace');
      expect(await listings.listed('local', kinds)).toEqual({ waitingSinceMs: null });
      expect(await listings.listed('other', ['Mesh'])).toEqual({ waitingSinceMs: nowMs });
    });
  });

  describe('listings', () => {
    it('listings count once every part has arrived, in whatever order', async () => {
      expect(await stores.listings.latest('local')).toBeUndefined();
      const [first, second, third] = partsOf('A', 3);
      await save(third as PodListingPart, first);
      expect(await stores.listings.latest('local')).toBeUndefined();
      await save(second as PodListingPart);
      expect(await stores.listings.latest('local')).toEqual({
        ...{ id: 'A', resourceVersion: '10', storedAtMs: startMs + 3000 },
        pods: new Map([0, 1, 2].map((index) => [`a/${index}`, `uid-A-${index}`])),
      });
      expect(await stores.listings.latest('other')).toBeUndefined();
    });

    it('listings stay until a later one is complete', async () => {
      await save(...partsOf('A', 2, '10'));
      const [first, second] = partsOf('B', 2, '20');
      await save(first);
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'A' });
      await save(second as PodListingPart);
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'B', resourceVersion: '20' });
    });

    it('listings are no younger and no more complete after a part that arrives again', async () => {
      const [first, second] = partsOf('A', 2);
      await save(first, first);
      expect(await stores.listings.latest('local')).toBeUndefined();
      await save(second as PodListingPart, first);
      expect(await stores.listings.latest('local')).toMatchObject({ storedAtMs: startMs + 3000 });
    });

    it('listings are of when the relay took them: a late one is not the last, nor one of the future younger than it is', async () => {
      const [early] = partsOf('A', 1, '10');
      const [late] = partsOf('B', 1, '9');
      const takenAt = (ms: number) => new Date(startMs + ms).toISOString();
      await save({ ...early, takenAt: takenAt(0) }, { ...late, takenAt: takenAt(-60_000) });
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'A', storedAtMs: startMs });
      await save({ ...late, id: 'C', takenAt: takenAt(3_600_000) });
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'C', storedAtMs: startMs + 3000 });
    });

    it('listings of an empty cluster say that nothing is there', async () => {
      const [part] = partsOf('A', 1);
      await save({ ...part, objects: [] });
      expect((await stores.listings.latest('local'))?.pods).toEqual(new Map());
    });

    it('listings of a rebuilt cluster count although their resourceVersion is lower', async () => {
      await save(...partsOf('A', 1, '1000'), ...partsOf('B', 1, '7'));
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'B' });
    });

    it('listings of one namespace only are not taken for the cluster', async () => {
      const [part] = partsOf('A', 1);
      await save({ ...part, from: 'a/', to: 'a0' });
      expect(await stores.listings.latest('local')).toBeUndefined();
      const [first, second] = partsOf('B', 2);
      await save({ ...first, from: 'a/' }, second as PodListingPart);
      expect(await stores.listings.latest('local')).toBeUndefined();
      await save(...partsOf('C', 1), { ...part, id: 'D', from: 'a/', to: 'a0' });
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'C' });
    });

    it('listings are each cluster’s own, also where one’s name begins like the other’s', async () => {
      await stores.listings.savePart('local-2', partsOf('A', 1)[0]);
      await save(...partsOf('B', 1));
      expect(await stores.listings.latest('local')).toMatchObject({ id: 'B' });
      expect(await stores.listings.latest('local-2')).toMatchObject({ id: 'A' });
    });
  });

  describe('reports', () => {
    it('reports are the last of each cluster', async () => {
      expect(await stores.reports.last('local')).toBeUndefined();
      await stores.reports.save('local', report);
      await stores.reports.save('other', { ...report, cluster: 'other' });
      expect(await stores.reports.last('local')).toEqual(report);
      await stores.reports.save('local', { ...report, run: 'run-2' });
      expect(await stores.reports.last('local')).toMatchObject({ run: 'run-2' });
      expect(await stores.reports.last('other')).toMatchObject({ run: 'run-1', cluster: 'other' });
    });
  });
}

describe('in memory', () => {
  contract(async (now) => ({ listings: new MemoryListings(now), reports: new MemoryReports() }));
});

describe('in DynamoDB (dynalite)', () => {
  const makeTable = dynamoDbTables();

  contract(async (now) => {
    const table = await makeTable();
    return { listings: new Listings(table, now), reports: new Reports(table) };
  });

  it('the DynamoDB store forgets a listing when its time is over, even if DynamoDB has not deleted it yet', async () => {
    let nowMs = startMs;
    const listings = new Listings(await makeTable(), () => nowMs);
    await listings.savePart('local', partsOf('A', 1)[0]);
    nowMs += 24 * 3600 * 1000 - 1000;
    expect(await listings.latest('local')).toMatchObject({ id: 'A', storedAtMs: startMs });
    nowMs += 2000;
    expect(await listings.latest('local')).toBeUndefined();
  });

  it('the DynamoDB store takes a listing for none of which DynamoDB has deleted a part', async () => {
    const table = await makeTable();
    const listings = new Listings(table, () => startMs);
    for (const part of partsOf('A', 2)) await listings.savePart('local', part);
    expect(await listings.latest('local')).toMatchObject({ id: 'A' });
    for await (const { pk, sk } of table.query('LISTING#local#A', '', '000002'))
      await table.delete({ pk, sk });
    expect(await listings.latest('local')).toBeUndefined();
  });

  it('the DynamoDB store keeps the largest part that a relay sends', async () => {
    const listings = new Listings(await makeTable(), () => startMs);
    const [part] = partsOf('A', 1);
    const objects = Array.from({ length: 1000 }, (_, index) => ({
      key: `${'n'.repeat(63)}/${'p'.repeat(250)}${index}`,
      uid: '0123456789abcdef0123456789abcdef0123',
    }));
    await listings.savePart('local', { ...part, objects });
    expect((await listings.latest('local'))?.pods.size).toBe(1000);
  });
});
