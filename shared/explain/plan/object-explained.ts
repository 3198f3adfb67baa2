import type { Directory } from '../../mesh/plan/directory.ts';
import type { Problem } from '../../mesh/plan/problem.ts';
import type { Quotas } from '../../mesh/plan/quotas.ts';
import type { MeshDefaults } from '../../mesh/targets/app-mesh/mesh.ts';
import type { DeadLetter } from '../../model/dead-letter.ts';
import type { ClusterObject } from '../../model/kubernetes.ts';
import type { MeshClaim, ObjectName } from '../../model/mesh-claim.ts';
import type { Condition, MeshStatus, Timed } from '../../model/mesh-status.ts';
import type { Cause, ReadFailure } from './explained.ts';
import type { MissingPermission } from './missing-permission.ts';

/** What an object was told of itself, and whether the object itself says so. */
export interface WrittenStatus {
  readonly uid: string;
  readonly mesh?: Timed<MeshStatus> | undefined;
  readonly instances?: Timed<Condition> | undefined;
  readonly revision: number;
  readonly written?: number | undefined;
  readonly problem?: string | undefined;
}

/** All that could be found out about a mesh object, by reading the table alone. Absent: not there, or in `unread`. */
export interface ObjectFacts {
  readonly cluster: string;
  readonly object: ObjectName;
  readonly nowMs: number;
  /** Absent where clusters.yml names no mesh target. */
  readonly quotas?: Quotas | undefined;
  readonly meshDefaults?: MeshDefaults | undefined;
  readonly stored?:
    | { readonly object: ClusterObject; readonly deleted: boolean; readonly fault?: string | undefined }
    | undefined;
  /** All live objects of the cluster. */
  readonly directory?: Directory | undefined;
  readonly isGone: (sourceObject: ObjectName) => boolean;
  /** By resource key. */
  readonly claims?: ReadonlyMap<string, MeshClaim> | undefined;
  readonly writtenStatus?: WrittenStatus | undefined;
  readonly lastRun?: { readonly endedAtMs: number; readonly verifiedAtMs?: number | undefined } | undefined;
  readonly deadLetters: readonly DeadLetter[];
  readonly readFailures: readonly ReadFailure[];
}

/** One resource of App Mesh that the object wants, or still has. */
export interface ExplainedResource {
  readonly key: string;
  readonly isWanted: boolean;
  readonly phase?: MeshClaim['phase'] | undefined;
  readonly arn?: string | undefined;
  /** Whether App Mesh holds what is wanted, as far as is known. */
  readonly isSettled: boolean;
  readonly owner?: string | undefined;
  /** Why it is not as wanted. */
  readonly problem?: Problem | undefined;
  /** What App Mesh said when it was to be deleted and could not be. */
  readonly inUse?: string | undefined;
  /** What the next run does about it. */
  readonly next?: 'ensure' | 'release' | undefined;
  /** Resources that it refers to, and whether they are there. */
  readonly dependsOn: readonly { readonly key: string; readonly isThere: boolean }[];
  /** Resources that refer to it, with their objects. */
  readonly neededBy: readonly { readonly key: string; readonly object: string; readonly waits: boolean }[];
}

export interface ObjectExplanation
  extends Pick<
    ObjectFacts,
    'cluster' | 'object' | 'nowMs' | 'writtenStatus' | 'lastRun' | 'deadLetters' | 'readFailures'
  > {
  readonly subject: 'object';
  /** `unknown`: what is stored of it could not be read. */
  readonly seen: 'yes' | 'deleted' | 'never' | 'unknown';
  readonly uid?: string | undefined;
  readonly generation?: number | undefined;
  readonly resourceVersion?: string | undefined;
  readonly hasMeshTarget: boolean;
  readonly fault?: string | undefined;
  /** What a run would find wrong before its first call. */
  readonly problems: readonly Problem[];
  readonly resources: readonly ExplainedResource[];
  readonly missingPermissions: readonly MissingPermission[];
  readonly cause: Cause;
}
