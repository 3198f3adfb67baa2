import { files as fileNames } from '../translate/layout.ts';
import { namedIn } from './named-in.ts';
import { domainsIn, hasTwoHops, type ProxyState, proxyStateOf } from './proxy-state.ts';
import {
  domainsOf,
  type Files,
  isFirstHop,
  isSameResource,
  listIn,
  nameOf,
  type Resource,
  readResources,
  resourcesText,
} from './resource-file.ts';

/** What the proxies can be assumed to have taken up of the files that were written so far. */
export interface Settled {
  /** A cluster by its name, or a virtual host of a gateway's second hop by `hostKey`. */
  readonly has: (key: string) => boolean;
  /** Whether listeners and routes were changed long enough ago for what these no longer name to be removed. */
  readonly mayRemove: boolean;
}

/** One write of the files of a proxy, or none. */
export interface Stage {
  readonly files: Files;
  /** Whether these files differ from the live ones: they have to be written. */
  readonly isChange: boolean;
  /** Whether these files are the desired ones. */
  readonly isDone: boolean;
  /** What this write adds: to be settled before listeners and routes may name it. */
  readonly added: readonly string[];
  /** Whether this write changes listeners or routes. */
  readonly isRerouted: boolean;
}

/** A ConfigMap has 1 MiB at most. */
const maxBytes = 1_000_000;

function hostKey(domain: string): string {
  return `host ${domain}`;
}

/**
 * The next files on the way from the live ones to the desired ones. Envoy reads each file on its own, in no fixed order:
 *   1. clusters, endpoints and certificates of both, changed ones as desired
 *   2. each listener and each route table as desired, as soon as all that it names is settled; then listeners are removed
 *   3. what else is not wanted any more is removed, once nothing changed in listeners and routes for some time
 * Steps that change nothing are left out: changed weights are one write. Every state is a valid start. In a gateway the
 * virtual hosts of the second hop are to the first what clusters are to routes. A proxy without live files has no pods.
 */
export function nextFiles(live: Files | undefined, desired: Files, settled: Settled): Stage {
  if (live === undefined) return last(undefined, desired, proxyStateOf(desired));
  const [was, want] = [proxyStateOf(live), proxyStateOf(desired)];
  const next = rerouting(was, want, settled);
  const isRerouted = !isSameMap(next.routes, was.routes) || !isSameMap(next.listeners, was.listeners);
  const isComplete = isWantedTaken(next, want);
  if (isComplete && (!hasRest(was, want, next) || (settled.mayRemove && !isRerouted)))
    return last(was, desired, want, isRerouted);
  const merged = mergedFiles(was, want, next);
  // A ConfigMap that has no room for both has to do without the stages.
  if (bytesOf(merged) > maxBytes) return last(was, desired, want, true);
  const isChange = isRerouted || isAdding(was, want);
  return {
    files: isChange ? merged : live,
    isChange,
    isDone: false,
    added: addedIn(was, want, domainsIn(next.routes)),
    isRerouted,
  };
}

interface Rerouting {
  readonly routes: ReadonlyMap<string, Resource>;
  readonly listeners: ReadonlyMap<string, Resource>;
}

function rerouting(was: ProxyState, want: ProxyState, settled: Settled): Rerouting {
  const routes = nextRoutes(was, want, settled);
  const listeners = nextListeners(was, want, routes, settled);
  return isWantedTaken({ routes, listeners }, want)
    ? { routes, listeners }
    : { routes, listeners: withRetainedListeners(listeners, was) };
}

function last(
  was: ProxyState | undefined,
  files: Files,
  want: ProxyState,
  isRerouted = was === undefined,
): Stage {
  const isChange = was === undefined || !isSameResource(sorted(was.files), sorted(files));
  return { files, isChange, isDone: true, added: was ? addedIn(was, want, want.hosts) : [], isRerouted };
}

function sorted(files: Files): readonly unknown[] {
  return Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1));
}

function nextRoutes(was: ProxyState, want: ProxyState, settled: Settled): ReadonlyMap<string, Resource> {
  const retained = [...was.routes].filter(([file]) => !want.routes.has(file));
  const taken = [...want.routes].flatMap(([file, wanted]) => {
    const present = was.routes.get(file);
    const target = withRetainedHosts(file, wanted, was, want);
    const isTaken = (resource: Resource) => isReady(resource, was, want, settled);
    const next = isTaken(target) ? target : (readyHosts(file, target, present, isTaken) ?? present);
    return next === undefined ? [] : [[file, next] as const];
  });
  return new Map([...taken, ...retained]);
}

/**
 * The table with those virtual hosts as desired that may be taken, and the others as they are: who changes one all the time
 * must not hold up those of others. In the first hop of a gateway the order of all routes counts, and there is but one.
 */
function readyHosts(
  file: string,
  target: Resource,
  present: Resource | undefined,
  isTaken: (host: Resource) => boolean,
): Resource | undefined {
  if (present === undefined || isFirstHop(file)) return undefined;
  const before = new Map(listIn(present, 'virtual_hosts').map((host) => [nameOf(host), host]));
  const hosts = listIn(target, 'virtual_hosts').flatMap((host): readonly Resource[] => {
    const next = isTaken(host) ? host : before.get(nameOf(host));
    return next ? [next] : [];
  });
  const domains = hosts.flatMap(domainsOf).map((domain) => domain.toLowerCase());
  // Envoy refuses a table in which two virtual hosts have one domain.
  return new Set(domains).size === domains.length ? { ...target, virtual_hosts: hosts } : undefined;
}

/** In a gateway, virtual hosts that the first hop may still name stay until all is removed. */
function withRetainedHosts(file: string, wanted: Resource, was: ProxyState, want: ProxyState): Resource {
  if (isFirstHop(file) || !(hasTwoHops(want.routes) || hasTwoHops(was.routes))) return wanted;
  const hosts = listIn(wanted, 'virtual_hosts');
  const taken = new Set(hosts.flatMap(domainsOf));
  const retained = listIn(was.routes.get(file), 'virtual_hosts').filter(
    (host) => !domainsOf(host).some((domain) => taken.has(domain)),
  );
  return retained.length === 0 ? wanted : { ...wanted, virtual_hosts: [...hosts, ...retained] };
}

/** Whether all that it names is in the proxies already, for long enough. */
function isReady(resource: Resource, was: ProxyState, want: ProxyState, settled: Settled): boolean {
  const { clusters, hosts } = namedIn(resource);
  const isHere = (name: string) => was.clusters.has(name) && settled.has(name);
  const isHostHere = (domain: string) => was.hosts.has(domain) && settled.has(hostKey(domain));
  return (
    [...clusters].every((name) => !want.clusters.has(name) || isHere(name)) &&
    [...hosts].every((domain) => !want.hosts.has(domain) || isHostHere(domain))
  );
}

function nextListeners(
  was: ProxyState,
  want: ProxyState,
  routes: ReadonlyMap<string, Resource>,
  settled: Settled,
): ReadonlyMap<string, Resource> {
  const taken = [...want.listeners].flatMap(([name, wanted]) => {
    const isComplete = [...namedIn(wanted).files].every((file) => !want.routes.has(file) || routes.has(file));
    const next = isComplete && isReady(wanted, was, want, settled) ? wanted : was.listeners.get(name);
    return next === undefined ? [] : [[name, next] as const];
  });
  return new Map(taken);
}

/** Those that are not wanted any more; an address has one listener. */
function withRetainedListeners(
  taken: ReadonlyMap<string, Resource>,
  was: ProxyState,
): ReadonlyMap<string, Resource> {
  const addresses = new Set([...taken.values()].map(({ address }) => JSON.stringify(address)));
  const retained = [...was.listeners].filter(
    ([name, { address }]) =>
      !taken.has(name) && !(address !== undefined && addresses.has(JSON.stringify(address))),
  );
  return new Map([...taken, ...retained]);
}

function isWantedTaken({ routes, listeners }: Rerouting, want: ProxyState): boolean {
  const isTaken = ([file, wanted]: readonly [string, Resource]) => {
    const next = routes.get(file);
    // Retained virtual hosts come last.
    return next !== undefined && isSameResource(withHostsOf(next, wanted), wanted);
  };
  return (
    [...want.routes].every(isTaken) &&
    [...want.listeners].every(([name, wanted]) => isSameResource(listeners.get(name), wanted))
  );
}

function withHostsOf(table: Resource, wanted: Resource): Resource {
  const count = listIn(wanted, 'virtual_hosts').length;
  const hosts = listIn(table, 'virtual_hosts');
  return hosts.length > count ? { ...table, virtual_hosts: hosts.slice(0, count) } : table;
}

/** Whether there is more than what is desired. */
function hasRest(was: ProxyState, want: ProxyState, { routes }: Rerouting): boolean {
  return (
    [...was.clusters.keys()].some((name) => !want.clusters.has(name)) ||
    [...was.supplements.keys()].some((file) => !want.supplements.has(file)) ||
    !isSameMap(routes, want.routes)
  );
}

function isAdding(was: ProxyState, want: ProxyState): boolean {
  const isNew = (those: ReadonlyMap<string, Resource>) => {
    return ([key, wanted]: readonly [string, Resource]) => !isSameResource(those.get(key), wanted);
  };
  return [...want.clusters].some(isNew(was.clusters)) || [...want.supplements].some(isNew(was.supplements));
}

function addedIn(was: ProxyState, want: ProxyState, hosts: ReadonlySet<string>): readonly string[] {
  const named = hasTwoHops(want.routes) ? [...hosts] : [];
  return [
    ...[...want.clusters.keys()].filter((name) => !was.clusters.has(name)),
    ...named.filter((domain) => !was.hosts.has(domain)).map(hostKey),
  ];
}

function mergedFiles(was: ProxyState, want: ProxyState, { routes, listeners }: Rerouting): Files {
  const clusters = new Map([...was.clusters, ...want.clusters]);
  const tables = [...routes].map(([file, table]) => [file, fileText(file, [table], was, want)] as const);
  const kept = [...was.supplements.keys()].filter((file) => !want.supplements.has(file));
  const others = Object.entries(want.files).filter(([file]) => !want.routes.has(file));
  return Object.fromEntries([
    ...others,
    ...kept.map((file) => [file, was.files[file] ?? ''] as const),
    ...tables,
    [fileNames.clusters, fileText(fileNames.clusters, [...clusters.values()], was, want)],
    [fileNames.listeners, fileText(fileNames.listeners, [...listeners.values()], was, want)],
  ]);
}

/** A file that has what the live or the desired one has is that one, with its version. */
function fileText(file: string, resources: readonly Resource[], was: ProxyState, want: ProxyState): string {
  const [wanted, present] = [readResources(want.files[file]), readResources(was.files[file])];
  if (wanted && isSameResource(wanted.resources, resources)) return want.files[file] ?? '';
  if (present && isSameResource(present.resources, resources)) return was.files[file] ?? '';
  return resourcesText({ version: `on the way to ${wanted?.version ?? ''}`, resources });
}

function isSameMap(a: ReadonlyMap<string, Resource>, b: ReadonlyMap<string, Resource>): boolean {
  return a.size === b.size && [...a].every(([key, resource]) => isSameResource(b.get(key), resource));
}

function bytesOf(files: Files): number {
  return Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
