import { type ErrorCode, SyncError } from './errors.ts';
import type { MissingPermission } from './permission.ts';
import type { Refusal } from './records/refusal.ts';
import type { PlaceWait } from './records/registration.ts';

/** An error as data. Programs read the code and the permission; the message is for people and may quote anything. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** The permission that is missing, if that is the cause. */
  readonly permission?: MissingPermission | undefined;
}

/** A registration that a person requested and that cannot be made, and why. */
export interface Problem extends Failure {
  readonly source: string;
  /** Set if another attempt would have the same result. */
  readonly refusal?: Refusal | undefined;
  /** Set if the pod waits for a place. */
  readonly waitsIn?: PlaceWait | undefined;
}

/** An error without a code is a bug in this program or in a library. */
export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof SyncError ? error.code : 'Unexpected';
  const permission = permissionOf(error);
  return { code, message, ...(permission && { permission }) };
}

/** Of the error or of its cause: an error that adds what it means for its object has the denial as its cause. */
function permissionOf(error: unknown): MissingPermission | undefined {
  if (!(error instanceof SyncError)) return undefined;
  return error.permission ?? permissionOf(error.cause);
}
