import type { ClusterConfig } from '../model/cluster-config.ts';
import { claimantOf, type MeshClaim } from '../model/mesh-claim.ts';
import { resourceKey } from '../model/mesh-resource.ts';
import type { AppMesh, MeshDependencies } from '../ports/mesh-ports.ts';

export type AppMeshConfig = NonNullable<ClusterConfig['appMesh']>;

/** A function has a minute; what is not begun by then is the next run's. */
const maxWaitMs = 40_000;

/** What is not told by then is left to the next run, so that this one can say so before the function is ended. */
const statusWaitMs = 50_000;

/** One run of one cluster: the claims as they are now, and who answers for App Mesh. */
export class MeshRun {
  readonly cluster: string;
  readonly config: AppMeshConfig;
  readonly api: AppMesh;
  readonly deps: MeshDependencies;
  /** By resource key. A claim that is in doubt is here as doubted, before anything is written. */
  readonly claims: Map<string, MeshClaim>;
  /** Whether every claim was compared with App Mesh in this run, and what was found is written down. */
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

  /** Objects are told what came of them for somewhat longer than anything is begun. */
  isOverdue(): boolean {
    return this.deps.clock.now() >= this.writesUntilMs;
  }

  /** Nothing more is begun in this run. */
  stop(): void {
    this.untilMs = Number.NEGATIVE_INFINITY;
  }

  /** Writes a claim as the next one after what is known of it. */
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
