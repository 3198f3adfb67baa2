import { describe, expect, it } from 'vitest';
import {
  unknownClusters,
  unknownEndpoints,
  unknownSecrets,
  unknownTables,
} from '../../../../../shared/mesh/targets/envoy/check/references.ts';
import type { ProxyConfig } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { foundBy } from './found.ts';

describe('the clusters that a route table names', () => {
  const table = {
    virtual_hosts: [
      { routes: [] },
      {
        routes: [
          { direct_response: { status: 404 } },
          { route: { cluster: 'gone' } },
          { route: { cluster: 'here' } },
          { route: { weighted_clusters: { clusters: [{ name: 'here' }, { name: 'lost' }, { weight: 1 }] } } },
        ],
      },
    ],
  };

  it('are reported where the proxy has none of the name', () => {
    expect(foundBy((place) => unknownClusters(table, new Set(['here']), place), 'table')).toEqual([
      'table.virtual_hosts[1].routes[1].route.cluster: names the cluster gone, which is not there',
      'table.virtual_hosts[1].routes[3].route.weighted_clusters.clusters[1].name: names the cluster lost, which is not there',
    ]);
  });

  it('are all there', () => {
    expect(foundBy((place) => unknownClusters(table, new Set(['here', 'gone', 'lost']), place))).toEqual([]);
  });
});

describe('the route tables that a listener names', () => {
  const http = (name?: string) => ({ typed_config: { rds: { route_config_name: name } } });
  const tcp = { typed_config: { cluster: 'a' } };
  const listener = {
    filter_chains: [{ filters: [http('here')] }, { filters: [tcp, http('gone')] }, {}],
    default_filter_chain: { filters: [http('lost'), http()] },
  };

  it('are reported where the proxy has none of the name', () => {
    expect(foundBy((place) => unknownTables(listener, new Set(['here']), place))).toEqual([
      'filter_chains[1].filters[1].typed_config.rds: names the route table gone, which is not there',
      'default_filter_chain.filters[0].typed_config.rds: names the route table lost, which is not there',
      'default_filter_chain.filters[1].typed_config.rds: names the route table , which is not there',
    ]);
  });

  it('are all there, or none is named', () => {
    expect(foundBy((place) => unknownTables(listener, new Set(['here', 'gone', 'lost', '']), place))).toEqual(
      [],
    );
    expect(
      foundBy((place) => unknownTables({ filter_chains: [{ filters: [tcp] }] }, new Set(), place)),
    ).toEqual([]);
  });
});

describe('the secrets that a resource names', () => {
  const named = (name: string) => ({ name, sds_config: { path_config_source: { path: '/a' } } });
  const byAgent = { name: 'agent', sds_config: { api_config_source: {} } };
  const secrets = [
    { name: 'server', tls_certificate: {} },
    { name: 'authority', validation_context: {} },
  ];
  const of = (resource: unknown) => foundBy((place) => unknownSecrets(resource, secrets, place));

  it.each<readonly [resource: unknown, faults: readonly string[]]>([
    [{ tls_certificate_sds_secret_configs: [named('server'), byAgent] }, []],
    [{ validation_context_sds_secret_config: named('authority') }, []],
    [{ validation_context_sds_secret_config: byAgent }, []],
    [
      { tls_certificate_sds_secret_configs: [named('server'), named('authority')] },
      ['tls_certificate_sds_secret_configs[1]: names the tls_certificate authority, which is not there'],
    ],
    [
      { validation_context_sds_secret_config: named('server') },
      ['validation_context_sds_secret_config: names the validation_context server, which is not there'],
    ],
    [
      { chains: [{}, { deep: { validation_context_sds_secret_config: named('gone') } }] },
      [
        'chains[1].deep.validation_context_sds_secret_config: names the validation_context gone, which is not there',
      ],
    ],
    [{ text: 'a', other: { sds: named('gone') }, nothing: null }, []],
    ['text', []],
  ])('%j: %j', (resource, faults) => {
    expect(of(resource)).toEqual(faults);
  });
});

describe('the endpoints that a cluster of the type EDS names', () => {
  const proxy: ProxyConfig = {
    ...{ listeners: [], clusters: [], routes: [], secrets: [] },
    endpoints: [{ cluster_name: 'a' }, { cluster_name: 'b' }],
  };
  const fault = (name: string) => [`eds_cluster_config: there are no endpoints of ${name}`];

  it.each<readonly [cluster: object, faults: readonly string[]]>([
    [{ type: 'EDS', name: 'b' }, []],
    [{ type: 'EDS', name: 'c' }, fault('c')],
    [{ type: 'EDS', name: 'c', eds_cluster_config: { service_name: 'a' } }, []],
    [{ type: 'EDS', name: 'a', eds_cluster_config: { service_name: 'c' } }, fault('c')],
    [{ type: 'EDS', name: 'c', eds_cluster_config: { service_name: '' } }, fault('c')],
    [{ type: 'STATIC', name: 'c' }, []],
  ])('%j: %j', (cluster, faults) => {
    expect(foundBy((place) => unknownEndpoints(cluster, proxy, place))).toEqual(faults);
  });
});
