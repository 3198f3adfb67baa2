import { files as fileNames } from '../translate/layout.ts';
import { fileKey, hostKey } from './keys.ts';
import { namedIn } from './named-in.ts';
import { nextListeners } from './next-listeners.ts';
import { nextRoutes } from './next-routes.ts';
import { domainsIn, hasTwoHops, type ProxyState, proxyStateOf } from './proxy-state.ts';
import type { Change, Settled } from './readiness.ts';
import {
  type Files,
  isRoutes,
  isSameResource,
  isSupplement,
  type Resource,
  readResources,
  resourcesText,
} from './resource-file.ts';
import { type Rerouting, type Unwanted, unwantedIn, withTables } from './without-unused.ts';

export type { Settled } from './readiness.ts';

/** One write of the files of a proxy, or none. */
export interface Stage {
  readonly files: Files;
  /** Whether these files differ from the live ones: they have to be written. */
  readonly isChange: boolean;
  /** Whether these files are the desired ones. */
  readonly isDone: boolean;
  /** What this write adds: to be settled before listeners and routes may name it. */
  readonly added: readonly string[];
  /** What is not used any more from this write on: to be removed when proxies have read it. */
  readonly retired: readonly string[];
  /** All that is not used in these files and not wanted. */
  readonly unused: readonly string[];
}

/** A ConfigMap has 1 MiB at most. */
const maxBytes = 1_000_000;

/**
 * The next files on the way from the live ones to the desired ones. Envoy reads each file on its own, in no fixed order:
 *   1. clusters, endpoints and certificates of both, changed ones as desired
 *   2. each virtual host, route of a gateway and port of a listener as desired, as soon as all that it names is settled
 *   3. each thing that is not wanted any more is removed, once nothing has named it for some time
 * Nothing of it waits for anything else that changes. Steps that change nothing are left out: changed weights are one write.
 * Every state is a valid start. In a gateway the virtual hosts of the second hop are to the first what clusters are to
 * routes. A proxy without live files has no pods.
 */
export function nextFiles(live: Files | undefined, desired: Files, settled: Settled): Stage {
  const want = proxyStateOf(desired);
  if (live === undefined) return last(undefined, desired, want);
  const was = proxyStateOf(live);
  const change = { was, want, settled, opened: namedIn([...was.listeners.values()]).files };
  const routes = nextRoutes(change);
  const rerouting = { routes, listeners: nextListeners(change, routes) };
  const unwanted = unwantedIn(change, rerouting);
  if (isWantedTaken(rerouting, want) && unwanted.unused.length === 0) return last(was, desired, want);
  const next = withTables(rerouting, was, unwanted.stays);
  const files = mergedFiles(was, want, next, unwanted);
  if (bytesOf(files) > maxBytes) return withoutRoom(change, desired);
  return {
    files,
    isChange: !isSameFiles(files, live),
    isDone: false,
    added: addedIn(was, want, next.routes),
    retired: unwanted.retired,
    unused: unwanted.unused,
  };
}

/** Nothing is added until all that is not used any more is removed; if that is not enough, it goes without the stages. */
function withoutRoom(change: Change, desired: Files): Stage {
  const { was, want } = change;
  const unwanted = unwantedIn(change, was);
  const next = withTables({ routes: new Map(), listeners: was.listeners }, was, unwanted.stays);
  const files = mergedFiles(was, was, next, unwanted);
  const isChange = !isSameFiles(files, was.files);
  const { retired, unused } = unwanted;
  if (!isChange && unused.length === 0) return last(was, desired, want);
  return { files, isChange, isDone: false, added: [], retired, unused };
}

function last(was: ProxyState | undefined, files: Files, want: ProxyState): Stage {
  const isChange = was === undefined || !isSameFiles(was.files, files);
  const added = was ? addedIn(was, want, want.routes) : [];
  return { files, isChange, isDone: true, added, retired: [], unused: [] };
}

function isSameFiles(a: Files, b: Files): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function isWantedTaken({ routes, listeners }: Rerouting, want: ProxyState): boolean {
  return hasAll(routes, want.routes) && hasAll(listeners, want.listeners);
}

function hasAll(next: ReadonlyMap<string, Resource>, wanted: ReadonlyMap<string, Resource>): boolean {
  return [...wanted].every(([key, resource]) => isSameResource(next.get(key), resource));
}

function addedIn(
  was: ProxyState,
  want: ProxyState,
  routes: ReadonlyMap<string, Resource>,
): readonly string[] {
  const hosts = hasTwoHops(want.routes) ? [...domainsIn(routes)] : [];
  return [
    ...[...want.clusters.keys()].filter((name) => !was.clusters.has(name)),
    ...hosts.filter((domain) => !was.hosts.has(domain)).map(hostKey),
    ...[...routes.keys()].filter((file) => !was.routes.has(file)).map(fileKey),
  ];
}

/** `base`: whose other files and clusters these are. */
function mergedFiles(
  was: ProxyState,
  base: ProxyState,
  { routes, listeners }: Rerouting,
  { stays }: Unwanted,
): Files {
  const clusters = [...new Map([...was.clusters, ...base.clusters])]
    .filter(([name]) => stays(name))
    .map(([, cluster]) => cluster);
  const textOf = (file: string, resources: readonly Resource[]) => fileText(file, resources, was, base);
  const supplements = [...was.supplements.keys()].filter((file) => stays(fileKey(file)));
  const others = Object.entries(base.files).filter(
    ([file]) => !isRoutes(file) && !(isSupplement(file) && !stays(fileKey(file))),
  );
  return {
    ...Object.fromEntries(supplements.map((file) => [file, was.files[file] ?? ''])),
    ...Object.fromEntries(others),
    ...Object.fromEntries([...routes].map(([file, table]) => [file, textOf(file, [table])])),
    [fileNames.clusters]: textOf(fileNames.clusters, clusters),
    [fileNames.listeners]: textOf(fileNames.listeners, [...listeners.values()]),
  };
}

/** A file that has what the live or the desired one has is that one, with its version. */
function fileText(file: string, resources: readonly Resource[], was: ProxyState, base: ProxyState): string {
  const [wanted, present] = [readResources(base.files[file]), readResources(was.files[file])];
  if (wanted && isSameResource(wanted.resources, resources)) return base.files[file] ?? '';
  if (present && isSameResource(present.resources, resources)) return was.files[file] ?? '';
  return resourcesText({ version: `on the way to ${wanted?.version ?? ''}`, resources });
}

function bytesOf(files: Files): number {
  return Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
