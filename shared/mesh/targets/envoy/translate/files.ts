import { createHash } from 'node:crypto';
import type { IpPreference } from './address.ts';
import { bootstrapOf } from './bootstrap.ts';
import { files } from './layout.ts';
import type { EnvoyResource, ProxyConfig } from './proxy.ts';
import type { Fields } from './typed.ts';

/** A manifest that a proxy's files are made of. */
export interface Source {
  /** `VirtualRouter shop/cart`. */
  readonly object: string;
  /** Undefined if an earlier state of it stays in effect. */
  readonly generation: number | undefined;
}

/** Which manifests each file is made of. */
export interface Versions {
  readonly listeners: readonly Source[];
  readonly clusters: readonly Source[];
  /** Of the route table with these virtual hosts. */
  readonly routes: (table: EnvoyResource) => readonly Source[];
  readonly endpoints: (cluster: string) => readonly Source[];
  readonly secrets: readonly Source[];
}

/** How many manifests a version names; a file of a large mesh is made of hundreds. */
const maxNamed = 8;

const types = {
  listener: 'envoy.config.listener.v3.Listener',
  cluster: 'envoy.config.cluster.v3.Cluster',
  routes: 'envoy.config.route.v3.RouteConfiguration',
  endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  secret: 'envoy.extensions.transport_sockets.tls.v3.Secret',
} as const;

/**
 * The data of a proxy's ConfigMap. Route tables, endpoints and secrets are files of their own: Envoy takes one resource from
 * each such file. `version_info` is what Envoy shows as `version_text`.
 */
export function filesOf(
  { listeners, clusters, routes, endpoints, secrets }: ProxyConfig,
  versions: Versions,
  preference?: IpPreference,
): Readonly<Record<string, string>> {
  const tables = named(routes).map((table) => [
    files.routes(table.name),
    fileOf(types.routes, [table], versions.routes(table)),
  ]);
  const assignments = distinct(endpoints, ({ cluster_name }) => cluster_name).map((each) => [
    files.endpoints(each.cluster_name),
    fileOf(types.endpoints, [each], versions.endpoints(each.cluster_name)),
  ]);
  const certificates = named(secrets).map((secret) => [
    files.secret(secret.name),
    fileOf(types.secret, [secret], versions.secrets),
  ]);
  return {
    [files.bootstrap]: `${JSON.stringify(bootstrapOf(preference))}\n`,
    [files.listeners]: fileOf(types.listener, named(listeners), versions.listeners),
    [files.clusters]: fileOf(types.cluster, named(clusters), versions.clusters),
    ...Object.fromEntries([...tables, ...assignments, ...certificates]),
  };
}

/** One resource a line, so that a difference of two versions can be read. */
function fileOf(type: string, resources: readonly Fields[], sources: readonly Source[]): string {
  const lines = resources.map((resource) => lineOf(type, resource));
  const version = JSON.stringify(versionOf(sources, lines));
  return `{"version_info":${version},"resources":[\n${lines.join(',\n')}\n]}\n`;
}

function lineOf(type: string, resource: Fields): string {
  const { virtual_hosts: hosts, ...rest } = resource;
  const start = `{"@type":"type.googleapis.com/${type}",${textOf(hosts === undefined ? resource : rest).slice(1)}`;
  if (!Array.isArray(hosts)) return start;
  return `${start.slice(0, -1)},"virtual_hosts":[${hosts.map(textOf).join()}]}`;
}

/** What many proxies share is printed once. */
function textOf(value: Fields): string {
  const text = texts.get(value) ?? JSON.stringify(value);
  texts.set(value, text);
  return text;
}

const texts = new WeakMap<Fields, string>();

function versionOf(sources: readonly Source[], lines: readonly string[]): string {
  const all = distinct(sources, ({ object }) => object).map(
    ({ object, generation }) => `${object}@${generation ?? 'kept'}`,
  );
  const more = all.length > maxNamed ? [`and ${all.length - maxNamed} more`] : [];
  const digest = createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 8);
  return [...all.slice(0, maxNamed), ...more, digest].join(' ');
}

/** Two parts of a proxy may have the same resource: a certificate that two clusters use. */
function named<Resource extends { readonly name: string }>(all: readonly Resource[]): readonly Resource[] {
  return distinct(all, ({ name }) => name);
}

function distinct<T>(all: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const groups = Map.groupBy(all, keyOf);
  return [...groups.values()].flatMap(([first]) => first ?? []);
}
