import { describe, expect, it } from 'vitest';
import { NotFoundError, RetryableError } from '../../shared/model/errors.ts';
import type {
  KnownNamespace,
  KnownService,
  ListedNamespace,
  ListedService,
} from '../../shared/ports/service-entry-ports.ts';
import { EntryRun, type EntryScope } from '../../shared/service-entries/entry-run.ts';
import { listCatalog } from '../../shared/service-entries/list-catalog.ts';
import { EntriesHarness } from './entries-harness.ts';

const shop: ListedNamespace = {
  id: 'ns-shop',
  arn: 'arn:shop',
  name: 'shop',
  httpName: 'shop',
  type: 'HTTP',
  serviceCount: 2,
};
const paid: ListedNamespace = { ...shop, id: 'ns-paid', arn: 'arn:paid', name: 'paid', httpName: 'paid' };
const cart: ListedService = { id: 'srv-cart', arn: 'arn:cart', name: 'cart', healthCheck: 'none' };
const stock: ListedService = { ...cart, id: 'srv-stock', arn: 'arn:stock', name: 'stock' };
const knownOf = (service: ListedService, namespaceId = 'ns-shop', isSelected = true) =>
  ({ ...service, namespaceId, isSelected }) as unknown as KnownService;

interface Situation {
  readonly options?: object;
  readonly scope?: EntryScope;
  readonly own?: readonly ListedNamespace[];
  /** By ARN. */
  readonly shared?: Readonly<Record<string, ListedNamespace | Error>>;
  /** By name of the namespace. */
  readonly services?: Readonly<Record<string, readonly ListedService[] | Error>>;
  readonly tags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly namespaces?: (basis: string) => readonly KnownNamespace[];
  readonly known?: readonly KnownService[];
  /** How long the run takes until it lists. */
  readonly afterMs?: number;
}

const now = Date.UTC(2026, 0, 1);

async function listed(situation: Situation) {
  const {
    options = {},
    own = [shop],
    shared = {},
    services = { shop: [cart, stock] },
    tags = {},
  } = situation;
  const calls: string[] = [];
  const answer = <T>(call: string, value: T | Error | undefined): T => {
    calls.push(call);
    if (value instanceof Error || value === undefined) throw value ?? new Error(`unexpected call ${call}`);
    return value;
  };
  const catalog = {
    namespaces: async () => answer('namespaces', own),
    namespaceByArn: async (arn: string) => answer(`namespace ${arn}`, shared[arn]),
    services: async ({ name }: ListedNamespace) => answer(`services ${name}`, services[name]),
    tags: async (arn: string) => answer(`tags ${arn}`, tags[arn] ?? {}),
  };
  const times = [now];
  const deps = {
    ...new EntriesHarness(options).deps,
    catalog: () => catalog as never,
    clock: { now: () => times.shift() ?? now + (situation.afterMs ?? 0) },
  };
  const run = EntryRun.of(deps, 'local', situation.scope);
  if (run === undefined) throw new Error('expected a run');
  const namespaces = situation.namespaces?.(run.basis) ?? [];
  const listing = await listCatalog(run, {
    namespaces: new Map(namespaces.map((each) => [each.id, each])),
    services: new Map((situation.known ?? []).map((each) => [each.id, each])),
  });
  const { errors, isUnfinished, basis } = run;
  return { listing, calls, errors, isUnfinished, basis };
}

/** As it was listed a minute ago, but for what the test says. */
const lastListed =
  (changes: Partial<KnownNamespace> = {}) =>
  (basis: string) => [{ ...shop, isSelected: true, listedAtMs: now - 60_000, basis, ...changes }];

describe('a first listing', () => {
  it('has the namespaces with their services', async () => {
    const { listing, calls, basis } = await listed({ known: [knownOf(cart)] });
    const namespace = { ...shop, isSelected: true, basis, listedAtMs: now };
    expect(listing).toEqual({
      isComplete: true,
      namespaces: [namespace],
      parts: [
        {
          ...{ namespace, isComplete: true, others: [] },
          services: [
            { namespace, listed: cart, known: knownOf(cart), isListed: true },
            { namespace, listed: stock, isListed: true },
          ],
        },
      ],
    });
    expect(calls).toEqual(['namespaces', 'services shop']);
  });

  it('counts the services that were listed, if Cloud Map returns their number', async () => {
    const { serviceCount: _, ...uncounted } = paid;
    const { listing } = await listed({
      own: [{ ...shop, serviceCount: 7 }, uncounted],
      services: { shop: [cart], paid: [cart] },
    });
    expect(listing.namespaces.map(({ serviceCount }) => serviceCount)).toEqual([1, undefined]);
  });

  it('has the namespaces and services that the configuration selects, the services beside them, and no others', async () => {
    const options = { namespaces: [{ tags: { team: 'a' } }], services: [{ tags: { mesh: 'on' } }] };
    const tags = { 'arn:shop': { team: 'a' }, 'arn:paid': { team: 'b' }, 'arn:cart': { mesh: 'on' } };
    const { listing, calls } = await listed({ options, tags, own: [shop, paid] });
    expect(listing.namespaces.map(({ name, isSelected }) => [name, isSelected])).toEqual([
      ['shop', true],
      ['paid', false],
    ]);
    expect(
      listing.parts.map(({ services, others }) => [services.map((each) => each.listed), others]),
    ).toEqual([[[cart], [stock]]]);
    expect(calls).toEqual([
      ...['namespaces', 'tags arn:shop', 'tags arn:paid', 'services shop', 'tags arn:cart', 'tags arn:stock'],
    ]);
  });
});

describe('a later listing', () => {
  const known = [knownOf(cart), knownOf(stock, 'ns-shop', false), knownOf({ ...cart, id: 'x' }, 'ns-other')];

  it('has the known services while the namespace has as many', async () => {
    const { listing, calls, basis } = await listed({ namespaces: lastListed(), known });
    const [namespace] = lastListed()(basis);
    expect(listing).toEqual({
      isComplete: true,
      namespaces: [namespace],
      parts: [
        {
          ...{ namespace, isComplete: false, others: [] },
          services: [{ namespace, listed: known[0], known: known[0] }],
        },
      ],
    });
    expect(calls).toEqual(['namespaces']);
  });

  it.each<readonly [name: string, changes: Partial<KnownNamespace>, isListed: boolean]>([
    ['nothing', {}, false],
    ['the number of services', { serviceCount: 1 }, true],
    ['the name for DiscoverInstances', { httpName: 'other' }, true],
    ['the selection', { isSelected: false }, true],
    ['the configuration', { basis: 'other' }, true],
    ['the time of the last listing', { listedAtMs: undefined }, true],
    ['a listing of just under ten minutes ago', { listedAtMs: now - 599_999 }, false],
    ['a listing of ten minutes ago', { listedAtMs: now - 600_000 }, true],
    ['a listing in ten minutes', { listedAtMs: now + 600_000 }, true],
  ])('lists the services again for a change of %s: %#', async (_, changes, isListed) => {
    const { calls } = await listed({ namespaces: lastListed(changes) });
    expect(calls.includes('services shop')).toBe(isListed);
  });

  it('lists the services again if Cloud Map does not return their number', async () => {
    const { serviceCount: _, ...uncounted } = shop;
    const own = [uncounted];
    const namespaces = lastListed({ serviceCount: undefined });
    expect((await listed({ own, namespaces })).calls).toEqual(['namespaces', 'services shop']);
  });

  it.each<readonly [scope: EntryScope, calls: readonly string[]]>([
    [{ isFull: true }, ['namespaces', 'services shop']],
    [{ namespaceIds: new Set(['ns-shop']) }, ['namespaces', 'services shop']],
    [{ namespaceIds: new Set(['ns-paid']) }, ['namespaces']],
    [{ isOfKnown: true, namespaceIds: new Set(['ns-shop']) }, ['services shop']],
    [{ isOfKnown: true, namespaceIds: new Set(['ns-new']) }, ['namespaces']],
  ])('lists what the request names: %#', async (scope, calls) => {
    const found = await listed({ scope, namespaces: lastListed() });
    expect(found.calls).toEqual(calls);
    expect(found.listing.isComplete).toBe(calls.includes('namespaces'));
  });

  it('of known namespaces reads those of other accounts by ARN only', async () => {
    const options = {
      namespaces: [
        { name: 'shop' },
        { arn: 'arn:aws:servicediscovery:eu-west-1:111111111111:namespace/ns-far' },
      ],
    };
    const arn = options.namespaces[1]?.arn ?? '';
    const far: ListedNamespace = { ...paid, id: 'ns-far', arn, name: 'far', ownerAccount: '111111111111' };
    const namespaces = (basis: string) => [
      ...lastListed()(basis),
      { ...far, isSelected: true, listedAtMs: now - 1, basis },
    ];
    const scope = { isOfKnown: true };
    const { listing, calls } = await listed({ options, scope, namespaces, shared: { [arn]: far } });
    expect(listing.namespaces.map(({ name }) => name)).toEqual(['shop', 'far']);
    expect(calls).toEqual([`namespace ${arn}`]);
  });
});

describe('a namespace that the configuration names by ARN', () => {
  const arn = 'arn:aws:servicediscovery:eu-west-1:111111111111:namespace/ns-far';
  const far: ListedNamespace = { ...paid, id: 'ns-far', arn, name: 'far', ownerAccount: '111111111111' };
  const options = { namespaces: [{ arn }] };

  it('is read if it is not among those of the account', async () => {
    const { listing, calls } = await listed({
      options,
      own: [],
      shared: { [arn]: far },
      services: { far: [] },
    });
    expect(listing).toMatchObject({
      isComplete: true,
      namespaces: [{ name: 'far' }],
      parts: [{ isComplete: true }],
    });
    expect(calls).toEqual(['namespaces', `namespace ${arn}`, 'services far']);
  });

  it('is not read if it is', async () => {
    const { calls } = await listed({ options, own: [far], services: { far: [] } });
    expect(calls).toEqual(['namespaces', 'services far']);
  });

  it('is left out if it is shared no more', async () => {
    const found = await listed({
      options,
      own: [],
      shared: { [arn]: new NotFoundError('namespace', 'gone') },
    });
    expect(found).toMatchObject({ listing: { isComplete: true, namespaces: [], parts: [] }, errors: [] });
  });

  it('makes the listing incomplete if it cannot be read', async () => {
    const error = new RetryableError('slow');
    const found = await listed({ options, own: [], shared: { [arn]: error } });
    expect(found).toMatchObject({
      listing: { isComplete: false, namespaces: [], parts: [] },
      errors: [error],
    });
  });

  it('ends the run by a fault of the program', async () => {
    const fault = new TypeError('x is not a function');
    await expect(listed({ options, own: [], shared: { [arn]: fault } })).rejects.toBe(fault);
  });
});

describe('services that cannot be listed', () => {
  const error = new RetryableError('slow');
  const own = [shop, paid];
  const services = { shop: error, paid: [cart] };

  it('are those that are known, to be listed by the next run, and the other namespaces go on', async () => {
    const namespaces = lastListed({ serviceCount: 1 });
    const found = await listed({ own, services, namespaces, known: [knownOf(stock)] });
    const [first, second] = found.listing.parts;
    expect(first).toEqual({
      ...{ namespace: { ...shop, isSelected: true, listedAtMs: undefined }, isComplete: false, others: [] },
      services: [{ namespace: first?.namespace, listed: knownOf(stock), known: knownOf(stock) }],
    });
    expect(second).toMatchObject({ isComplete: true, services: [{ listed: cart }] });
    expect(found).toMatchObject({ errors: [error], isUnfinished: false });
  });

  it('are not listed for lack of time', async () => {
    const found = await listed({ own: [shop], afterMs: 15_000, known: [knownOf(stock)] });
    expect(found.calls).toEqual(['namespaces']);
    expect(found.isUnfinished).toBe(true);
    expect(found.listing.parts).toMatchObject([
      { isComplete: false, services: [{ listed: knownOf(stock) }] },
    ]);
  });

  it('end the run by a fault of the program', async () => {
    const fault = new TypeError('x is not a function');
    await expect(listed({ services: { shop: fault } })).rejects.toBe(fault);
  });
});
