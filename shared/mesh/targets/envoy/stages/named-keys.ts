import { fileKey, hostKey } from './keys.ts';
import { namedIn } from './named-in.ts';
import { hasTwoHops, type ProxyState } from './proxy-state.ts';
import { domainsOf, isFirstHop, listIn, type Resource } from './resource-file.ts';

/**
 * What listeners lead to, through route tables, virtual hosts of a gateway's second hop and clusters. What is not named and not
 * wanted either leads nowhere: no request gets there, so what it names counts as not named.
 */
export function namedKeys(
  { listeners, routes, clusters }: Pick<ProxyState, 'listeners' | 'routes' | 'clusters'>,
  isWanted: (key: string) => boolean,
): ReadonlySet<string> {
  const keys = new Set<string>();
  const isReached = (key: string) => isWanted(key) || keys.has(key);
  for (const listener of listeners.values()) addNamed(keys, listener);
  const tables = [...routes].filter(([file]) => isReached(fileKey(file)));
  for (const [file, table] of tables) if (isFirstHop(file)) addNamed(keys, table);
  const byHost = hasTwoHops(routes);
  const hosts = tables.flatMap(([file, table]) => (isFirstHop(file) ? [] : listIn(table, 'virtual_hosts')));
  for (const host of hosts)
    if (!byHost || domainsOf(host).some((domain) => isReached(hostKey(domain)))) addNamed(keys, host);
  for (const [name, cluster] of clusters) if (isReached(name)) addNamed(keys, cluster);
  return keys;
}

function addNamed(keys: Set<string>, resource: Resource): void {
  const { clusters, files, hosts } = namedIn(resource);
  for (const name of clusters) keys.add(name);
  for (const file of files) keys.add(fileKey(file));
  for (const host of hosts) keys.add(hostKey(host));
}
