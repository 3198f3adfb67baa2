import { describe, expect, it } from 'vitest';
import { faultsOf, faultsOfPart } from '../../../../../shared/mesh/targets/envoy/check/faults.ts';
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

  it('names each resource by its kind and name', () => {
    const odd = { odd: 1 };
    const wrong = {
      ...{ listeners: [{ name: 'a', ...odd }], clusters: [{ name: 'b', ...odd }] },
      ...{ routes: [{ name: 'c', ...odd }], secrets: [{ name: 'e', ...odd }] },
      endpoints: [{ cluster_name: 'd', ...odd }],
    };
    const unknown = faultsOf(wrong).filter(({ path }) => path === 'odd');
    expect(unknown.map(({ resource }) => resource)).toEqual([
      'listener a',
      'cluster b',
      'route table c',
      'endpoints d',
      'secret e',
    ]);
  });

  it('finds two different resources of one name of each kind', () => {
    const twice = (name: string) => [
      { name, alt: 1 },
      { name, alt: 2 },
    ];
    const proxy = {
      ...{ listeners: twice('a'), clusters: twice('b'), routes: twice('c'), secrets: twice('d') },
      endpoints: [],
    };
    const repeated = faultsOf(proxy).filter(({ message }) => message === 'is the name of another one, too');
    expect(repeated.map(({ resource, path }) => `${resource} ${path}`)).toEqual([
      'listener a name',
      'cluster b name',
      'route table c name',
      'secret d name',
    ]);
  });

  it('finds what a resource names and the proxy has not, and nothing of that in a part', () => {
    const path = { path_config_source: { path: '/a' } };
    const manager = {
      '@type':
        'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
      stat_prefix: 'a',
      rds: { config_source: path, route_config_name: 'gone' },
    };
    const socket = (side: string) => ({
      name: 'tls',
      typed_config: {
        '@type': `type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.${side}TlsContext`,
        common_tls_context: { tls_certificate_sds_secret_configs: [{ name: 'lost', sds_config: path }] },
      },
    });
    const chain = {
      filters: [{ name: 'http', typed_config: manager }],
      transport_socket: socket('Downstream'),
    };
    const address = { socket_address: { address: '0.0.0.0', port_value: 80 } };
    const route = { match: { prefix: '/' }, route: { cluster: 'missing' } };
    const proxy = {
      listeners: [{ name: 'a', address, filter_chains: [chain] }],
      clusters: [
        {
          name: 'b',
          type: 'EDS',
          eds_cluster_config: { eds_config: path },
          transport_socket: socket('Upstream'),
        },
      ],
      routes: [{ name: 'c', virtual_hosts: [{ name: 'all', domains: ['*'], routes: [route] }] }],
      ...{ endpoints: [], secrets: [] },
    };
    expect(faultsOfPart(proxy)).toEqual([]);
    expect(faultsOf(proxy).map(({ resource, message }) => `${resource}: ${message}`)).toEqual([
      'listener a: names the route table gone, which is not there',
      'listener a: names the tls_certificate lost, which is not there',
      'cluster b: there are no endpoints of b',
      'cluster b: names the tls_certificate lost, which is not there',
      'route table c: names the cluster missing, which is not there',
    ]);
  });
});
