import type { ClusterConfig } from './cluster-config.ts';
import type { MeshKind } from './kubernetes.ts';
import type { ListenerAlternatives } from './mesh-listener.ts';
import type { ResourceName } from './mesh-resource.ts';

/** An object of the cluster by its names; in whichever of its lives. */
export interface ObjectName {
  readonly kind: MeshKind;
  /** Empty for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * What this system knows of one App Mesh resource that it made, took over, or depends on. Written before every call
 * that changes the resource and again after it, so that a crash at any point leaves a claim that says what may exist.
 */
export interface MeshClaim {
  readonly resource: ResourceName;
  /** The object that wants the resource. */
  readonly sourceObject: ObjectName;
  /**
   * `claimed`: a call may be under way; `applied`: the last call is known to have ended; `releasing`: it is known that
   * nobody wants it, even when the tombstone of its object is no more.
   */
  readonly phase: 'claimed' | 'applied' | 'releasing';
  /** Of the spec that was applied last; absent where that is not known for sure. */
  readonly fingerprint?: string | undefined;
  /** Keys of the resources that this one refers to, or may. */
  readonly dependsOn: readonly string[];
  /** Of virtual routers and routes: what it listens on, or needs a listener for; absent where that is not known. */
  readonly listeners?: ListenerAlternatives | undefined;
  /** Present once the resource is known to be there. */
  readonly arn?: string | undefined;
  /** What AWS says of the last change: with another version, or creation, somebody else has been there since. */
  readonly version?: number | undefined;
  readonly createdAtMs?: number | undefined;
  /** In words who keeps it, where it is not ours to change: another cluster or account. Only of meshes. */
  readonly owner?: string | undefined;
  /**
   * In which circumstances it was refused last, and why: it is not tried again until they change, which is to say its
   * spec or those of what it is judged by, or until everything is verified.
   */
  readonly refused?:
    | { readonly inputsHash: string; readonly reason: string; readonly message: string }
    | undefined;
  /**
   * In how many runs it could not be deleted since others refer to it, and what App Mesh said; counted until nobody waits
   * for it any more.
   */
  readonly inUse?: { readonly runs: number; readonly message: string } | undefined;
  /** Counts the writes of this claim. */
  readonly revision: number;
}

/**
 * Who claims resources, and where: `production#<role>|<Region>|<endpoint>`, each as clusters.yml has it. A cluster whose
 * target changes has no claims there, so that nothing in the new target passes for what was made in the former.
 */
export function claimantOf({ name, appMesh }: Pick<ClusterConfig, 'name' | 'appMesh'>): string {
  const { roleArn = '', region = '', endpoint = '' } = appMesh ?? {};
  return `${name}#${[roleArn, region, endpoint].join('|')}`;
}

export function objectNameText({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
