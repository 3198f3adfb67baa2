import type { Directory } from '../../mesh/plan/directory.ts';
import type { Problem } from '../../mesh/plan/problem.ts';
import type { Difference } from '../../mesh/plan/resource.ts';
import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import type { Place } from '../../model/commands/place.ts';
import type { ClusterObject } from '../../model/kubernetes.ts';
import type { MissingPermission } from '../../model/permission.ts';
import type { DeadLetter } from '../../model/records/dead-letter.ts';
import type { MeshClaim, ObjectName } from '../../model/records/mesh-claim.ts';
import type { StatusRecord } from '../../model/records/status-record.ts';
import type { Cause, ReadFailure } from './explained.ts';

/** All facts about a mesh object in the table. Absent: not there, or in `readFailures`. */
export interface ObjectFacts {
  readonly cluster: string;
  readonly object: ObjectName;
  readonly nowMs: number;
  /** Of the cluster's mesh targets; without one, of the one that the objects were written for. */
  readonly targets: readonly TargetFacts[];
  readonly hasMeshTarget: boolean;
  /** For the commands that are printed. */
  readonly place: Place;
  readonly stored?:
    | { readonly object: ClusterObject; readonly deleted: boolean; readonly fault?: string | undefined }
    | undefined;
  /** All live objects of the cluster. */
  readonly directory?: Directory | undefined;
  readonly isGone: (sourceObject: ObjectName) => boolean;
  readonly writtenStatus?: StatusRecord | undefined;
  readonly lastRun?:
    | { readonly endedAtMs: number; readonly verifiedAtMs?: Readonly<Record<string, number>> | undefined }
    | undefined;
  readonly deadLetters: readonly DeadLetter[];
  readonly readFailures: readonly ReadFailure[];
}

/** What is known of one mesh target. */
export interface TargetFacts {
  readonly rules: TargetRules;
  /** By resource key. Absent: could not be read. */
  readonly claims?: ReadonlyMap<string, MeshClaim> | undefined;
}

/** A resource of the mesh target that the object wants or still owns. */
export interface ExplainedResource {
  readonly key: string;
  readonly isWanted: boolean;
  readonly phase?: MeshClaim['phase'] | undefined;
  readonly arn?: string | undefined;
  /** Whether the target matches what is wanted, as far as known. */
  readonly isSettled: boolean;
  readonly owner?: string | undefined;
  /** Why it does not match. */
  readonly problem?: Problem | undefined;
  /** The target's answer when it could not be deleted. */
  readonly inUse?: string | undefined;
  /** What the next run does with it. */
  readonly next?: 'ensure' | 'release' | undefined;
  /** Resources that it refers to, and whether they exist. */
  readonly dependsOn: readonly { readonly key: string; readonly isThere: boolean }[];
  /** Resources that refer to it, with their objects. */
  readonly neededBy: readonly { readonly key: string; readonly object: string; readonly waits: boolean }[];
}

/** An object in one mesh target. */
export interface ExplainedTarget {
  /** As in clusters.yml. */
  readonly name: string;
  /** In texts: `App Mesh`. */
  readonly target: string;
  /** Errors that a run would find before its first call. */
  readonly problems: readonly Problem[];
  /** Fields of the object that the target expresses in another way, or not. */
  readonly differences: readonly Difference[];
  readonly resources: readonly ExplainedResource[];
}

export interface ObjectExplanation
  extends Pick<
    ObjectFacts,
    'cluster' | 'object' | 'nowMs' | 'writtenStatus' | 'lastRun' | 'deadLetters' | 'readFailures'
  > {
  readonly subject: 'object';
  /** `unknown`: the stored object could not be read. */
  readonly seen: 'yes' | 'deleted' | 'never' | 'unknown';
  readonly uid?: string | undefined;
  readonly generation?: number | undefined;
  readonly resourceVersion?: string | undefined;
  /** At least one: without a mesh target, the one that the objects were written for. */
  readonly targets: readonly ExplainedTarget[];
  /** Of all targets together. */
  readonly target: string;
  readonly problems: readonly Problem[];
  readonly differences: readonly Difference[];
  readonly resources: readonly ExplainedResource[];
  readonly hasMeshTarget: boolean;
  readonly fault?: string | undefined;
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}
