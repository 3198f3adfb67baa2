import { describe, expect, it } from 'vitest';
import { namedIn } from '../../../../../shared/mesh/targets/envoy/stages/named-in.ts';
import { nextRoutes } from '../../../../../shared/mesh/targets/envoy/stages/next-routes.ts';
import { listIn, type Resource } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { both, changeOf, type Given } from './change.ts';
import type { SmallProxy } from './proxy-files.ts';

/** By table, its virtual hosts as `name → clusters`, or routes as `name → virtual host of the second hop`. */
function routesOf(given: Given) {
  const parts = (host: Resource) => listIn(host, 'routes').filter((each) => each.name !== undefined);
  const text = (each: Resource) => {
    const { clusters, hosts } = namedIn(each);
    return `${String(each.name)} → ${[...(hosts.size > 0 ? hosts : clusters)].join(' ')}`;
  };
  return Object.fromEntries(
    [...nextRoutes(changeOf(given))].map(([file, each]) => {
      const hosts = listIn(each, 'virtual_hosts');
      const routes = hosts.flatMap(parts);
      return [file.replace(/^rds-|\.json$/g, ''), (routes.length > 0 ? routes : hosts).map(text)];
    }),
  );
}

describe('the next virtual hosts of a route table', () => {
  const was = { tables: { 'egress-80': { one: ['a'], old: ['a'] }, 'egress-90': { one: ['a'] } } };

  it.each<readonly [name: string, given: Given, expected: object]>([
    [
      'are as desired if all that they name is settled',
      { was, want: { tables: { 'egress-80': { two: ['b'], one: ['b'] } } } },
      { 'egress-80': ['two → b', 'one → b'] },
    ],
    [
      'are the live one of one that has to wait, and none of a new one',
      {
        was,
        want: { tables: { 'egress-80': { new: ['b'], one: ['b', 'a'], two: ['a'] } } },
        unsettled: ['b'],
      },
      { 'egress-80': ['one → a', 'two → a'] },
    ],
    [
      'are none in a new table that has to wait',
      { want: { tables: { 'egress-80': { new: ['b'] } } }, unsettled: ['b'] },
      { 'egress-80': [] },
    ],
  ])('%s', (_, given, expected) => {
    expect(routesOf(given)).toEqual(expected);
  });

  it.each([
    ['cart', ['one → a']],
    ['CART', ['one → a']],
    ['stock', ['one → a', 'two → a']],
  ])('are the live ones if two would have a domain, cart and %s', (domain, expected) => {
    const change = changeOf({ unsettled: ['b'] });
    const host = (name: string, cluster: string, of: string) => ({
      ...{ name, domains: [of] },
      routes: [{ route: { cluster } }],
    });
    const table = (...hosts: readonly Resource[]) =>
      new Map([['rds-egress-80.json', { name: 'egress-80', virtual_hosts: hosts }]]);
    const [next] = nextRoutes({
      ...change,
      was: { ...change.was, routes: table(host('one', 'a', 'cart')) },
      want: { ...change.want, routes: table(host('one', 'b', 'other'), host('two', 'a', domain)) },
    }).values();
    const text = (each: Resource) => `${String(each.name)} → ${[...namedIn(each).clusters].join(' ')}`;
    expect(listIn(next, 'virtual_hosts').map(text)).toEqual(expected);
  });
});

describe('the next routes of the first hop of a gateway', () => {
  const hosts = { one: ['a'], two: ['a'] };
  const gateway = (routes: Readonly<Record<string, string>>): Partial<SmallProxy> => ({
    clusters: { ...both, self: '1s' },
    tables: { egress: hosts },
    firstHop: { 'gateway-80': routes },
  });

  it.each<readonly [name: string, was: object, want: object, expected: readonly string[]]>([
    [
      'are as desired',
      { 'apps/a': 'one' },
      { 'apps/b': 'one', 'apps/a': 'one' },
      ['apps/b → one', 'apps/a → one'],
    ],
    [
      'are the live one of one that has to wait, at its desired place',
      { 'apps/a': 'one', 'apps/b': 'one' },
      { 'apps/b': 'one', 'apps/a': 'two' },
      ['apps/b → one', 'apps/a → one'],
    ],
    [
      'are none of a new one that has to wait',
      { 'apps/a': 'one' },
      { 'apps/a': 'one', 'shop/b': 'two' },
      ['apps/a → one'],
    ],
    [
      'are those of its namespace that are not wanted, until then',
      { 'apps/a': 'one', 'apart/a': 'one' },
      { 'apps/b': 'two' },
      ['apps/a → one'],
    ],
    [
      'are not those of a namespace that does not wait',
      { 'apps/a': 'one', 'shop/a': 'one' },
      { 'shop/b': 'one', 'pay/x': 'two' },
      ['shop/b → one'],
    ],
  ])('%s', (_, was, want, expected) => {
    const given = { was: gateway({ ...was }), want: gateway({ ...want }), unsettled: ['host two'] };
    expect(routesOf(given)['gateway-80']).toEqual(expected);
  });
});
