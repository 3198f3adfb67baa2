import type { ResourceKind, ResourceName, ResourceSpec } from './plan/resource-name.ts';

export interface Described {
  readonly arn: string;
  /** Together with the version, it shows whether anybody else has changed the resource since. */
  readonly createdAtMs: number;
  readonly version: number;
  /** Account that created the resource. */
  readonly resourceOwner: string;
  readonly meshOwner: string;
  readonly spec: ResourceSpec;
}

export interface Listed {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly version: number;
}

/** One account and Region of AWS App Mesh, with the same calls for all seven kinds. Errors: model/errors.ts. */
export interface AppMesh {
  /** Throws a ConflictError if the name is already taken or the token was used with another spec. */
  create(
    resource: ResourceName,
    spec: ResourceSpec,
    options: { readonly clientToken: string; readonly tags: Readonly<Record<string, string>> },
  ): Promise<Described>;
  /** Throws a NotFoundError ('resource') if the resource does not exist. */
  update(
    resource: ResourceName,
    spec: ResourceSpec,
    options: { readonly clientToken: string },
  ): Promise<Described>;
  /** Throws a ResourceInUseError while other resources refer to it. A missing resource counts as deleted. */
  delete(resource: ResourceName): Promise<void>;
  describe(resource: ResourceName): Promise<Described | undefined>;
  /**
   * All resources of a kind in a mesh (routes: of a router; gateway routes: of a gateway), all pages. Empty if the mesh
   * or the parent does not exist.
   */
  list(kind: ResourceKind, scope: Omit<ResourceName, 'kind' | 'name'>): AsyncIterable<Listed>;
  tags(arn: string): Promise<Readonly<Record<string, string>>>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
}
