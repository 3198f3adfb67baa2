import type { ObjectName } from '../../../../model/records/mesh-claim.ts';
import type { Entry } from '../../../plan/entry.ts';

/** A resource of Envoy's v3 API as plain JSON, with snake_case fields and without `@type`. */
export type EnvoyResource = Readonly<Record<string, unknown>> & { readonly name: string };

/** EDS: the endpoints of one cluster. */
export type Endpoints = Readonly<Record<string, unknown>> & { readonly cluster_name: string };

/** What one Envoy runs, or a part of it. Every list is in a stable order. */
export interface ProxyConfig {
  readonly listeners: readonly EnvoyResource[];
  readonly clusters: readonly EnvoyResource[];
  /** Route tables, each a file of its own: `name` is part of the file's name, so `[a-z0-9_.-]+`. */
  readonly routes: readonly EnvoyResource[];
  readonly endpoints: readonly Endpoints[];
  /** Certificates as SDS secrets, each a file of its own, so that Envoy reloads a rotated certificate. */
  readonly secrets: readonly EnvoyResource[];
}

export const emptyProxy: ProxyConfig = {
  listeners: [],
  clusters: [],
  routes: [],
  endpoints: [],
  secrets: [],
};

function joined(parts: readonly ProxyConfig[]): ProxyConfig {
  return {
    listeners: parts.flatMap(({ listeners }) => listeners),
    clusters: parts.flatMap(({ clusters }) => clusters),
    routes: parts.flatMap(({ routes }) => routes),
    endpoints: parts.flatMap(({ endpoints }) => endpoints),
    secrets: parts.flatMap(({ secrets }) => secrets),
  };
}

/** An instance of Cloud Map that is not a pod of this cluster. */
export interface ForeignInstance {
  readonly address: string;
  /** Of AWS_INSTANCE_PORT; without it, the port of the virtual node's listener. */
  readonly port: number | undefined;
}

/** What a translation needs beside the objects. */
export interface EnvoyContext {
  /** The DNS domain of the cluster: `cluster.local`. */
  readonly clusterDomain: string;
  /**
   * The instances from elsewhere of a virtual node with Cloud Map discovery, filtered by its attributes; undefined if they
   * could not be read: then the last known ones stay (`Kept`).
   */
  readonly instancesOf: (node: ObjectName) => readonly ForeignInstance[] | undefined;
  /**
   * Whether an object cannot be translated: it is invalid, in no or another mesh, has missing references, or a field that is
   * refused. What a proxy has of it is `Kept`.
   */
  readonly isRefused: (entry: Entry) => boolean;
}

/**
 * What has to stay as it is in the proxy, whatever it is: the object is refused or not known, and its last valid state
 * stays in effect. The run copies it from the ConfigMap in the cluster.
 */
export interface Kept {
  /** Names of virtual hosts and of TCP filter chains, which both are the awsName of a virtual service; or of clusters whose endpoints stay. */
  readonly services: readonly string[];
  readonly endpoints: readonly string[];
  /** Names of routes in the first hop of a gateway, `<namespace>/<name>` of a gateway route: see `keptRoutes`. */
  readonly routes?: readonly string[];
}

/** A part of a proxy, without what has to stay as it is there. */
export interface Part extends ProxyConfig {
  readonly kept: Kept;
}

export const emptyPart: Part = { ...emptyProxy, kept: { services: [], endpoints: [], routes: [] } };

export function joinedParts(parts: readonly Part[]): Part {
  return {
    ...joined(parts),
    kept: {
      services: [...new Set(parts.flatMap(({ kept }) => kept.services))],
      endpoints: [...new Set(parts.flatMap(({ kept }) => kept.endpoints))],
      routes: [...new Set(parts.flatMap(({ kept }) => kept.routes ?? []))],
    },
  };
}
