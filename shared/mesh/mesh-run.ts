import type { MeshClaim } from '../model/records/mesh-claim.ts';
import type { MeshDependencies } from '../ports/mesh-ports.ts';

/** The function's timeout is a minute. Steps not started by then are left to the next run. */
const maxWaitMs = 40_000;

/** Statuses not written by then are left to the next run, so that this run can request it before the function times out. */
const statusWaitMs = 50_000;

/** One run for one cluster: the current claims, and the time that is left. `Claim`: those of its mesh target. */
export class MeshRun<Claim extends MeshClaim = MeshClaim> {
  readonly cluster: string;
  readonly deps: MeshDependencies;
  /** By resource key. An invalidated claim is invalidated here first, before anything is written. */
  readonly claims: Map<string, Claim>;
  /** Whether every claim was compared with the mesh target in this run and the result was stored. */
  isVerified = false;
  private readonly claimant: string;
  private untilMs: number;
  private readonly writesUntilMs: number;

  constructor(deps: MeshDependencies, cluster: string, claimant: string, claims: readonly Claim[]) {
    this.deps = deps;
    this.cluster = cluster;
    this.claimant = claimant;
    this.untilMs = deps.clock.now() + maxWaitMs;
    this.writesUntilMs = deps.clock.now() + statusWaitMs;
    this.claims = new Map(claims.map((claim) => [claim.key, claim]));
  }

  isOutOfTime(): boolean {
    return this.deps.clock.now() >= this.untilMs;
  }

  /** The deadline for writing statuses is somewhat later than that for starting steps. */
  isOverdue(): boolean {
    return this.deps.clock.now() >= this.writesUntilMs;
  }

  /** Starts no more steps in this run. */
  stop(): void {
    this.untilMs = Number.NEGATIVE_INFINITY;
  }

  /** Replaces the known revision of a claim. */
  async put(next: Omit<Claim, 'revision'>): Promise<Claim> {
    const known = this.claims.get(next.key);
    const claim = await this.deps.meshClaims.put<Claim>(this.claimant, next, known);
    this.claims.set(next.key, claim);
    return claim;
  }

  async remove(claim: Claim): Promise<void> {
    await this.deps.meshClaims.remove(this.claimant, claim);
    this.claims.delete(claim.key);
  }
}
