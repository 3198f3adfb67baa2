import { placeOf } from '../../../playground/pods/addresses.ts';
import { type LocalPlace, localFiles } from '../../../playground/pods/local-files.ts';

/** The files of one proxy, with the place that it has beside others in one Envoy. */
export interface MergedProxy {
  /** Letters and digits; the names of its listeners, route tables and clusters of its own begin with it. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly place: LocalPlace;
}

type Fields = Readonly<Record<string, unknown>>;

/** The headers of an answer that say which routes were taken: that of the first hop of a gateway, and that of a router. */
export const routeHeaders = { gateway: 'x-gateway-route', router: 'x-router-route' } as const;

/** A place of its own for each proxy. */
export function proxyPlace(block: number, index: number, directory: string): LocalPlace {
  return placeOf(block, `127.${block}.${Math.floor(index / 250)}.${(index % 250) + 1}`, directory);
}

/** One Envoy that has all proxies. */
export interface Merged {
  readonly files: Readonly<Record<string, string>>;
  /** The route tables by the name that answers give them. */
  readonly tables: ReadonlyMap<string, Table>;
}

/** Whatever a cluster leads to, it is the server at `socketOf(cluster)`. */
export function merged(proxies: readonly MergedProxy[], socketOf: (cluster: string) => string): Merged {
  const own = proxies.map(parts);
  const reached = new Set(own.flatMap(({ clusters }) => clusters).filter((name) => !isRedirect(name)));
  const clusters = [
    ...own.flatMap(({ redirects }) => redirects),
    ...[...reached].map((name) => cluster(name, { pipe: { path: socketOf(name) } })),
  ];
  const files = {
    'bootstrap.json': proxies[0]?.files['bootstrap.json'] ?? '{}',
    'lds.json': file(own.flatMap(({ listeners }) => listeners)),
    'cds.json': file(clusters),
  };
  return { files, tables: new Map(own.flatMap(({ tables }) => [...tables])) };
}

function file(resources: readonly unknown[]): string {
  return JSON.stringify({ version_info: '1', resources });
}

function parts(proxy: MergedProxy) {
  const local = localFiles(proxy.files, proxy.place);
  const resources = (name: string) =>
    (JSON.parse(local[name] ?? '{"resources":[]}') as { resources: readonly Fields[] }).resources;
  const tables = new Map(
    Object.keys(local)
      .filter((name) => name.startsWith('rds-'))
      .flatMap((name) => resources(name).map((each) => [`${proxy.name}-${each.name}`, table(each, proxy)])),
  );
  const listeners = resources('lds.json').map((each) => listener(each, proxy, tables));
  const redirects = resources('cds.json')
    .filter(({ name }) => isRedirect(name as string))
    .map(({ name }) =>
      cluster(`${proxy.name}-${name}`, {
        socket_address: { address: proxy.place.outbound, port_value: secondHop },
      }),
    );
  return { listeners, tables, redirects, clusters: clustersIn(listeners) };
}

/** Instead of 15001, which another layer of localFiles would take for intercepted connections. */
const secondHop = 15_002;

function isRedirect(name: string): boolean {
  return name.includes('self_redirect');
}

/** With its tables in it: each file that Envoy watches takes one of the few inotify instances of a machine. */
function listener(each: Fields, { name, place }: MergedProxy, tables: ReadonlyMap<string, Table>): Fields {
  const text = JSON.stringify({ ...(inline(each, name, tables) as Fields), name: `${name}-${each.name}` });
  const address = `"address":"${place.outbound}","port_value":`;
  return JSON.parse(text.replaceAll(`${address}15001`, `${address}${secondHop}`)) as Fields;
}

function inline(value: unknown, prefix: string, tables: ReadonlyMap<string, Table>): unknown {
  if (Array.isArray(value)) return value.map((each) => inline(each, prefix, tables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key !== 'rds') return [key, inline(each, prefix, tables)];
      const found = tables.get(`${prefix}-${each.route_config_name}`);
      return ['route_config', { ...found, '@type': undefined, validate_clusters: false }];
    }),
  );
}

/** Each route says in the answer which it is. */
function table(each: Fields, { name }: MergedProxy): Table {
  const key = (each.name as string).startsWith('gateway-') ? routeHeaders.gateway : routeHeaders.router;
  const hosts = (each.virtual_hosts ?? []) as Table['virtual_hosts'];
  const marked = hosts.map((host, at) => ({
    ...host,
    routes: host.routes.map((route, index) => ({
      ...(ownRedirects(route, name) as MarkedRoute),
      response_headers_to_add: [{ header: { key, value: `${name}-${each.name}/${at}/${index}` } }],
    })),
  }));
  return { ...each, virtual_hosts: marked };
}

/** Each gateway has a second hop of its own. */
function ownRedirects(route: MarkedRoute, prefix: string): unknown {
  return JSON.parse(JSON.stringify(route).replaceAll('"self_redirect', `"${prefix}-self_redirect`));
}

/** All that routes and TCP proxies lead to. */
function clustersIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(clustersIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    if (key === 'cluster' && typeof each === 'string') return [each];
    if (key === 'weighted_clusters') return (each as Weighted).clusters.map(({ name }) => name);
    return clustersIn(each);
  });
}

interface Weighted {
  readonly clusters: readonly { readonly name: string; readonly weight: number }[];
}

function cluster(name: string, address: object): Fields {
  return {
    '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    ...{ name, type: 'STATIC', connect_timeout: '5s' },
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  };
}

/** A route of a table by the place that its answer names. */
export function routeAt(tables: Merged['tables'], place: string): MarkedRoute | undefined {
  const [name = '', host, route] = place.split('/');
  return tables.get(name)?.virtual_hosts[Number(host)]?.routes[Number(route)];
}

export interface MarkedRoute {
  readonly name?: string;
  readonly route?: { readonly cluster?: string; readonly weighted_clusters?: Weighted };
}

type Table = Fields & { readonly virtual_hosts: readonly { readonly routes: readonly MarkedRoute[] }[] };
