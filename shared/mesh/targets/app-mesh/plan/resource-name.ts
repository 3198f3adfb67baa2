/** The seven kinds of resources of the App Mesh API. */
export const resourceKinds = [
  'mesh',
  'virtualGateway',
  'gatewayRoute',
  'virtualNode',
  'virtualRouter',
  'route',
  'virtualService',
] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** The names that identify a resource in the App Mesh API. */
export interface ResourceName {
  readonly kind: ResourceKind;
  readonly meshName: string;
  /** Account that owns a mesh shared with ours; absent if the mesh is ours. */
  readonly meshOwner?: string | undefined;
  /** The virtual router of a route, the virtual gateway of a gateway route; absent for all other kinds. */
  readonly parentName?: string | undefined;
  /** For a mesh, the same as meshName. */
  readonly name: string;
}

/**
 * Unique in one account and Region: `virtualNode/webapp/blue-v1_blue`, `route/webapp/app-router_consumer/app-route`; in a
 * mesh of another account `virtualNode/111122223333:webapp/blue-v1_blue`, since a mesh of ours may have the same name.
 */
export function resourceKey({ kind, meshName, meshOwner, parentName, name }: ResourceName): string {
  const mesh = meshOwner === undefined ? meshName : `${meshOwner}:${meshName}`;
  const path = kind === 'mesh' ? [mesh] : [mesh, ...(parentName === undefined ? [] : [parentName]), name];
  return [kind, ...path].join('/');
}

/** A mesh of another account: used read-only. */
export function isShared({ kind, meshOwner }: ResourceName): boolean {
  return kind === 'mesh' && meshOwner !== undefined;
}

/** The API's `spec`: plain data in the structure of the API's inputs and outputs. */
export type ResourceSpec = Readonly<Record<string, unknown>>;
