import { describe, expect, it } from 'vitest';
import {
  filesOf,
  type Source,
  type Versions,
} from '../../../../../shared/mesh/targets/envoy/translate/files.ts';
import { emptyProxy } from '../../../../../shared/mesh/targets/envoy/translate/proxy.ts';

const source = (object: string, generation?: number): Source => ({ object, generation });
const front = source('VirtualNode shop/front', 3);
const cart = source('VirtualRouter shop/cart', 7);
const versions: Versions = {
  listeners: [front],
  clusters: [front, source('VirtualNode shop/blue', 1), front],
  routes: () => [source('VirtualService shop/cart'), cart],
  endpoints: (cluster) => [source(`VirtualNode shop/${cluster}`, 2)],
  secrets: [front],
};
const proxy = {
  listeners: [{ name: 'egress', filter_chains: [] }],
  clusters: [{ name: 'egress_shop_blue_80' }, { name: 'egress_shop_green_80' }],
  routes: [{ name: 'egress-80' }, { name: 'egress-81' }],
  endpoints: [{ cluster_name: 'blue', endpoints: [] }],
  secrets: [{ name: 'client-1' }, { name: 'client-1' }],
};

describe('the files of a proxy', () => {
  const files = filesOf(proxy, versions);
  const parsed = (name: string) => JSON.parse(files[name] ?? 'null');

  it('a file has all listeners or all clusters, or one route table, cluster of endpoints or secret', () => {
    expect(Object.keys(files)).toEqual([
      'bootstrap.json',
      'lds.json',
      'cds.json',
      'rds-egress-80.json',
      'rds-egress-81.json',
      'eds-blue.json',
      'sds-client-1.json',
    ]);
    expect(parsed('cds.json').resources).toEqual([
      { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'egress_shop_blue_80' },
      { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'egress_shop_green_80' },
    ]);
    expect(parsed('eds-blue.json').resources).toEqual([
      {
        '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
        cluster_name: 'blue',
        endpoints: [],
      },
    ]);
    expect(parsed('sds-client-1.json').resources).toHaveLength(1);
  });

  it('a route table is written with its virtual hosts, also those that it shares', () => {
    const host = { name: 'cart "$1"', domains: ['cart'], routes: [] };
    const routes = [
      { name: 'egress-80', virtual_hosts: [host, { ...host, name: 'stock' }], vhost_header: 'x' },
      { name: 'egress-81', virtual_hosts: [host] },
      { name: 'egress-82', virtual_hosts: [] },
    ];
    const written = filesOf({ ...proxy, routes }, versions);
    for (const table of routes)
      expect(JSON.parse(written[`rds-${table.name}.json`] ?? '').resources).toEqual([
        { '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration', ...table },
      ]);
  });

  it('a proxy with nothing to do has files of listeners and clusters all the same: without one, Envoy ends', () => {
    const none = filesOf(emptyProxy, versions);
    expect(Object.keys(none)).toEqual(['bootstrap.json', 'lds.json', 'cds.json']);
    expect(JSON.parse(none['lds.json'] ?? '')).toMatchObject({ resources: [] });
  });

  it('a version names the generations of the manifests once each, and what stays of an earlier one', () => {
    expect(parsed('cds.json').version_info).toMatch(
      /^VirtualNode shop\/front@3 VirtualNode shop\/blue@1 [0-9a-f]{8}$/,
    );
    expect(parsed('rds-egress-80.json').version_info).toMatch(
      /^VirtualService shop\/cart@kept VirtualRouter shop\/cart@7 [0-9a-f]{8}$/,
    );
  });

  it('a version names eight manifests at most', () => {
    const many = Array.from({ length: 20 }, (_, index) => source(`VirtualNode shop/n${index}`, 1));
    const { version_info } = JSON.parse(filesOf(proxy, { ...versions, clusters: many })['cds.json'] ?? '');
    expect(version_info).toMatch(
      /^VirtualNode shop\/n0@1 .* VirtualNode shop\/n7@1 and 12 more [0-9a-f]{8}$/,
    );
  });

  it('a version is another one if the content is, and the same if nothing changed', () => {
    expect(filesOf(proxy, versions)).toEqual(files);
    const other = filesOf({ ...proxy, routes: [{ name: 'egress-80', validate_clusters: false }] }, versions);
    expect(JSON.parse(other['rds-egress-80.json'] ?? '').version_info).not.toBe(
      parsed('rds-egress-80.json').version_info,
    );
  });

  it('has endpoints of each cluster, each once', () => {
    const endpoints = ['blue', 'green', 'blue'].map((cluster_name) => ({ cluster_name }));
    const found = Object.keys(filesOf({ ...emptyProxy, endpoints }, versions));
    expect(found.filter((name) => name.startsWith('eds-'))).toEqual(['eds-blue.json', 'eds-green.json']);
  });

  it.each([
    [8, /^(VirtualNode n\d@1 ){8}[0-9a-f]{8}$/],
    [9, /^(VirtualNode n\d@1 ){8}and 1 more [0-9a-f]{8}$/],
  ])('of %d manifests have a version that names eight', (count, expected) => {
    const listeners = Array.from({ length: count }, (_, index) => source(`VirtualNode n${index}`, 1));
    const text = filesOf(emptyProxy, { ...versions, listeners })['lds.json'];
    expect(JSON.parse(text ?? '').version_info).toMatch(expected);
  });
});
