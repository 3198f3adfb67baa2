import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrapOf } from '../../../shared/mesh/targets/envoy/translate/bootstrap.ts';
import { fileAt, files } from '../../../shared/mesh/targets/envoy/translate/layout.ts';
import type { EnvoyResource, ProxyConfig } from '../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { sdsCluster } from '../../../shared/mesh/targets/envoy/translate/tls/sds.ts';
import type { Keys } from './keys.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A bootstrap with everything of a proxy as static resources: Envoy validates no file that it would read later. The
 * certificates of the pod are replaced by some that are here.
 */
export function inlined(proxy: ProxyConfig, keys: Keys): Fields {
  const { listeners, clusters, routes, endpoints, secrets } = proxy;
  const tables = new Map(routes.map((each) => [each.name, each]));
  const assignments = new Map(endpoints.map((each) => [each.cluster_name, each]));
  const resources = {
    listeners: listeners.map((each) => withRoutes(each, tables)),
    clusters: [secretsCluster, ...clusters.map((each) => withEndpoints(each, assignments))],
    ...(secrets.length > 0 && { secrets }),
  };
  return {
    layered_runtime,
    node: { id: 'pod', cluster: 'shop/front' },
    static_resources: withKeys(resources, secrets, keys) as Fields,
  };
}

/** The limits of the bootstrap that is written: others here would hide what a proxy refuses. */
const { layered_runtime } = bootstrapOf(undefined);
const secretsCluster = { name: sdsCluster.name, connect_timeout: '1s' };

/** The route tables and endpoints of a proxy that no listener or cluster uses, so that `inlined` leaves them out. */
export function unused({ listeners, clusters, routes, endpoints }: ProxyConfig): readonly string[] {
  const text = JSON.stringify([listeners, clusters]);
  return [...routes.map(({ name }) => name), ...endpoints.map(({ cluster_name: name }) => name)].filter(
    (name) => !text.includes(JSON.stringify(name)),
  );
}

function withRoutes(listener: EnvoyResource, tables: ReadonlyMap<string, EnvoyResource>): unknown {
  return mapped(listener, (value) => {
    const { rds, ...rest } = value;
    if (!isFields(rds)) return value;
    const table = tables.get(String(rds.route_config_name));
    return { ...rest, route_config: table ?? { name: 'missing', no_such_field: true } };
  });
}

function withEndpoints(cluster: EnvoyResource, assignments: ReadonlyMap<string, Fields>): unknown {
  if (cluster.type !== 'EDS' || !isFields(cluster.eds_cluster_config)) return cluster;
  const { eds_cluster_config: config, ...rest } = cluster;
  const name = String(config.service_name ?? cluster.name);
  const assignment = assignments.get(name);
  return { ...rest, type: 'STATIC', load_assignment: assignment ?? { no_such_field: true } };
}

/** Envoy does read files of secrets while it validates: they are written into the folder of the keys. */
function withKeys(resources: unknown, secrets: ProxyConfig['secrets'], keys: Keys): unknown {
  const mounted = mkdtempSync(join(keys.folder, 'mesh-'));
  for (const each of secrets) {
    const secret = { '@type': secretType, ...(replacedKeys(each, keys) as Fields) };
    writeFileSync(join(mounted, files.secret(each.name)), JSON.stringify({ resources: [secret] }));
  }
  return mapped(replacedKeys(resources, keys), (value) => {
    const { path_config_source: source } = value;
    if (!isFields(source) || typeof source.path !== 'string') return value;
    const file = fileAt(source.path);
    if (file === undefined) return value;
    return { ...value, path_config_source: { ...source, path: join(mounted, file) } };
  });
}

const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

/** Also of access logs: what the container of a proxy has is not here. */
function replacedKeys(resources: unknown, { folder, authority, certificate, privateKey }: Keys): unknown {
  const present = { certificate_chain: certificate, private_key: privateKey, trusted_ca: authority };
  return mapped(resources, (value) => {
    const replaced = { ...value };
    for (const [field, filename] of Object.entries(present)) {
      const source = replaced[field];
      if (isFields(source) && typeof source.filename === 'string' && source.filename !== '')
        replaced[field] = { ...source, filename };
    }
    // Envoy creates the file while it validates.
    if (
      String(value['@type']).endsWith('.FileAccessLog') &&
      typeof value.path === 'string' &&
      value.path !== ''
    )
      replaced.path = '/dev/null';
    const { watched_directory: watched } = replaced;
    if (isFields(watched) && watched.path) replaced.watched_directory = { ...watched, path: folder };
    return replaced;
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Each object of a tree replaced, the inner ones last. */
function mapped(value: unknown, replace: (value: Fields) => Fields): unknown {
  if (Array.isArray(value)) return value.map((each) => mapped(each, replace));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(replace(value)).map(([name, each]) => [name, mapped(each, replace)]),
  );
}
