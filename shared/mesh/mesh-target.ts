import type { ClusterConfig } from '../model/cluster-config.ts';
import type { MeshClaim } from '../model/records/mesh-claim.ts';
import type { MeshDependencies } from '../ports/mesh-ports.ts';
import type { MeshRun } from './mesh-run.ts';
import type { Directory } from './plan/directory.ts';
import type { Entry } from './plan/entry.ts';
import type { Problem } from './plan/problem.ts';
import type { DesiredResource } from './plan/resource.ts';
import type { Ensure, Prepare } from './plan/steps.ts';
import type { TargetRules } from './plan/target-rules.ts';

/**
 * What mesh objects are applied to: one folder in `targets/`. The run decides what is done, in which order and until when;
 * the target does it. Every method may be repeated after a crash at any point: it writes the claim (`run.put`) before a
 * call that changes something, and again after it. A thrown PermanentError or RefusedError is a refusal, which is recorded
 * in the claim; a QuotaExceededError likewise; any other error is retried.
 */
export interface MeshTarget<Claim extends MeshClaim = MeshClaim> {
  readonly rules: TargetRules<Claim>;
  /** The target for one run, with what its rules need from outside the cluster: read before anything is planned. */
  informed?(directory: Directory, deps: MeshDependencies): Promise<MeshTarget<Claim>>;
  /** A digest of what was read, in a target that `informed` returns; absent if something could not be read. */
  readonly inputs?: string | undefined;
  /** Creates or updates the resource; never one of others. Afterwards the claim has phase `applied`, id and fingerprint. */
  ensure(run: MeshRun<Claim>, step: Ensure<Claim>): Promise<void>;
  /**
   * After `ensure`: why the resource is not as desired yet, if the target has to wait between two of its writes. Then
   * `finish` requests the run that continues.
   */
  pending?(run: MeshRun<Claim>, claim: Claim): Problem | null;
  /** Likewise of an object without resources of its own, which is part of those of others. */
  waiting?(run: MeshRun<Claim>, entry: Entry): Problem | null;
  /** Only if `rules.orderOf` plans such steps. */
  prepare?(run: MeshRun<Claim>, step: Prepare<Claim>): Promise<void>;
  /** Deletes the resource if it is ours, then the claim. Returns why it still exists if waiting is of no use. */
  release(run: MeshRun<Claim>, claim: Claim): Promise<Problem | null>;
  /**
   * Compares every claim with the target itself and invalidates those that differ, so that the run repairs them. Claims
   * that do not fit into the time are skipped; `run.isVerified` says whether all were compared.
   */
  verify(
    run: MeshRun<Claim>,
    resources: ReadonlyMap<string, DesiredResource<Claim['resource']>>,
  ): Promise<void>;
  /** Called once after all steps, whether they succeeded or not. */
  finish?(run: MeshRun<Claim>): Promise<void>;
}

/** The dependencies for reconciling a mesh. */
export interface ReconcileDependencies extends MeshDependencies {
  /** The mesh targets of a cluster, which may have none. */
  readonly meshTargets: (cluster: ClusterConfig) => readonly MeshTarget[];
}
