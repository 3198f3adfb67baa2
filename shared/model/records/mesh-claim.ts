import type { ListenerAlternatives } from '../../mesh/targets/app-mesh/plan/mesh-listener.ts';
import type { ResourceName } from '../../mesh/targets/app-mesh/plan/resource-name.ts';
import type { ClusterConfig } from '../cluster-config.ts';
import type { MeshKind } from '../kubernetes.ts';

/** An object of the cluster by name, regardless of its uid. */
export interface ObjectName {
  readonly kind: MeshKind;
  /** Empty for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * The record of one App Mesh resource that this system created, adopted, or depends on. Written before every call that
 * changes the resource and again after it, so that after a crash the claim says what may exist.
 */
export interface MeshClaim {
  readonly resource: ResourceName;
  /** The object that wants the resource. */
  readonly sourceObject: ObjectName;
  /**
   * `claimed`: a call may be running; `applied`: the last call has ended; `releasing`: no object wants it, even after the
   * tombstone of its object has expired.
   */
  readonly phase: 'claimed' | 'applied' | 'releasing';
  /** Digest of the spec that was applied last; absent if not known for certain. */
  readonly fingerprint?: string | undefined;
  /** Keys of the resources that this one refers to, or may. */
  readonly dependsOn: readonly string[];
  /** Of virtual routers and routes: the listeners it has or requires; absent if not known. */
  readonly listeners?: ListenerAlternatives | undefined;
  /** Present once the resource is known to exist. */
  readonly arn?: string | undefined;
  /** From AWS's answer to the last change: another version or creation time shows that somebody else changed it since. */
  readonly version?: number | undefined;
  readonly createdAtMs?: number | undefined;
  /** Text: the other cluster or account that owns it, so that it is read-only for us. Only of meshes. */
  readonly owner?: string | undefined;
  /**
   * The inputs with which it was refused last, and why: it is not tried again until they change (its spec, or the specs
   * that App Mesh validates it against), or until everything is verified.
   */
  readonly refused?:
    | { readonly inputsHash: string; readonly reason: string; readonly message: string }
    | undefined;
  /**
   * The number of runs in which it could not be deleted because others refer to it, and App Mesh's message; counted until
   * no run waits for it any more.
   */
  readonly inUse?: { readonly runs: number; readonly message: string } | undefined;
  /** Counts the writes of this claim. */
  readonly revision: number;
}

/**
 * The cluster and target of claims: `production#<role>|<Region>|<endpoint>`, each as in clusters.yml. A cluster with a new
 * target has no claims there, so that no resource in the new target is mistaken for one in the former.
 */
export function claimantOf({ name, appMesh }: Pick<ClusterConfig, 'name' | 'appMesh'>): string {
  const { roleArn = '', region = '', endpoint = '' } = appMesh ?? {};
  return `${name}#${[roleArn, region, endpoint].join('|')}`;
}

export function objectNameText({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
