import type { Configuration, Message } from './pilot.ts';

/** One listener of an Envoy, with the routes that one proxy has for one port. */
export interface Served {
  /** Also of the listener's socket. */
  readonly name: string;
  readonly routes: RouteTable;
}

export interface RouteTable extends Message {
  readonly virtualHosts?: readonly (Message & { readonly routes?: readonly Route[] })[];
}
export interface Route extends Message {
  readonly route?: Clusters;
}

/** What a route, or a filter of TCP, sends requests to. */
export interface Clusters {
  readonly cluster?: string;
  readonly weightedClusters?: {
    readonly clusters: readonly { readonly name: string; readonly weight?: number }[];
  };
}

interface Listener {
  readonly address?: { readonly socketAddress?: { readonly address?: string; readonly portValue?: number } };
  readonly filterChains?: readonly { readonly filters?: readonly Filter[] }[];
}
interface Filter {
  readonly typedConfig?: Clusters & { readonly rds?: { readonly routeConfigName: string } };
}

/** Where a proxy sends the connections of TCP to an address and port; of a name without an address, to any. */
export function connectionsTo(
  { listeners }: Configuration,
  address: string,
  port: number,
): Clusters | undefined {
  const [listener] = (listeners as readonly Listener[]).filter(
    ({ address: at }) => at?.socketAddress?.address === address && at.socketAddress.portValue === port,
  );
  const filters = (listener?.filterChains ?? []).flatMap((chain) => chain.filters ?? []);
  return filters
    .map(({ typedConfig }) => typedConfig)
    .find((config) => config?.cluster || config?.weightedClusters);
}

/** The routes that a proxy has for HTTP at a port; undefined if it has none. */
export function routesAt({ listeners, routes }: Configuration, port: number): RouteTable | undefined {
  const [listener] = (listeners as readonly Listener[]).filter(
    ({ address }) => address?.socketAddress?.portValue === port,
  );
  const filters = (listener?.filterChains ?? []).flatMap((chain) => chain.filters ?? []);
  const names = filters.flatMap(({ typedConfig }) => typedConfig?.rds?.routeConfigName ?? []);
  return (routes as readonly RouteTable[]).find(({ name }) => name === names[0]);
}

/** The header of a response that says which route it took: the places of its virtual host and of the route there. */
export const routeHeader = 'x-route';

export function routeAt({ virtualHosts = [] }: RouteTable, place: string): Route | undefined {
  const [host, route] = place.split('/').map(Number);
  return virtualHosts[host ?? -1]?.routes?.[route ?? -1];
}

/**
 * An Envoy with a listener on a socket for each route table, in which each cluster is the same server: routes and rewrites
 * are those of the table.
 */
export function bootstrap(all: readonly Served[], folder: string): object {
  const names = new Set(all.flatMap(({ routes }) => clustersOf(routes)));
  return {
    admin: { address: pipe(folder, 'admin') },
    staticResources: {
      listeners: all.map((each) => listener(each, folder)),
      clusters: [...names].map((name) => cluster(name, folder)),
    },
  };
}

function clustersOf({ virtualHosts = [] }: RouteTable): readonly string[] {
  return virtualHosts.flatMap(({ routes = [] }) =>
    routes.flatMap(({ route }) => [
      ...(route?.cluster === undefined ? [] : [route.cluster]),
      ...(route?.weightedClusters?.clusters ?? []).map(({ name }) => name),
    ]),
  );
}

const pipe = (folder: string, name: string) => ({ pipe: { path: `${folder}/${name}` } });
const type = (name: string) => ({ '@type': `type.googleapis.com/envoy.extensions.filters.${name}` });

function listener({ name, routes }: Served, folder: string): object {
  const router = { name: 'envoy.filters.http.router', typedConfig: type('http.router.v3.Router') };
  const typedConfig = {
    ...type('network.http_connection_manager.v3.HttpConnectionManager'),
    statPrefix: name,
    // As istiod has it.
    ...{ normalizePath: true, pathWithEscapedSlashesAction: 'KEEP_UNCHANGED' },
    routeConfig: withPlaces(routes),
    httpFilters: [router],
  };
  const filters = [{ name: 'envoy.filters.network.http_connection_manager', typedConfig }];
  return { name, address: pipe(folder, name), filterChains: [{ filters }] };
}

function withPlaces({ virtualHosts = [], ...table }: RouteTable): object {
  const places = (
    host: number,
    { routes = [], ...rest }: NonNullable<RouteTable['virtualHosts']>[number],
  ) => ({
    ...rest,
    routes: routes.map(({ typedPerFilterConfig, ...route }, at) => ({
      ...route,
      responseHeadersToAdd: [{ header: { key: routeHeader, value: `${host}/${at}` } }],
    })),
  });
  return { ...table, virtualHosts: virtualHosts.map((each, host) => places(host, each)) };
}

function cluster(name: string, folder: string): object {
  const endpoint = { endpoint: { address: pipe(folder, 'server') } };
  return {
    ...{ name, type: 'STATIC', connectTimeout: '5s' },
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [endpoint] }] },
  };
}
