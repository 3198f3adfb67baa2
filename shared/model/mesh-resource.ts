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

/** A resource by the names that the App Mesh API knows it by. */
export interface ResourceName {
  readonly kind: ResourceKind;
  readonly meshName: string;
  /** Account that owns a mesh shared with ours; absent where the mesh is ours. */
  readonly meshOwner?: string | undefined;
  /** The virtual router of a route, the virtual gateway of a gateway route; absent for all other kinds. */
  readonly parentName?: string | undefined;
  /** A mesh's is meshName. */
  readonly name: string;
}

/** Unique in one account and Region: `virtualNode/webapp/blue-v1_blue`, `route/webapp/app-router_consumer/app-route`. */
export function resourceKey({ kind, meshName, parentName, name }: ResourceName): string {
  const path =
    kind === 'mesh' ? [meshName] : [meshName, ...(parentName === undefined ? [] : [parentName]), name];
  return [kind, ...path].join('/');
}

/** What the API calls `spec`: plain data in the shape of the API's own inputs and outputs. */
export type ResourceSpec = Readonly<Record<string, unknown>>;
