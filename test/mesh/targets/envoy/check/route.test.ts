import { describe, expect, it } from 'vitest';
import { routeTable } from '../../../../../shared/mesh/targets/envoy/check/route.ts';
import { faultsOf } from './found.ts';

const tableOf = (...hosts: readonly object[]) => ({ name: 'a', virtual_hosts: hosts });
const host = (...domains: readonly unknown[]) => ({ name: 'a', domains });

describe('the weights of a route', () => {
  const of = (...weights: readonly unknown[]) => {
    const clusters = weights.map((weight) => ({ name: 'a', weight }));
    const route = { match: { prefix: '/' }, route: { weighted_clusters: { clusters } } };
    return faultsOf(routeTable, tableOf({ ...host('a'), routes: [route] })).map((fault) =>
      fault.replace('virtual_hosts[0].routes[0].route.weighted_clusters', 'weighted'),
    );
  };
  const sum = 'weighted: the sum of weights must be more than 0 and fit in 32 bits';

  it.each<readonly [weights: readonly unknown[], faults: readonly string[]]>([
    [[1], []],
    [[1, 0], []],
    [[1, 2, 3], []],
    [[0], [sum]],
    [[0, 0], [sum]],
    [[2 ** 32 - 1], []],
    [[2 ** 32 - 2, 1], []],
    [[2 ** 32 - 1, 1], [sum]],
    [[undefined, 1], ['weighted.clusters[0].weight: is required']],
    [[undefined], ['weighted.clusters[0].weight: is required', sum]],
    [[], ['weighted.clusters: must have at least 1 item', sum]],
    [['a'], ['weighted.clusters[0].weight: must be a whole number from 0 to 4294967295', sum]],
  ])('%j: %j', (weights, faults) => {
    expect(of(...weights)).toEqual(faults);
  });
});

describe('the domains of a route table', () => {
  it('are there once, whatever their case', () => {
    expect(faultsOf(routeTable, tableOf(host('a', 'b'), host('c', 'a.c')))).toEqual([]);
    expect(faultsOf(routeTable, tableOf(host('A', 'b', 'a'), host('c', 'a')))).toEqual([
      'virtual_hosts[0].domains[2]: repeats the domain a',
      'virtual_hosts[1].domains[1]: repeats the domain a',
    ]);
  });

  it('are texts, at least one for each virtual host', () => {
    expect(faultsOf(routeTable, tableOf(host()))).toEqual([
      'virtual_hosts[0].domains: must have at least 1 item',
    ]);
    expect(faultsOf(routeTable, { name: 'a', virtual_hosts: [{ name: 'a' }] })).toEqual([
      'virtual_hosts[0].domains: is required',
    ]);
    expect(faultsOf(routeTable, tableOf(host(1)))).toEqual(['virtual_hosts[0].domains[0]: must be a text']);
  });
});
