import type { ClusterConfig } from '../model/cluster-config.ts';
import { claimantOf, type MeshClaim } from '../model/records/mesh-claim.ts';
import type { AppMesh, MeshDependencies } from '../ports/mesh-ports.ts';
import { resourceKey } from './targets/app-mesh/plan/resource-name.ts';

export type AppMeshConfig = NonNullable<ClusterConfig['appMesh']>;

/** The function's timeout is a minute. Steps not started by then are left to the next run. */
const maxWaitMs = 40_000;

/** Statuses not written by then are left to the next run, so that this run can request it before the function times out. */
const statusWaitMs = 50_000;

/** One run for one cluster: the current claims and the App Mesh client. */
export class MeshRun {
  readonly cluster: string;
  readonly config: AppMeshConfig;
  readonly api: AppMesh;
  readonly deps: MeshDependencies;
  /** By resource key. An invalidated claim is invalidated here first, before anything is written. */
  readonly claims: Map<string, MeshClaim>;
  /** Whether every claim was compared with App Mesh in this run and the result was stored. */
  isVerified = false;
  private readonly claimant: string;
  private untilMs: number;
  private readonly writesUntilMs: number;

  constructor(
    deps: MeshDependencies,
    cluster: ClusterConfig,
    { config, api }: { readonly config: AppMeshConfig; readonly api: AppMesh },
    claims: readonly MeshClaim[],
  ) {
    this.deps = deps;
    this.cluster = cluster.name;
    this.claimant = claimantOf(cluster);
    this.config = config;
    this.api = api;
    this.untilMs = deps.clock.now() + maxWaitMs;
    this.writesUntilMs = deps.clock.now() + statusWaitMs;
    this.claims = new Map(claims.map((claim) => [resourceKey(claim.resource), claim]));
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
  async put(next: Omit<MeshClaim, 'revision'>): Promise<MeshClaim> {
    const key = resourceKey(next.resource);
    const claim = await this.deps.meshClaims.put(this.claimant, next, this.claims.get(key));
    this.claims.set(key, claim);
    return claim;
  }

  async remove(claim: MeshClaim): Promise<void> {
    await this.deps.meshClaims.remove(this.claimant, claim);
    this.claims.delete(resourceKey(claim.resource));
  }
}
