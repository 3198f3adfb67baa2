import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../../../shared/mesh/targets/envoy/check/faults.ts';
import { mutantsOf } from '../../../../envoy/check/mutants.ts';
import { sample } from '../../../../envoy/check/sample.ts';

const mutants = mutantsOf(sample);

/** The faults of the sample after one change. */
function faultsAfter(change: string): readonly string[] {
  const mutant = mutants.find((each) => each.change === change);
  if (mutant === undefined) throw new Error(`there is no mutant ${change}`);
  return faultsOf(mutant.value).map(({ resource, path, message }) => `${resource}: ${path} ${message}`);
}

describe('the check of what Envoy would refuse', () => {
  it('finds nothing in a right proxy', () => {
    expect(faultsOf(sample)).toEqual([]);
  });

  it.for([
    ['routes.1.virtual_hosts.0.routes.1.route.cluster = "x"', 'names the cluster x, which is not there'],
    [
      'routes.1.virtual_hosts.0.routes.0.route.weighted_clusters.clusters.0.weight = 0',
      'the sum of weights must be more than 0',
    ],
    [
      'routes.1.virtual_hosts.0.routes.0.route.weighted_clusters.clusters.1.weight removed',
      'weight is required',
    ],
    [
      'listeners.1.filter_chains.1.filters.0.typed_config.weighted_clusters.clusters.0.weight = 0',
      'must be a whole number from 1',
    ],
    ['routes.1.virtual_hosts.0.domains with its first item twice', 'repeats the domain front.shop'],
    [
      'listeners.0.filter_chains with its first item twice',
      'filter_chains[3].filter_chain_match matches what filter_chains[0] matches',
    ],
    ['routes.1.virtual_hosts.0.routes.1.match.safe_regex.regex = "("', 'regex is not a regular expression'],
    ['routes.1.virtual_hosts.0.routes.0.match with an unknown field', 'unknown_field is a field'],
    ['clusters.0.connect_timeout = "0s"', 'connect_timeout must be more than 0 s'],
    [
      'clusters.0.load_assignment.endpoints.0.lb_endpoints.0.endpoint.address.socket_address.address = "x"',
      'x',
    ],
    [
      'listeners.0.filter_chains.0.filters.0.typed_config.rds.route_config_name = "x"',
      'names the route table x',
    ],
    [
      'routes.1.virtual_hosts.0.routes.0.request_headers_to_add.0.header.value = "50%"',
      'no command of Envoy',
    ],
    ['secrets.1 removed', 'names the tls_certificate client'],
    ['endpoints.0 removed', 'there are no endpoints of egress_shop_red_8080'],
  ] as const)('names the place of a fault: %s', ([change, expected]) => {
    expect(faultsAfter(change).join('\n')).toContain(expected);
  });

  it('finds two different resources of one name, but lets parts of a proxy share one', () => {
    const [first] = sample.clusters;
    if (first === undefined) throw new Error('expected a cluster');
    expect(faultsOf({ ...sample, clusters: [...sample.clusters, first] })).toEqual([]);
    const other = { ...first, connect_timeout: '7s' };
    expect(faultsOf({ ...sample, clusters: [...sample.clusters, other] })).toEqual([
      { resource: 'cluster ingress_8080', path: 'name', message: 'is the name of another one, too' },
    ]);
  });
});
