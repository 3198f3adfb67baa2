import { fileKey, hostKey, keysOf, portKeysOf } from './keys.ts';
import { namedKeys } from './named-keys.ts';
import { hasTwoHops, type ProxyState } from './proxy-state.ts';
import type { Change } from './readiness.ts';
import { domainsOf, isFirstHop, listIn, type Resource } from './resource-file.ts';

/** Listeners and route tables as they are next. */
export interface Rerouting {
  readonly routes: ReadonlyMap<string, Resource>;
  readonly listeners: ReadonlyMap<string, Resource>;
}

/** What of a proxy is not wanted any more, by its key. */
export interface Unwanted {
  /** What is wanted, and what is not but may still be in use. */
  readonly stays: (key: string) => boolean;
  /** What stays though nothing uses it. */
  readonly unused: readonly string[];
  /** What of that is so from now on. */
  readonly retired: readonly string[];
}

/**
 * Decides over each thing on its own: it is removed once nothing that stays has named it for some time, whatever else changes
 * meanwhile.
 */
export function unwantedIn({ was, want, settled }: Change, next: Rerouting): Unwanted {
  const wanted = keysOf(want);
  const named = namedKeys(withAll(was, want, next), (key) => wanted.has(key));
  // What gets to be named or wanted again counts: what it names now may still be in use.
  const namedBefore = namedKeys(was, (key) => wanted.has(key) || named.has(key));
  const ports = [...portKeysOf(next)].filter((key) => !portKeysOf(want).has(key));
  const unwanted = [...[...keysOf(was)].filter((key) => !wanted.has(key)), ...ports];
  const isRemoved = (key: string) => !named.has(key) && !namedBefore.has(key) && settled.mayRemove(key);
  const removed = new Set(unwanted.filter(isRemoved));
  const unused = unwanted.filter((key) => !named.has(key) && !removed.has(key));
  return {
    stays: (key) => !removed.has(key),
    unused,
    retired: unused.filter((key) => namedBefore.has(key) || !settled.isRetired(key)),
  };
}

/** What would be if nothing were removed. */
function withAll(was: ProxyState, want: ProxyState, { routes, listeners }: Rerouting) {
  const clusters = new Map([...was.clusters, ...want.clusters]);
  return { listeners, clusters, routes: withTables({ routes, listeners }, was, () => true).routes };
}

/** With those tables of the live state that stay, and in a gateway with those virtual hosts of the second hop. */
export function withTables(
  { routes, listeners }: Rerouting,
  was: ProxyState,
  stays: (key: string) => boolean,
): Rerouting {
  const retained = [...was.routes].filter(([file]) => !routes.has(file) && stays(fileKey(file)));
  const byHost = hasTwoHops(routes) || hasTwoHops(was.routes);
  const next = (file: string, table: Resource) => {
    if (!byHost || isFirstHop(file)) return table;
    const hosts = routes.has(file) ? listIn(table, 'virtual_hosts') : [];
    return withHosts({ ...table, virtual_hosts: hosts }, was.routes.get(file), stays);
  };
  const tables = [...routes, ...retained].map(([file, table]) => [file, next(file, table)] as const);
  return { routes: new Map(tables), listeners };
}

/** Retained virtual hosts come last. */
function withHosts(table: Resource, live: Resource | undefined, stays: (key: string) => boolean): Resource {
  const hosts = listIn(table, 'virtual_hosts');
  const taken = new Set(hosts.flatMap(domainsOf));
  const retained = listIn(live, 'virtual_hosts').filter(
    (host) =>
      !domainsOf(host).some((domain) => taken.has(domain)) &&
      domainsOf(host).some((domain) => stays(hostKey(domain))),
  );
  return retained.length === 0 ? table : { ...table, virtual_hosts: [...hosts, ...retained] };
}
