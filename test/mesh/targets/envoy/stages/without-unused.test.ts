import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { unwantedIn, withTables } from '../../../../../shared/mesh/targets/envoy/stages/without-unused.ts';
import { changeOf, type Given } from './change.ts';

/** What becomes of what is not wanted, if listeners and routes are next as desired. */
function unwanted(given: Given & { readonly retired?: readonly string[] }) {
  const change = changeOf(given);
  const isRetired = (key: string) => (given.retired ?? []).includes(key);
  const { want } = change;
  const settled = { ...change.settled, isRetired };
  const { stays, unused, retired } = unwantedIn({ ...change, settled }, want);
  const keys = [
    ...change.was.clusters.keys(),
    ...[...change.was.routes.keys()].map((file) => `file ${file}`),
  ];
  return {
    removed: keys.filter((key) => !stays(key)),
    unused: [...unused].sort(),
    retired: [...retired].sort(),
  };
}

const listening = (clusters: readonly string[], tables: readonly string[] = []) => ({
  egress: { tables, clusters },
});

describe('what is not wanted any more', () => {
  const was = { clusters: { a: '1s', b: '1s' }, listeners: listening(['a', 'b']) };
  const want = { clusters: { a: '1s' }, listeners: listening(['a']) };

  it('is retired as soon as nothing names it, and stays though it may be removed', () => {
    const expected = { removed: [], unused: ['b'], retired: ['b'] };
    expect(unwanted({ was, want })).toEqual(expected);
    expect(unwanted({ was, want, removable: ['b'], retired: ['b'] })).toEqual(expected);
  });

  it('is removed once nothing has named it for some time', () => {
    const unnamed = { ...was, listeners: listening(['a']) };
    expect(unwanted({ was: unnamed, want })).toEqual({ removed: [], unused: ['b'], retired: ['b'] });
    expect(unwanted({ was: unnamed, want, retired: ['b'] })).toEqual({
      removed: [],
      unused: ['b'],
      retired: [],
    });
    expect(unwanted({ was: unnamed, want, removable: ['b'] })).toEqual({
      removed: ['b'],
      unused: [],
      retired: [],
    });
  });

  it('is neither while something names it', () => {
    const naming = { ...want, listeners: listening(['a', 'b']) };
    expect(unwanted({ was, want: naming, removable: ['b'] })).toEqual({
      removed: [],
      unused: [],
      retired: [],
    });
  });

  it('is not what is wanted, whether it is named or not', () => {
    const unnamed = { ...was, listeners: listening([]) };
    expect(
      unwanted({ was: unnamed, want: { ...was, listeners: listening([]) }, removable: ['a', 'b'] }),
    ).toEqual({
      removed: [],
      unused: [],
      retired: [],
    });
  });

  it('may be a port of an outbound listener that has its chains still', () => {
    const change = changeOf({ was, want });
    const { unused } = unwantedIn(change, { routes: new Map(), listeners: change.was.listeners });
    expect(unused).toContain('port b');
    expect(unused).not.toContain('port a');
  });

  it('is not what something leads to that listeners still name, by a cluster or by a table', () => {
    const tables = { 'egress-80': { one: ['b'] } };
    const clusters = { a: '1s', b: 'eds 1' };
    for (const live of [
      { clusters, listeners: listening(['a', 'b']) },
      { clusters, tables, listeners: listening(['a'], ['egress-80']) },
    ]) {
      const change = changeOf({ was: live, want });
      const { unused } = unwantedIn(change, { routes: new Map(), listeners: change.was.listeners });
      expect(unused.filter((key) => !key.startsWith('port '))).toEqual([]);
    }
  });

  it('was in use till now if what named it is wanted, though no listener leads to it', () => {
    const live = { clusters: { a: '1s', b: 'eds 1' }, listeners: listening(['a']) };
    const without = { clusters: { a: '1s', b: '1s' }, listeners: listening(['a']) };
    const file = ['file eds-b.json'];
    expect(unwanted({ was: live, want: without, removable: file, retired: file })).toEqual({
      ...{ removed: [], unused: file, retired: file },
    });
  });

  it('is not what a table leads to that is wanted, though no listener leads to it', () => {
    const tables = { 'egress-80': { one: ['b'] } };
    const removable = ['b'];
    expect(
      unwanted({
        was: { clusters: was.clusters, tables, listeners: listening(['a']) },
        want: { clusters: want.clusters, tables, listeners: listening(['a']) },
        removable,
      }),
    ).toEqual({ removed: [], unused: [], retired: [] });
  });

  it('is what a table leads to that is not wanted, with the table', () => {
    const tables = { 'egress-80': { one: ['b'] } };
    const given = {
      was: { clusters: was.clusters, tables, listeners: listening(['a']) },
      want: { clusters: want.clusters, listeners: listening(['a']) },
    };
    const both = ['b', 'file rds-egress-80.json'];
    expect(unwanted(given)).toEqual({ removed: [], unused: both, retired: both });
    expect(unwanted({ ...given, removable: both })).toEqual({ removed: both, unused: [], retired: [] });
  });
});

describe('the tables that stay', () => {
  const table = (...hosts: readonly (readonly string[])[]): Resource => ({
    name: 'egress',
    virtual_hosts: hosts.map((domains) => ({ name: domains[0], domains })),
  });
  const gateway: Resource = { name: 'gateway-80', virtual_hosts: [] };
  const first = 'rds-gateway-80.json';
  const second = 'rds-egress.json';
  const tablesOf = (
    next: Readonly<Record<string, Resource>>,
    was: Readonly<Record<string, Resource>>,
    removed: readonly string[] = [],
  ) => {
    const { was: state } = changeOf({});
    const { routes } = withTables(
      { routes: new Map(Object.entries(next)), listeners: new Map() },
      { ...state, routes: new Map(Object.entries(was)) },
      (key) => !removed.includes(key),
    );
    return Object.fromEntries(routes);
  };

  it('are in a node those that are not next, unless they are removed', () => {
    const [a, b] = [table(['a']), table(['b'])];
    expect(tablesOf({ [second]: a }, { [second]: b, 'rds-x.json': b })).toEqual({
      [second]: a,
      'rds-x.json': b,
    });
    expect(tablesOf({ [second]: a }, { 'rds-x.json': b }, ['file rds-x.json'])).toEqual({ [second]: a });
  });

  it('have in a gateway the live virtual hosts behind the next ones, unless a domain is taken', () => {
    const live = table(['a', 'x'], ['b'], ['c', 'd']);
    const was = { [first]: gateway, [second]: live };
    expect(tablesOf({ [first]: gateway, [second]: table(['a']) }, was)).toEqual({
      [first]: gateway,
      [second]: table(['a'], ['b'], ['c', 'd']),
    });
  });

  it('lack a virtual host of which all domains are removed', () => {
    const was = { [first]: gateway, [second]: table(['b'], ['c', 'd']) };
    const next = { [first]: gateway, [second]: table(['a']) };
    expect(tablesOf(next, was, ['host b', 'host c'])[second]).toEqual(table(['a'], ['c', 'd']));
    expect(tablesOf(next, was, ['host b', 'host c', 'host d'])[second]).toEqual(table(['a']));
  });

  it('have their virtual hosts in a gateway that has one of the hops no longer', () => {
    const was = { [first]: gateway, [second]: table(['b']) };
    expect(tablesOf({ [second]: table(['a']) }, was)).toEqual({
      [first]: gateway,
      [second]: table(['a'], ['b']),
    });
    expect(tablesOf({ [first]: gateway }, { [second]: table(['b'], ['c']) }, ['host c'])).toEqual({
      [first]: gateway,
      [second]: table(['b']),
    });
  });
});
