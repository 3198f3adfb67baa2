import fc from 'fast-check';
import type { Files, Resource } from '../../../../../shared/mesh/targets/envoy/stages/resource-file.ts';
import { fileSource, files as names } from '../../../../../shared/mesh/targets/envoy/translate/layout.ts';

/** A small proxy: what its files say, without what the stages do not look at. */
export interface SmallProxy {
  /** By name, some content; `eds` has its endpoints in a file. */
  readonly clusters: Readonly<Record<string, string>>;
  /** By name of a route table, the clusters of each virtual host. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** By name of a listener, the tables and the clusters that it names: `cluster`, or `cluster@port`. */
  readonly listeners: Readonly<
    Record<string, { readonly tables: readonly string[]; readonly clusters: readonly string[] }>
  >;
  /** In a gateway, by its first table: the virtual host of the table `egress` that each of its routes leads to, by its name. */
  readonly firstHop?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function filesOf({ clusters, tables, listeners, firstHop = {} }: SmallProxy, version = '1'): Files {
  const file = (resources: readonly Resource[]) => JSON.stringify({ version_info: version, resources });
  const eds = Object.entries(clusters).filter(([, content]) => content.startsWith('eds'));
  return {
    'bootstrap.json': '{}',
    [names.clusters]: file(
      Object.entries(clusters).map(([name, content]) => ({
        ...{ name, connect_timeout: content },
        ...(content.startsWith('eds') && {
          eds_cluster_config: { eds_config: fileSource(names.endpoints(name)) },
        }),
      })),
    ),
    [names.listeners]: file(
      Object.entries(listeners).map(([name, named]) => ({
        name,
        traffic_direction: name === 'egress' ? 'OUTBOUND' : 'INBOUND',
        filter_chains: [
          ...named.tables.map((table) => ({
            name: `http-${table}`,
            filter_chain_match: { destination_port: table },
            filters: [{ rds: { config_source: fileSource(names.routes(table)) } }],
          })),
          ...named.clusters.map(tcpChain),
        ],
      })),
    ),
    ...Object.fromEntries(
      eds.map(([name, content]) => [names.endpoints(name), file([{ cluster_name: name, content }])]),
    ),
    ...Object.fromEntries(
      Object.entries(tables).map(([name, hosts]) => [names.routes(name), file([tableOf(name, hosts)])]),
    ),
    ...Object.fromEntries(
      Object.entries(firstHop).map(([name, routes]) => [
        names.routes(name),
        file([firstTableOf(name, routes)]),
      ]),
    ),
  };
}

function tcpChain(text: string): Resource {
  const [cluster, port = cluster] = text.split('@');
  return { name: `tcp-${port}`, filter_chain_match: { destination_port: port }, filters: [{ cluster }] };
}

function tableOf(name: string, hosts: Readonly<Record<string, readonly string[]>>): Resource {
  return {
    name,
    virtual_hosts: Object.entries(hosts).map(([host, clusters]) => ({
      ...{ name: host, domains: [host] },
      routes: [{ route: { weighted_clusters: { clusters: clusters.map((each) => ({ name: each })) } } }],
    })),
  };
}

function firstTableOf(name: string, routesByName: Readonly<Record<string, string>>): Resource {
  const routes = Object.entries(routesByName).map(([route, value]) => ({
    name: route,
    match: { prefix: `/${route}` },
    request_headers_to_add: [{ header: { key: 'x-app-mesh-virtual-service', value } }],
    route: { cluster: 'self' },
  }));
  return { name, virtual_hosts: [{ name: '*', domains: ['*'], routes }] };
}

const clusterNames = ['a', 'b', 'c', 'd'];
const hostNames = ['one', 'two', 'three'];
const routeNames = ['apps/a', 'apps/b', 'shop/c'];

type Kind = 'node' | 'gateway';

/** Proxies of virtual nodes or of gateways in which all that is named is defined. */
export function aProxy(kind: Kind): fc.Arbitrary<SmallProxy> {
  const clusters = fc.dictionary(
    fc.constantFrom(...clusterNames),
    fc.constantFrom('1s', '2s', 'eds 1', 'eds 2'),
    { noNullPrototype: true },
  );
  return clusters.chain((defined) => {
    const cluster = fc.constantFrom(...Object.keys(defined), 'self');
    const hosts = fc.dictionary(
      fc.constantFrom(...hostNames),
      fc.array(cluster, { minLength: 1, maxLength: 3 }),
      { noNullPrototype: true },
    );
    return kind === 'node' ? aNodeProxy(defined, cluster, hosts) : aGatewayProxy(defined, hosts);
  });
}

type Hosts = fc.Arbitrary<Record<string, string[]>>;

function aNodeProxy(defined: SmallProxy['clusters'], cluster: fc.Arbitrary<string>, hosts: Hosts) {
  const tables = fc.dictionary(fc.constantFrom('egress-80', 'egress-90'), hosts, { noNullPrototype: true });
  return tables.chain((all) => {
    const listener = fc.record({
      tables: fc.subarray(Object.keys(all)),
      clusters: fc.uniqueArray(cluster, { maxLength: 2 }),
    });
    return fc.record({
      clusters: fc.constant({ self: '1s', ...defined }),
      tables: fc.constant(all),
      listeners: fc.dictionary(fc.constantFrom('egress', 'ingress'), listener, { noNullPrototype: true }),
    });
  });
}

function aGatewayProxy(defined: SmallProxy['clusters'], hosts: Hosts): fc.Arbitrary<SmallProxy> {
  return hosts.chain((all) => {
    const isEmpty = Object.keys(all).length === 0;
    const named = fc.dictionary(
      fc.constantFrom(...routeNames),
      fc.constantFrom(...(isEmpty ? ['none'] : Object.keys(all))),
      { noNullPrototype: true, ...(isEmpty && { maxKeys: 0 }) },
    );
    return named.map((routes) => ({
      clusters: { self: '1s', ...defined },
      tables: { egress: all },
      firstHop: { 'gateway-80': routes },
      listeners: {
        egress: { tables: ['egress'], clusters: [] },
        'gateway-80': { tables: ['gateway-80'], clusters: [] },
      },
    }));
  });
}
