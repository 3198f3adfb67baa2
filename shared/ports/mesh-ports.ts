import type { ClusterConfig } from '../model/cluster-config.ts';
import type { MeshReconcileRequested } from '../model/events/event.ts';
import type { MeshClaim, ObjectName } from '../model/records/mesh-claim.ts';
import type { StatusRecord } from '../model/records/status-record.ts';
import type { ListingDependencies, ObservingDependencies } from './ports.ts';

/**
 * Claims on resources of mesh targets by claimant, which is a cluster and its target (`TargetRules`). Every write throws a ConflictError if
 * the claim has changed since the caller read it.
 */
export interface MeshClaimStore {
  all(claimant: string): AsyncIterable<MeshClaim>;
  /** Returns the claim with its next revision. */
  put<Claim extends MeshClaim>(
    claimant: string,
    next: Omit<Claim, 'revision'>,
    previous: Claim | undefined,
  ): Promise<Claim>;
  remove(claimant: string, claim: MeshClaim): Promise<void>;
}

export interface StatusStore {
  all(cluster: string): AsyncIterable<StatusRecord>;
  find(cluster: string, object: ObjectName): Promise<StatusRecord | undefined>;
  /** Throws a ConflictError if `previous` is not what is stored. */
  replace(cluster: string, next: StatusRecord, previous: StatusRecord | undefined): Promise<void>;
  remove(cluster: string, record: StatusRecord): Promise<void>;
}

/** When a cluster's mesh was last reconciled; epoch milliseconds. */
export interface MeshRunRecord {
  readonly endedAtMs: number;
  /** By the name of the mesh target: when it was last compared in full. */
  readonly verifiedAtMs?: Readonly<Record<string, number>> | undefined;
  /** Likewise: a digest of what the target had read from outside the cluster. */
  readonly inputs?: Readonly<Record<string, string>> | undefined;
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

/** Further dependencies for reconciling the mesh, without the mesh target itself. */
export interface MeshDependencies extends StatusDependencies, ListingDependencies {
  readonly meshClaims: MeshClaimStore;
  readonly meshRuns: MeshRunStore;
  /** Sends a request that is handled at that time (epoch milliseconds). The same request for the same time is one. */
  readonly later: (event: MeshReconcileRequested, dueAtMs: number) => Promise<void>;
  /** Generates a token that is used once. */
  readonly newToken: () => string;
  /** Logs for the operators what cannot be written to any object. */
  readonly note: (message: string) => void;
}
