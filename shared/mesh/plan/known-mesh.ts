import type { MeshClaim } from '../../model/records/mesh-claim.ts';

/** The known state of a cluster's resources before a run. */
export interface KnownMesh {
  readonly claims: ReadonlyMap<string, MeshClaim>;
  /** Whether an object was observed to be deleted; an unknown object was not. */
  readonly isGone: (sourceObject: MeshClaim['sourceObject']) => boolean;
}
