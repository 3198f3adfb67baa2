import type { ResourceKind, ResourceName } from '../model/mesh-resource.ts';

/** What the API calls `spec`: plain data in the shape of the API's own inputs and outputs. */
export type ResourceSpec = Readonly<Record<string, unknown>>;

export interface Described {
  readonly arn: string;
  readonly version: number;
  /** Account that made it. */
  readonly resourceOwner: string;
  readonly meshOwner: string;
  readonly spec: ResourceSpec;
}

export interface Listed {
  readonly name: string;
  readonly arn: string;
  readonly version: number;
}

/** One account and Region of AWS App Mesh, for all seven kinds alike. Errors: model/errors.ts. */
export interface AppMesh {
  /** Throws a ConflictError where the name is taken already, or the token was used with another spec. */
  create(
    resource: ResourceName,
    spec: ResourceSpec,
    options: { readonly clientToken: string; readonly tags: Readonly<Record<string, string>> },
  ): Promise<Described>;
  /** Throws a NotFoundError ('resource') where it is gone. */
  update(
    resource: ResourceName,
    spec: ResourceSpec,
    options: { readonly clientToken: string },
  ): Promise<Described>;
  /** Throws a ResourceInUseError while others refer to it; what is not there counts as deleted. */
  delete(resource: ResourceName): Promise<void>;
  describe(resource: ResourceName): Promise<Described | undefined>;
  /**
   * All of a kind in a mesh (routes: of a router; gateway routes: of a gateway), all pages. Nothing where the mesh or
   * parent is not there.
   */
  list(kind: ResourceKind, scope: Omit<ResourceName, 'kind' | 'name'>): AsyncIterable<Listed>;
  tags(arn: string): Promise<Readonly<Record<string, string>>>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
}
