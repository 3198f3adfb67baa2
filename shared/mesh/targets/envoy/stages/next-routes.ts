import { keptRoutes } from '../translate/gateway/kept-routes.ts';
import { type Change, isReady } from './readiness.ts';
import { domainsOf, isFirstHop, listIn, nameOf, type Resource } from './resource-file.ts';

/**
 * Each route table with those of its parts as desired that may be taken, and the others as they are: who changes one all the
 * time must not hold up those of others. A part is a virtual host; in the first hop of a gateway, the routes of one gateway
 * route. Tables that are not wanted any more are not in it.
 */
export function nextRoutes(change: Change): ReadonlyMap<string, Resource> {
  const next = (file: string, wanted: Resource) => {
    if (isReady(wanted, change)) return wanted;
    const live = change.was.routes.get(file) ?? { ...wanted, virtual_hosts: [] };
    return isFirstHop(file) ? readyRoutes(wanted, live, change) : readyHosts(wanted, live, change);
  };
  return new Map([...change.want.routes].map(([file, wanted]) => [file, next(file, wanted)]));
}

function readyHosts(wanted: Resource, live: Resource, change: Change): Resource {
  const before = new Map(listIn(live, 'virtual_hosts').map((host) => [nameOf(host), host]));
  const hosts = listIn(wanted, 'virtual_hosts').flatMap((host): readonly Resource[] => {
    const next = isReady(host, change) ? host : before.get(nameOf(host));
    return next ? [next] : [];
  });
  const domains = hosts.flatMap(domainsOf).map((domain) => domain.toLowerCase());
  // Envoy refuses a table in which two virtual hosts have one domain.
  return new Set(domains).size === domains.length ? { ...wanted, virtual_hosts: hosts } : live;
}

/**
 * A gateway route that has to wait has its place among the desired ones, since seldom more than its target changes. Until then
 * those of its namespace that are not wanted any more stay: it may replace one of them.
 */
function readyRoutes(wanted: Resource, live: Resource, change: Change): Resource {
  const [before, after] = [routesIn(live), routesIn(wanted)];
  const waiting = new Set(after.filter((route) => !isReady(route, change)).map(nameOf));
  const namespaces = new Set([...waiting].map(namespaceOf));
  const known = new Set(before.map(nameOf));
  const names = new Set(after.map(nameOf));
  const left = [...known].filter((name) => !names.has(name) && namespaces.has(namespaceOf(name)));
  const hosts = listIn(wanted, 'virtual_hosts').map((host) => ({
    ...host,
    routes: listIn(host, 'routes').filter((each) => !waiting.has(nameOf(each)) || known.has(nameOf(each))),
  }));
  return keptRoutes(live, { ...wanted, virtual_hosts: hosts }, [...waiting, ...left]);
}

function routesIn(table: Resource): readonly Resource[] {
  return listIn(table, 'virtual_hosts').flatMap((host) => listIn(host, 'routes'));
}

/** Of the name of a gateway's route. */
function namespaceOf(name: string): string {
  return name.split('/')[0] ?? '';
}
