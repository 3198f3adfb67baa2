import type { ClusterConfig } from '../model/cluster-config.ts';
import type { MeshClaim, ObjectName } from '../model/mesh-claim.ts';
import type { ResourceKind, ResourceName, ResourceSpec } from '../model/mesh-resource.ts';
import type { Condition, MeshStatus, Timed } from '../model/mesh-status.ts';
import type { ListingDependencies, ObservingWorld } from './ports.ts';

export interface Described {
  readonly arn: string;
  /** With the version, it tells whether anybody else has touched the resource since. */
  readonly createdAtMs: number;
  readonly version: number;
  /** Account that made it. */
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

/**
 * Claims on App Mesh resources, by who has them (claimantOf in model/mesh-claim.ts). Every write throws a ConflictError
 * when the claim is not as the caller last saw it.
 */
export interface MeshClaimStore {
  all(claimant: string): AsyncIterable<MeshClaim>;
  /** Answers the claim with its next revision. */
  put(
    claimant: string,
    next: Omit<MeshClaim, 'revision'>,
    previous: MeshClaim | undefined,
  ): Promise<MeshClaim>;
  remove(claimant: string, claim: MeshClaim): Promise<void>;
}

/** What is told of one object, and whether the object itself says so yet. */
export interface StatusRecord {
  readonly object: ObjectName;
  readonly uid: string;
  readonly mesh?: Timed<MeshStatus> | undefined;
  /** Of a virtual node with Cloud Map: its pods' registrations. */
  readonly instances?: Timed<Condition> | undefined;
  /** Counts the changes; what the object itself was told last is `written`. */
  readonly revision: number;
  readonly written?: number | undefined;
  /** Why it could not be told. */
  readonly problem?: string | undefined;
}

export interface StatusStore {
  all(cluster: string): AsyncIterable<StatusRecord>;
  find(cluster: string, object: ObjectName): Promise<StatusRecord | undefined>;
  /** Throws a ConflictError when `previous` is not what is stored. */
  replace(cluster: string, next: StatusRecord, previous: StatusRecord | undefined): Promise<void>;
  remove(cluster: string, record: StatusRecord): Promise<void>;
}

/** When a cluster's mesh was last reconciled, and last verified against App Mesh as a whole: epoch milliseconds. */
export interface MeshRunRecord {
  readonly endedAtMs: number;
  readonly verifiedAtMs?: number | undefined;
}

export interface MeshRunStore {
  last(cluster: string): Promise<MeshRunRecord | undefined>;
  save(cluster: string, run: MeshRunRecord): Promise<void>;
}

/** Writes the status of mesh objects, by the EKS API. */
export interface StatusWriter {
  /**
   * Merges the fields into the object's status; null removes one. A ConflictError when another object has its name
   * now, a NotFoundError when none has.
   */
  write(
    object: ObjectName & { readonly uid: string },
    status: Readonly<Record<string, unknown>>,
  ): Promise<void>;
}

/** What telling mesh objects of themselves asks of the world, beyond what all use cases do. */
export interface StatusDependencies extends ObservingWorld {
  readonly statuses: StatusStore;
  readonly statusWriter: (cluster: ClusterConfig) => StatusWriter;
}

/** What reconciling the mesh asks of the world besides. */
export interface MeshDependencies extends StatusDependencies, ListingDependencies {
  /** undefined where the cluster has no App Mesh target: then nothing of it is ever called. */
  readonly appMesh: (cluster: ClusterConfig) => AppMesh | undefined;
  readonly meshClaims: MeshClaimStore;
  readonly meshRuns: MeshRunStore;
  /** A new clientToken. */
  readonly newToken: () => string;
  /** Tells the operators, in the log, what no object can be told. */
  readonly note: (message: string) => void;
}
