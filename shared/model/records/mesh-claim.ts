import type { MeshKind } from '../kubernetes.ts';
import type { MissingPermission } from '../permission.ts';
import type { ProblemReason } from './mesh-status.ts';

/** An object of the cluster by name, regardless of its uid. */
export interface ObjectName {
  readonly kind: MeshKind;
  /** Empty for a cluster-scoped kind. */
  readonly namespace: string;
  readonly name: string;
}

/**
 * The record of one resource of a mesh target that this system created, adopted, or depends on. Written before every call
 * that changes the resource and again after it, so that after a crash the claim says what may exist. A target may add
 * fields of its own.
 */
export interface MeshClaim {
  /** Unique in the target: `virtualNode/webapp/blue-v1_blue`. */
  readonly key: string;
  /** The names by which the target finds the resource, as plain data. */
  readonly resource: unknown;
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
  /** The target's id of the resource, such as an ARN or a uid; present once the resource is known to exist. */
  readonly id?: string | undefined;
  /** Text: who else owns it, so that it is read-only for us. */
  readonly owner?: string | undefined;
  /**
   * The inputs with which it was refused last, and why: it is not tried again until they change (its spec, or the specs
   * that the target validates it against), or until everything is verified.
   */
  readonly refused?:
    | {
        readonly inputsHash: string;
        readonly reason: ProblemReason;
        readonly message: string;
        readonly permission?: MissingPermission | undefined;
      }
    | undefined;
  /**
   * The number of runs in which it could not be deleted because others refer to it, and the target's message; counted
   * until no run waits for it any more.
   */
  readonly inUse?: { readonly runs: number; readonly message: string } | undefined;
  /** Counts the writes of this claim. */
  readonly revision: number;
}

export function objectNameText({ kind, namespace, name }: ObjectName): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}
