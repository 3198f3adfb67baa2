import { files as fileNames } from '../translate/layout.ts';
import {
  domainsOf,
  type Files,
  isFirstHop,
  isRoutes,
  isSupplement,
  listIn,
  nameOf,
  type Resource,
  readResources,
} from './resource-file.ts';

/** The files of a proxy, read. */
export interface ProxyState {
  readonly files: Files;
  readonly listeners: ReadonlyMap<string, Resource>;
  readonly clusters: ReadonlyMap<string, Resource>;
  /** By file name; each has one route table. */
  readonly routes: ReadonlyMap<string, Resource>;
  /** Endpoints and certificates by file name. */
  readonly supplements: ReadonlyMap<string, Resource>;
  /** In a gateway, the domains of the virtual hosts of the second hop. */
  readonly hosts: ReadonlySet<string>;
}

export function proxyStateOf(files: Files): ProxyState {
  const routes = single(files, isRoutes);
  return {
    files,
    listeners: byName(files[fileNames.listeners]),
    clusters: byName(files[fileNames.clusters]),
    routes,
    supplements: single(files, isSupplement),
    hosts: domainsIn(routes),
  };
}

export function hasTwoHops(routes: ReadonlyMap<string, Resource>): boolean {
  return [...routes.keys()].some(isFirstHop);
}

/** The domains of all tables but those of a gateway's first hop. */
export function domainsIn(routes: ReadonlyMap<string, Resource>): ReadonlySet<string> {
  const tables = [...routes].filter(([file]) => !isFirstHop(file));
  const hosts = tables.flatMap(([, table]) => listIn(table, 'virtual_hosts'));
  return new Set(hosts.flatMap(domainsOf));
}

function byName(text: string | undefined): ReadonlyMap<string, Resource> {
  const { resources = [] } = readResources(text) ?? {};
  return new Map(resources.map((resource) => [nameOf(resource), resource]));
}

function single(files: Files, isKind: (file: string) => boolean): ReadonlyMap<string, Resource> {
  const found = Object.keys(files).filter(isKind);
  return new Map(
    found.flatMap((file) => {
      const [resource] = readResources(files[file])?.resources ?? [];
      return resource === undefined ? [] : [[file, resource] as const];
    }),
  );
}
