/** The seven resource kinds of the App Mesh API. */
export type ResourceKind =
  | 'mesh'
  | 'virtualGateway'
  | 'gatewayRoute'
  | 'virtualNode'
  | 'virtualRouter'
  | 'route'
  | 'virtualService';

/** A resource, identified by the names of the App Mesh API. */
export interface ResourceName {
  readonly kind: ResourceKind;
  readonly meshName: string;
  /** The owner account, for a mesh shared with this account. */
  readonly meshOwner?: string | undefined;
  /** The virtual router of a route, or the virtual gateway of a gateway route. */
  readonly parentName?: string | undefined;
  /** For a mesh, its meshName. */
  readonly name: string;
}
