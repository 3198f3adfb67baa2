import type { MeshClaim } from '../../model/records/mesh-claim.ts';
import type { Problem } from './problem.ts';
import type { DesiredResource } from './resource.ts';

interface AnyStep {
  readonly key: string;
  /** Keys of the steps that must end before this one starts. */
  readonly after: readonly string[];
}

/** Create or update a resource to match the desired spec. */
export interface Ensure<Claim extends MeshClaim = MeshClaim> extends AnyStep {
  readonly do: 'ensure';
  readonly desired: DesiredResource<Claim['resource']>;
  readonly claim: Claim | undefined;
  /** Those of `after` that may fail if the resource that they change exists. */
  readonly needsToExist: readonly string[];
}

/** A step of the target's own that comes before one or more changes. Its key is not that of a resource. */
export interface Prepare<Claim extends MeshClaim = MeshClaim> extends AnyStep {
  readonly do: 'prepare';
  readonly desired: DesiredResource<Claim['resource']>;
  readonly claim: Claim;
  /** Those of `after` that may fail if the resource that they change exists. */
  readonly needsToExist: readonly string[];
}

/** Delete a resource of ours that no object wants any more. */
export interface Release<Claim extends MeshClaim = MeshClaim> extends AnyStep {
  readonly do: 'release';
  readonly claim: Claim;
}

export type Step = Ensure | Prepare | Release;

export interface MeshPlan {
  /** Ordered only by `after`; at most one step per key. */
  readonly steps: readonly Step[];
  /** By key, why a resource does not match the desired spec, or cannot. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Claims on unwanted resources that cannot be deleted yet. */
  readonly blocked: readonly MeshClaim[];
}
