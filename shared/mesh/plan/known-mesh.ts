import type { MeshClaim } from '../../model/mesh-claim.ts';
import type { Quotas } from './quotas.ts';

/** What is known of a cluster's resources before a run. */
export interface KnownMesh {
  readonly claims: ReadonlyMap<string, MeshClaim>;
  /** Whether an object is known to have been deleted: not being known is not enough. */
  readonly isGone: (sourceObject: MeshClaim['sourceObject']) => boolean;
  readonly quotas: Quotas;
}
