import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { KnownNamespace, KnownService, ListedService } from '../../shared/ports/service-entry-ports.ts';
import { EntryRun } from '../../shared/service-entries/entry-run.ts';
import type { CatalogListing, SelectedService } from '../../shared/service-entries/list-catalog.ts';
import type { ServiceRead } from '../../shared/service-entries/read-services.ts';
import { recordListing, recordReads } from '../../shared/service-entries/record-reads.ts';
import { EntriesHarness } from './entries-harness.ts';
import { applied, entryFor, foreign, instancesOf, ip, serviceOf } from './plan/fixtures.ts';

let run: EntryRun;
let saved: KnownService[];
let removed: string[];
let namespacesSaved: (readonly KnownNamespace[])[];

beforeEach(() => {
  const { deps } = new EntriesHarness();
  const made = EntryRun.of(deps, 'local');
  if (made === undefined) throw new Error('expected a run');
  run = made;
  [saved, removed, namespacesSaved] = [[], [], []];
  vi.spyOn(deps.entries, 'saveService').mockImplementation(async (_, each) => void saved.push(each));
  vi.spyOn(deps.entries, 'removeService').mockImplementation(async (_, id) => void removed.push(id));
  vi.spyOn(deps.entries, 'saveNamespaces').mockImplementation(
    async (_, each) => void namespacesSaved.push(each),
  );
});

const source = '111122223333/eu-west-1/shop.local/web';
const shop: KnownNamespace = {
  ...{ id: 'ns-1', name: 'shop.local', httpName: 'shop.local', type: 'HTTP', isSelected: true },
  ...{ arn: 'arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-1', serviceCount: 1 },
};
const listed = (id: string): ListedService => ({ id, arn: `arn-${id}`, name: id, healthCheck: 'none' });
const known = (id: string, changes: Partial<KnownService> = {}): KnownService => ({
  ...{ ...listed(id), namespaceId: 'ns-1', isSelected: true },
  ...changes,
});
const read = (id: string, changes: Partial<ServiceRead> = {}): ServiceRead => ({
  ...{ listed: listed(id), namespace: shop },
  read: { instances: [], revision: 7, digest: 'digest' },
  ...changes,
});
const entry = applied({
  ...entryFor(serviceOf('web', instancesOf(ip('10.0.0.1')))),
  annotations: { 'eks-mesh-sync/cluster': 'local', 'eks-mesh-sync/source-object': source },
});
const written = (changes: object = {}) => ({ entries: new Map(), failed: new Set<string>(), ...changes });
/** What is stored of a service that was read in this run. */
const recordOf = (id: string, changes: Partial<KnownService> = {}) => ({
  ...{ ...known(id), instances: 'digest', readAtMs: run.startedAtMs, basis: run.basis, revision: 7 },
  ...changes,
});

describe('the record of a service that was read', () => {
  it('has its entry, as it is after the writes', async () => {
    const { uid } = entry.metadata;
    const state = { namespace: 'default', name: 'cloudmap-web.shop.local', uid };
    const others = foreign('default', 'x', ['api.shop.local']);
    const recorded = await recordReads(run, [read('web'), read('api')], {
      live: [others, entry],
      written: written(),
    });
    expect(saved).toEqual([recordOf('web', { entry: { ...state, resourceVersion: '1' } }), recordOf('api')]);
    expect(saved[1]).not.toHaveProperty('entry');
    expect(recorded).toEqual(new Set(['web', 'api']));
    saved = [];
    const later = { ...entry, metadata: { ...entry.metadata, resourceVersion: '2' } };
    const entries = new Map([['x', later]]);
    await recordReads(run, [read('web')], { live: [entry], written: written({ entries }) });
    expect(saved).toEqual([recordOf('web', { entry: { ...state, resourceVersion: '2' } })]);
  });

  it('is none if it was not read, or if its entry could not be written', async () => {
    const failed = new Set([source]);
    const reads = [read('web'), read('api', { read: undefined })];
    expect(await recordReads(run, reads, { live: [], written: written({ failed }) })).toEqual(new Set());
    expect(saved).toEqual([]);
  });

  it('has no entry if another service has its names, and no revision if it has none', async () => {
    const twins = [read('web'), read('web-2', { listed: { ...listed('web'), id: 'web-2' } })];
    await recordReads(run, twins, { live: [entry], written: written() });
    expect(saved.map(({ id, entry: state }) => [id, state])).toEqual([
      ['web', undefined],
      ['web-2', undefined],
    ]);
    saved = [];
    await recordReads(run, [read('api', { read: { instances: [], revision: undefined, digest: 'd' } })], {
      ...{ live: [], written: written() },
    });
    expect(saved[0]).not.toHaveProperty('revision');
  });

  it.each<[string, number, Partial<KnownService>, boolean]>([
    ['says the same', 0, {}, false],
    ['says the same in another order', 0, { name: 'api', revision: 7 }, false],
    ['is half an hour old', 1_800_000, {}, false],
    ['is older', 1_800_001, {}, true],
    ['has another revision', 0, { revision: 6 }, true],
    ['has an entry', 0, { entry: { namespace: '', name: '', uid: '', resourceVersion: '' } }, true],
    ['was never read', 0, { readAtMs: undefined }, true],
  ])('is written again if the known one %s', async (_, ageMs, changes, isWritten) => {
    const base = recordOf('api', { readAtMs: run.startedAtMs - ageMs });
    const former = Object.fromEntries(Object.entries({ ...base, ...changes }).toReversed());
    const reads = [read('api', { known: former as unknown as KnownService })];
    expect(await recordReads(run, reads, { live: [], written: written() })).toEqual(new Set(['api']));
    expect(saved).toEqual(isWritten ? [recordOf('api')] : []);
  });

  it('says when the instances changed, also those of a first read with some, and keeps that', async () => {
    const { startedAtMs } = run;
    const some = { instances: [{ id: '10.0.0.1', attributes: {} }], revision: 7, digest: 'digest' };
    const cases: readonly [Partial<ServiceRead>, number | undefined][] = [
      [{}, undefined],
      [{ read: some }, startedAtMs],
      [{ known: recordOf('api', { instances: 'other', changedAtMs: 1 }) }, startedAtMs],
      [{ known: recordOf('api', { revision: 6, changedAtMs: 1 }) }, 1],
    ];
    for (const [changes, changedAtMs] of cases) {
      saved = [];
      await recordReads(run, [read('api', changes)], { live: [], written: written() });
      expect(saved.map((one) => one.changedAtMs)).toEqual([changedAtMs]);
    }
  });
});

describe('the records of a listing', () => {
  const selected = (id: string): SelectedService => ({ listed: listed(id), namespace: shop });
  const part = (changes: Partial<CatalogListing['parts'][number]> = {}) => ({
    ...{ namespace: shop, isComplete: true, services: [], others: [] },
    ...changes,
  });
  const listing = (changes: Partial<CatalogListing> = {}): CatalogListing => ({
    ...{ isComplete: true, namespaces: [shop], parts: [part()] },
    ...changes,
  });
  const record = (given: CatalogListing, services: readonly KnownService[], changes: object = {}) =>
    recordListing(run, given, {
      known: {
        namespaces: new Map([[shop.id, shop]]),
        services: new Map(services.map((each) => [each.id, each])),
      },
      ...{ recorded: new Set(), isDeletionLeft: false },
      ...changes,
    });

  it('are those of new services, imported or not, but not of those that were read', async () => {
    const parts = [
      part({
        services: [selected('a'), selected('b'), selected('read')],
        others: [listed('c'), listed('d')],
      }),
    ];
    await record(listing({ parts }), [known('b'), known('d', { isSelected: false })], {
      recorded: new Set(['read']),
    });
    const { basis } = run;
    expect(saved).toEqual([known('a', { basis }), known('c', { isSelected: false, basis })]);
    expect(removed).toEqual([]);
  });

  it('change if a service is imported by now, or no longer', async () => {
    const parts = [part({ services: [selected('a')], others: [listed('b')] })];
    await record(listing({ parts }), [known('a', { isSelected: false }), known('b')]);
    const { basis } = run;
    expect(saved).toEqual([known('a', { basis }), known('b', { isSelected: false, basis })]);
  });

  const other = { ...shop, id: 'ns-2', name: 'other.local' };
  it.each<[string, CatalogListing, readonly string[]]>([
    ['its namespace has only others', listing({ parts: [part({ services: [selected('x')] })] }), ['a']],
    [
      'another namespace has it',
      listing({ parts: [part({ namespace: other, services: [selected('a')] }), part()] }),
      ['a'],
    ],
    ['its namespace has it not any more', listing(), ['a']],
    ['not if it is imported', listing({ parts: [part({ services: [selected('x'), selected('a')] })] }), []],
    ['not if it is not imported', listing({ parts: [part({ others: [listed('x'), listed('a')] })] }), []],
    ['not if its namespace was not listed', listing({ parts: [part({ isComplete: false })] }), []],
    ['its namespace is gone', listing({ namespaces: [other], parts: [part({ namespace: other })] }), ['a']],
    [
      'not if not all namespaces were listed',
      listing({ isComplete: false, namespaces: [other], parts: [] }),
      [],
    ],
    [
      'its namespace is not imported',
      listing({ isComplete: false, namespaces: [other, shop], parts: [] }),
      ['a'],
    ],
  ])('one of a service is removed if %s', async (_, given, ids) => {
    await record(given, [known('a')]);
    expect(removed).toEqual(ids);
  });

  it('of namespaces are written only if they changed, or there were none', async () => {
    const ordered = Object.fromEntries(Object.entries(shop).toReversed()) as unknown as KnownNamespace;
    await record(listing({ namespaces: [ordered] }), []);
    expect(namespacesSaved).toEqual([]);
    await record(listing({ namespaces: [{ ...shop, listedAtMs: 5 }] }), []);
    expect(namespacesSaved).toEqual([[{ ...shop, listedAtMs: 5 }]]);
    const nothing = { namespaces: new Map(), services: new Map() };
    await record(listing({ namespaces: [], parts: [] }), [], { known: nothing });
    expect(namespacesSaved.at(-1)).toEqual([]);
    expect(namespacesSaved).toHaveLength(2);
  });

  it('of a namespace that was listed have no time of it, if a deletion is left', async () => {
    const times = [shop, other].map((each) => ({ ...each, listedAtMs: 5 }));
    const parts = [part(), part({ namespace: other, isComplete: false })];
    await record(listing({ namespaces: times, parts }), [], { isDeletionLeft: true });
    expect(namespacesSaved).toEqual([[shop, { ...other, listedAtMs: 5 }]]);
    expect(namespacesSaved[0]?.[0]).not.toHaveProperty('listedAtMs');
  });
});
