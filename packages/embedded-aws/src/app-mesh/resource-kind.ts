/** The seven kinds of resources of the App Mesh API. */
export type ResourceKind =
  | 'mesh'
  | 'virtualGateway'
  | 'gatewayRoute'
  | 'virtualNode'
  | 'virtualRouter'
  | 'route'
  | 'virtualService';

/** A resource by the names that the App Mesh API knows it by. */
export interface ResourceName {
  readonly kind: ResourceKind;
  readonly meshName: string;
  /** The account that owns a mesh shared with this one. */
  readonly meshOwner?: string | undefined;
  /** The virtual router of a route, the virtual gateway of a gateway route. */
  readonly parentName?: string | undefined;
  /** For a mesh, its meshName. */
  readonly name: string;
}
