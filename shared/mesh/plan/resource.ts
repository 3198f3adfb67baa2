import type { ObjectName } from '../../model/records/mesh-claim.ts';
import type { ConditionReason } from '../../model/records/mesh-status.ts';
import type { Entry } from './entry.ts';
import type { Problem } from './problem.ts';
import type { References } from './references/references.ts';

/** What is applied, as plain data in the structure of the target's API. */
export type Spec = Readonly<Record<string, unknown>>;

/** A resource that an object wants in the target, not translated yet. */
export interface ResourceRequest<Resource = unknown> {
  /** Unique in the target. */
  readonly key: string;
  /** The names by which the target finds it, as plain data. */
  readonly resource: Resource;
  /** Never fails: `references` collects the references that cannot be resolved, and the result is then dropped. */
  readonly translate: (references: References) => Translation;
}

export interface Translation {
  readonly spec: Spec;
  /** Keys of the resources that must exist before it. */
  readonly dependsOn: readonly string[];
  /** Likewise, but only if they are wanted or exist. */
  readonly refersTo?: readonly string[];
  /** Fields of the source object that the target cannot express, or not exactly. */
  readonly differences?: readonly Difference[];
}

/**
 * A field of an object that a target cannot express. One whose loss would send a request elsewhere, or admit a caller who
 * was kept out, is refused; one whose loss changes only logging, tuning or observability differs.
 */
export interface Difference {
  /** The object that has the field, if it is another one than the source object: a router's route in the resource of a service. */
  readonly object?: ObjectName;
  /** `spec.listeners[0].tls.mode` */
  readonly path: string;
  /** `refused`: the object is not applied and its last valid state stays in effect. `differs`: applied, and stated in the condition. */
  readonly effect: 'refused' | 'differs';
  /** What is not carried over, or how it differs. */
  readonly message: string;
  /** What to do instead. */
  readonly instead: string;
  /** Of the condition that states it, if its owner has to act. */
  readonly reason?: ConditionReason;
}

/** The desired state of one resource of the target, from the cluster's objects. */
export interface DesiredResource<Resource = unknown> {
  readonly key: string;
  readonly resource: Resource;
  readonly spec: Spec;
  /** A digest of the spec. */
  readonly fingerprint: string;
  /**
   * A digest of the spec and of everything the target may validate it against: its dependencies, and the other resources
   * of its object. A refused resource may be accepted when these change.
   */
  readonly inputsHash: string;
  /** The object that wants it, and its name. Of two that want the same, or the last place of a quota, the earlier gets it. */
  readonly entry: Entry;
  readonly sourceObject: ObjectName;
  /** Keys of the resources that must exist before it. */
  readonly dependsOn: readonly string[];
}

/** The resources that one object wants, and its problems. */
export interface ObjectPlan {
  readonly entry: Entry;
  /** Keys of its resources, its own first; also of invalid ones, as far as they are known. */
  readonly keys: readonly string[];
  readonly problems: readonly Problem[];
  /** Its fields that the target cannot express exactly; the refused ones are also problems. */
  readonly differences: readonly Difference[];
  /**
   * Whether `keys` is complete: if not, none of the object's resources is deleted, since it is not known what it wants.
   */
  readonly isComplete: boolean;
}

export interface DesiredMesh {
  readonly resources: ReadonlyMap<string, DesiredResource>;
  readonly objects: readonly ObjectPlan[];
}
