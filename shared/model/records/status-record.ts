import type { Failure } from '../problem.ts';
import type { ObjectName } from './mesh-claim.ts';
import type { Condition, MeshStatus, Timed } from './mesh-status.ts';

/** The status to write to one object, and whether it is already written. */
export interface StatusRecord {
  readonly object: ObjectName;
  readonly uid: string;
  /** What is written: merged, if the cluster has several mesh targets. */
  readonly mesh?: Timed<MeshStatus> | undefined;
  /** By the name of the mesh target. Absent in records of earlier versions: see `statusesIn`. */
  readonly targets?: Readonly<Record<string, MeshStatus>> | undefined;
  /** For a virtual node with Cloud Map: the registrations of its pods. */
  readonly instances?: Timed<Condition> | undefined;
  /** Counts the changes; `written` is the revision that was last written to the object. */
  readonly revision: number;
  readonly written?: number | undefined;
  /** Why the status could not be written. */
  readonly problem?: Failure | undefined;
}
