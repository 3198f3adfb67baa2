import type { ProxyConfig } from '../translate/proxy.ts';
import { fieldsOf, listOf, type Place, textOf } from './rule.ts';

/** Reports the clusters that a route table names and a proxy has not. */
export function unknownClusters(table: unknown, clusters: ReadonlySet<string>, place: Place): void {
  const hosts = listOf(fieldsOf(table).virtual_hosts);
  for (const [index, host] of hosts.entries()) {
    for (const [at, route] of listOf(fieldsOf(host).routes).entries()) {
      const action = fieldsOf(fieldsOf(route).route);
      const here = place.field('virtual_hosts').item(index).field('routes').item(at).field('route');
      known(action.cluster, clusters, here.field('cluster'));
      for (const [target, each] of listOf(fieldsOf(action.weighted_clusters).clusters).entries())
        known(
          fieldsOf(each).name,
          clusters,
          here.field('weighted_clusters').field('clusters').item(target).field('name'),
        );
    }
  }
}

function known(name: unknown, clusters: ReadonlySet<string>, place: Place): void {
  if (typeof name === 'string' && !clusters.has(name))
    place.fault(`names the cluster ${name}, which is not there`);
}

/** Reports route tables that a listener names and a proxy has not. */
export function unknownTables(listener: unknown, tables: ReadonlySet<string>, place: Place): void {
  const { filter_chains: chains, default_filter_chain: last } = fieldsOf(listener);
  const all = [
    ...listOf(chains).map((chain, index) => [chain, place.field('filter_chains').item(index)] as const),
    [last, place.field('default_filter_chain')] as const,
  ];
  for (const [chain, at] of all) {
    for (const [index, filter] of listOf(fieldsOf(chain).filters).entries()) {
      const { rds } = fieldsOf(fieldsOf(filter).typed_config);
      const name = textOf(fieldsOf(rds).route_config_name);
      if (rds !== undefined && !tables.has(name))
        at.field('filters')
          .item(index)
          .field('typed_config')
          .field('rds')
          .fault(`names the route table ${name}, which is not there`);
    }
  }
}

/** Reports secrets that are named in files of the proxy and that it has not. */
export function unknownSecrets(resource: unknown, secrets: ProxyConfig['secrets'], place: Place): void {
  if (Array.isArray(resource)) {
    for (const [index, each] of resource.entries()) unknownSecrets(each, secrets, place.item(index));
    return;
  }
  for (const [field, value] of Object.entries(fieldsOf(resource))) {
    const here = place.field(field);
    if (field === 'tls_certificate_sds_secret_configs')
      for (const [index, each] of listOf(value).entries())
        knownSecret(each, 'tls_certificate', secrets, here.item(index));
    else if (field === 'validation_context_sds_secret_config')
      knownSecret(value, 'validation_context', secrets, here);
    else if (typeof value === 'object') unknownSecrets(value, secrets, here);
  }
}

function knownSecret(value: unknown, kind: string, secrets: ProxyConfig['secrets'], place: Place): void {
  const { name, sds_config: source } = fieldsOf(value);
  if (fieldsOf(source).path_config_source === undefined) return;
  if (!secrets.some((each) => each.name === name && each[kind] !== undefined))
    place.fault(`names the ${kind} ${String(name)}, which is not there`);
}

/** The endpoints of clusters of the type EDS. */
export function unknownEndpoints(cluster: unknown, { endpoints }: ProxyConfig, place: Place): void {
  const { type, name, eds_cluster_config: config } = fieldsOf(cluster);
  if (type !== 'EDS') return;
  const wanted = textOf(fieldsOf(config).service_name) || textOf(name);
  if (!endpoints.some(({ cluster_name: each }) => each === wanted))
    place.field('eds_cluster_config').fault(`there are no endpoints of ${wanted}`);
}
