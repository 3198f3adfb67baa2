import { describe, expect, it } from 'vitest';
import { keysOf, portKeysOf } from '../../../../../shared/mesh/targets/envoy/stages/keys.ts';
import { namedIn } from '../../../../../shared/mesh/targets/envoy/stages/named-in.ts';
import { namedKeys } from '../../../../../shared/mesh/targets/envoy/stages/named-keys.ts';
import { proxyStateOf } from '../../../../../shared/mesh/targets/envoy/stages/proxy-state.ts';
import { fileSource } from '../../../../../shared/mesh/targets/envoy/translate/layout.ts';
import { filesOf, type SmallProxy } from './proxy-files.ts';

const named = (resource: unknown) => {
  const { clusters, files, hosts } = namedIn(resource);
  return { clusters: [...clusters], files: [...files], hosts: [...hosts] };
};
const nothing = { clusters: [], files: [], hosts: [] };
const header = (key: unknown, value: unknown) => ({ header: { key, value } });

describe('what a resource names', () => {
  it.each<readonly [resource: unknown, expected: Partial<typeof nothing> | object]>([
    [{ cluster: 'a' }, { clusters: ['a'] }],
    [[{ route: { cluster: 'a' } }, { cluster: 'b' }], { clusters: ['a', 'b'] }],
    [{ cluster: { name: 'a' } }, {}],
    [{ cluster: { cluster: 'a' } }, { clusters: ['a'] }],
    [{ name: 'a', cluster_name: 'b' }, {}],
    [{ weighted_clusters: { clusters: [{ name: 'a' }, { name: 'b' }] } }, { clusters: ['a', 'b'] }],
    [{ weighted_clusters: { clusters: [] } }, {}],
    [{ weighted_clusters: {} }, {}],
    [{ weighted_clusters: null }, {}],
    [{ other: { clusters: [{ name: 'a' }] } }, {}],
    [{ other: { path: '/etc/envoy/mesh/a' } }, {}],
    [{ other: { key: 'x-app-mesh-virtual-service', value: 'cart' } }, {}],
    [{ eds_config: fileSource('eds-a.json') }, { files: ['eds-a.json'] }],
    [
      { eds_config: { path_config_source: { path: '/etc/envoy/mesh/eds-a.json' } } },
      { files: ['eds-a.json'] },
    ],
    [{ path_config_source: { path: '/etc/envoy/mesh' } }, {}],
    [{ path_config_source: { path: '/etc/envoy/meshes/a' } }, {}],
    [{ path_config_source: { path: '/other/etc/envoy/mesh/a' } }, {}],
    [{ path_config_source: {} }, {}],
    [{ path_config_source: null }, {}],
    [header('x-app-mesh-virtual-service', 'cart'), { hosts: ['cart'] }],
    [header('x-other', 'cart'), {}],
    [header('x-app-mesh-virtual-service', 1), {}],
    [{ header: null }, {}],
    [
      { access_log: [{ cluster: 'a' }], json_format: { cluster: 'b' }, x: { cluster: 'c' } },
      { clusters: ['c'] },
    ],
    ['text', {}],
    [null, {}],
    [undefined, {}],
  ])('%j: %j', (resource, expected) => {
    expect(named(resource)).toEqual({ ...nothing, ...expected });
  });
});

const all = (proxy: Partial<SmallProxy>) =>
  proxyStateOf(filesOf({ clusters: {}, tables: {}, listeners: {}, ...proxy }));
const reached = (proxy: Partial<SmallProxy>, wanted: readonly string[] = []) =>
  [...namedKeys(all(proxy), (key) => wanted.includes(key))].sort();

describe('what a proxy’s listeners lead to', () => {
  const node = {
    clusters: { a: 'eds 1', b: 'eds 1', c: '1s' },
    tables: { 'egress-80': { one: ['a'], two: ['a'] }, 'egress-90': { one: ['b'] } },
    listeners: { egress: { tables: ['egress-80'], clusters: ['c'] } },
  };

  it('are tables, clusters of these, and the files of these', () => {
    expect(reached(node)).toEqual(['a', 'c', 'file eds-a.json', 'file rds-egress-80.json']);
  });

  it('are also what a table or a cluster names that is wanted', () => {
    expect(reached(node, ['file rds-egress-90.json'])).toEqual(
      ['a', 'b', 'c', 'file eds-a.json', 'file eds-b.json', 'file rds-egress-80.json'].sort(),
    );
    expect(reached({ ...node, listeners: {} }, ['b'])).toEqual(['file eds-b.json']);
    expect(reached({ ...node, listeners: {} })).toEqual([]);
  });

  const gateway = {
    clusters: { a: '1s', b: '1s' },
    tables: { egress: { one: ['a'], two: ['b'] } },
    firstHop: { 'gateway-80': { 'apps/r': 'one' } },
    listeners: {
      egress: { tables: ['egress'], clusters: [] },
      'gateway-80': { tables: ['gateway-80'], clusters: [] },
    },
  };

  it('are in a gateway the virtual hosts that the first hop names, and what these name', () => {
    const tables = ['file rds-egress.json', 'file rds-gateway-80.json'];
    expect(reached(gateway)).toEqual(['a', ...tables, 'host one', 'self'].sort());
    expect(reached(gateway, ['host two'])).toEqual(['a', 'b', ...tables, 'host one', 'self'].sort());
  });

  it('are a virtual host of which one domain is named', () => {
    const { listeners, clusters, routes } = all(gateway);
    const host = { domains: ['one', 'other'], routes: [{ route: { cluster: 'b' } }] };
    const tables = new Map([...routes, ['rds-egress.json', { virtual_hosts: [host] }] as const]);
    expect(namedKeys({ listeners, clusters, routes: tables }, () => false)).toContain('b');
  });

  it('are not the virtual hosts of a first hop that no listener leads to', () => {
    const { egress } = gateway.listeners;
    expect(reached({ ...gateway, listeners: { egress } })).toEqual(['file rds-egress.json']);
  });
});

describe('the keys of a proxy', () => {
  it('are its clusters and files, and in a gateway the virtual hosts of the second hop', () => {
    const node = { clusters: { a: 'eds 1' }, tables: { 'egress-80': { one: ['a'] } } };
    expect([...keysOf(all(node))].sort()).toEqual(['a', 'file eds-a.json', 'file rds-egress-80.json']);
    const gateway = { ...node, firstHop: { 'gateway-80': { 'apps/r': 'one' } } };
    expect([...keysOf(all(gateway))].sort()).toEqual(
      ['a', 'file eds-a.json', 'file rds-egress-80.json', 'file rds-gateway-80.json', 'host one'].sort(),
    );
  });

  it('have the ports of outbound listeners only', () => {
    const listeners = {
      egress: { tables: ['80'], clusters: ['a@90', 'b@90'] },
      ingress: { tables: [], clusters: ['a@70'] },
    };
    expect([...portKeysOf(all({ listeners }))]).toEqual(['port 80', 'port 90']);
  });

  it('have one for connections to any port', () => {
    const chains = [{ filter_chain_match: {} }, { filter_chain_match: null }, { name: 'x' }];
    const listener = { traffic_direction: 'OUTBOUND', filter_chains: chains };
    expect([...portKeysOf({ listeners: new Map([['egress', listener]]) })]).toEqual(['port any']);
  });
});
