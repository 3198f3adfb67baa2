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
  /** Domains of the virtual hosts that a gateway's second hop has; empty for a virtual node. */
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
    hosts: new Set(hasTwoHops(routes) ? secondHopHosts(routes).flatMap(domainsOf) : []),
  };
}

export function hasTwoHops(routes: ReadonlyMap<string, Resource>): boolean {
  return [...routes.keys()].some(isFirstHop);
}

function secondHopHosts(routes: ReadonlyMap<string, Resource>): readonly Resource[] {
  return [...routes]
    .filter(([file]) => !isFirstHop(file))
    .flatMap(([, table]) => listIn(table, 'virtual_hosts'));
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
