import type { MissingPermission } from '../../model/permission.ts';
import type { ProblemReason } from '../../model/records/mesh-status.ts';

/** Why an object is not fully applied in the mesh target: the reason and message of its condition `<Kind>Active`. */
export interface Problem {
  readonly reason: ProblemReason;
  readonly message: string;
  /** The permission that is missing, if that is the cause. */
  readonly permission?: MissingPermission | undefined;
  /** The key of the resource that it waits for. */
  readonly waitsFor?: string | undefined;
}

/** `cause`: why that resource is not there, or not up to date. */
export function waitsFor(key: string, cause: Problem | undefined): Problem {
  const message = `waits for ${key}${cause === undefined ? '' : `: ${cause.message}`}`;
  const permission = cause?.permission;
  return { reason: 'Pending', message, waitsFor: key, ...(permission && { permission }) };
}
