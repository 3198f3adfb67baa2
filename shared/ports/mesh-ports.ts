import type {
  ResourceKind,
  ResourceName,
  ResourceSpec,
} from '../mesh/targets/app-mesh/plan/resource-name.ts';
import type { ClusterConfig } from '../model/cluster-config.ts';
import type { MeshClaim, ObjectName } from '../model/records/mesh-claim.ts';
import type { Condition, MeshStatus, Timed } from '../model/records/mesh-status.ts';
import type { ListingDependencies, ObservingDependencies } from './ports.ts';

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

/**
 * Claims on App Mesh resources by claimant (claimantOf in model/mesh-claim.ts). Every write throws a ConflictError if
 * the claim has changed since the caller read it.
 */
export interface MeshClaimStore {
  all(claimant: string): AsyncIterable<MeshClaim>;
  /** Returns the claim with its next revision. */
  put(
    claimant: string,
    next: Omit<MeshClaim, 'revision'>,
    previous: MeshClaim | undefined,
  ): Promise<MeshClaim>;
  remove(claimant: string, claim: MeshClaim): Promise<void>;
}

/** The status to write to one object, and whether it is already written. */
export interface StatusRecord {
  readonly object: ObjectName;
  readonly uid: string;
  readonly mesh?: Timed<MeshStatus> | undefined;
  /** For a virtual node with Cloud Map: the registrations of its pods. */
  readonly instances?: Timed<Condition> | undefined;
  /** Counts the changes; `written` is the revision that was last written to the object. */
  readonly revision: number;
  readonly written?: number | undefined;
  /** Why the status could not be written. */
  readonly problem?: string | undefined;
}

export interface StatusStore {
  all(cluster: string): AsyncIterable<StatusRecord>;
  find(cluster: string, object: ObjectName): Promise<StatusRecord | undefined>;
  /** Throws a ConflictError if `previous` is not what is stored. */
  replace(cluster: string, next: StatusRecord, previous: StatusRecord | undefined): Promise<void>;
  remove(cluster: string, record: StatusRecord): Promise<void>;
}

/** When a cluster's mesh was last reconciled, and last fully verified against App Mesh; epoch milliseconds. */
export interface MeshRunRecord {
  readonly endedAtMs: number;
  readonly verifiedAtMs?: number | undefined;
}

export interface MeshRunStore {
  last(cluster: string): Promise<MeshRunRecord | undefined>;
  save(cluster: string, run: MeshRunRecord): Promise<void>;
}

/** Writes the status of mesh objects through the EKS API. */
export interface StatusWriter {
  /**
   * Merges the fields into the object's status; null removes a field. Throws a ConflictError if another object has the
   * name now, a NotFoundError if none has.
   */
  write(
    object: ObjectName & { readonly uid: string },
    status: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

/** Further dependencies for writing the status of mesh objects. */
export interface StatusDependencies extends ObservingDependencies {
  readonly statuses: StatusStore;
  readonly statusWriter: (cluster: ClusterConfig) => StatusWriter;
}

/** Further dependencies for reconciling the mesh. */
export interface MeshDependencies extends StatusDependencies, ListingDependencies {
  /** Returns undefined if the cluster has no App Mesh target; App Mesh is then never called. */
  readonly appMesh: (cluster: ClusterConfig) => AppMesh | undefined;
  readonly meshClaims: MeshClaimStore;
  readonly meshRuns: MeshRunStore;
  /** Generates a clientToken. */
  readonly newToken: () => string;
  /** Logs for the operators what cannot be written to any object. */
  readonly note: (message: string) => void;
}
