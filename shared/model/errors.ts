import type { ServiceKey } from './identity.ts';
import type { MissingPermission } from './permission.ts';

/** What kind of error it is, for what is stored and shown. Stored with pods and statuses: do not rename. */
export type ErrorCode =
  | 'Unavailable'
  /** AWS accepts fewer calls than are made. */
  | 'Throttled'
  | 'Waiting'
  /** AWS denied the call: see `permission`. */
  | 'AccessDenied'
  | 'Rejected'
  /** Cloud Map rejects the values of a call: those of the pod or its virtual node. */
  | 'InvalidInput'
  | 'FieldsPruned'
  | 'Forged'
  | 'Conflict'
  | 'NotFound'
  /** The cluster does not serve the kind: its CustomResourceDefinition is not installed. */
  | 'KindNotServed'
  | 'ResourceInUse'
  | 'QuotaExceeded'
  | 'Refused'
  /** Of an error that is none of these classes. */
  | 'Unexpected';

export interface SyncErrorOptions extends ErrorOptions {
  /** If it is not the one of the class. */
  readonly code?: ErrorCode | undefined;
  readonly permission?: MissingPermission | undefined;
}

/**
 * The one error hierarchy. Adapters translate a service's errors into these, and use cases decide only on these. `cause`
 * keeps the original, the message names the affected object. The message is for people: nothing reads it.
 */
export abstract class SyncError extends Error {
  protected static readonly code: ErrorCode;
  // Set explicitly in each class: a bundler renames classes.
  abstract override readonly name: string;
  readonly code: ErrorCode;
  readonly permission: MissingPermission | undefined;

  constructor(message: string, { code, permission, ...options }: SyncErrorOptions = {}) {
    super(message, options);
    this.code = code ?? new.target.code;
    this.permission = permission;
  }
}

/** A retry may succeed: throttling, a timeout, an unavailable service, a running operation. */
export class RetryableError extends SyncError {
  protected static override readonly code: ErrorCode = 'Unavailable';
  override readonly name: string = 'RetryableError';
  /** How long to wait before the next attempt, if the cause says so; in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: SyncErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Not a failure: the message waits for a turn, a running operation or a time. It does not count as an attempt. */
export class WaitError extends RetryableError {
  protected static override readonly code: ErrorCode = 'Waiting';
  override readonly name: string = 'WaitError';
}

/** The request is handled later, when it is due. */
export class NotDueError extends WaitError {
  override readonly name = 'NotDueError';
}

/** Every retry would fail, too: a malformed message, a value that AWS refuses, a missing permission. */
export class PermanentError extends SyncError {
  protected static override readonly code: ErrorCode = 'Rejected';
  override readonly name: string = 'PermanentError';
}

/** The API server pruned fields of the written object: the kind's CustomResourceDefinition does not have them. */
export class PrunedFieldsError extends PermanentError {
  protected static override readonly code: ErrorCode = 'FieldsPruned';
  override readonly name = 'PrunedFieldsError';
}

/** The cluster does not serve the kind in the requested version. */
export class KindNotServedError extends PermanentError {
  protected static override readonly code: ErrorCode = 'KindNotServed';
  override readonly name = 'KindNotServedError';
}

/** An event that its sender may not send: of another cluster, or one that only functions send. */
export class ForgedEventError extends PermanentError {
  protected static override readonly code: ErrorCode = 'Forged';
  override readonly name = 'ForgedEventError';
}

/** A conditional write failed: somebody else wrote first. Read again and decide again. */
export class ConflictError extends SyncError {
  protected static override readonly code: ErrorCode = 'Conflict';
  override readonly name = 'ConflictError';
}

/** The object does not exist. */
export class NotFoundError extends SyncError {
  protected static override readonly code: ErrorCode = 'NotFound';
  override readonly name = 'NotFoundError';
  readonly resource: 'namespace' | 'service' | 'instance' | 'operation' | 'object' | 'resource';

  constructor(resource: NotFoundError['resource'], message: string, options: SyncErrorOptions = {}) {
    super(message, options);
    this.resource = resource;
  }
}

/** Cloud Map runs one operation at a time for an instance, and this one is still running (DuplicateRequest). */
export class OperationInProgressError extends WaitError {
  override readonly name = 'OperationInProgressError';
  readonly operationId: string | undefined;

  constructor(operationId: string | undefined, message: string, options: SyncErrorOptions = {}) {
    super(message, options);
    this.operationId = operationId;
  }
}

/** App Mesh does not delete a resource that others refer to or that still has children (ResourceInUseException). */
export class ResourceInUseError extends RetryableError {
  protected static override readonly code: ErrorCode = 'ResourceInUse';
  override readonly name = 'ResourceInUseError';
}

/** A quota of the account, the mesh, or a Cloud Map service or namespace is reached. The message names the resource. */
export class QuotaExceededError extends PermanentError {
  protected static override readonly code: ErrorCode = 'QuotaExceeded';
  override readonly name = 'QuotaExceededError';
  /** Of Cloud Map's two quotas of instances, the one that it names. */
  readonly quota: 'service' | 'namespace' | undefined;

  constructor(message: string, options: SyncErrorOptions & { quota?: 'service' | 'namespace' } = {}) {
    super(message, options);
    this.quota = options.quota;
  }
}

/** The request violates a rule of ownership, tenancy or configuration. Reported to people, not retried. */
export class RefusedError extends SyncError {
  protected static override readonly code: ErrorCode = 'Refused';
  override readonly name = 'RefusedError';
  /**
   * What the refusal depends on, if known. It ends when the instance with the id, the instances of the other owners or any
   * instance of the full service or namespace is removed, or when the service that AWS did not create exists (`creation`).
   */
  readonly dependsOn: 'instance' | 'owners' | 'service quota' | 'namespace quota' | 'creation' | undefined;
  /** Where the pod waits for a place. */
  readonly waitsIn: ServiceKey | undefined;

  constructor(
    message: string,
    options: SyncErrorOptions & { dependsOn?: RefusedError['dependsOn']; waitsIn?: ServiceKey } = {},
  ) {
    super(message, options);
    this.dependsOn = options.dependsOn;
    this.waitsIn = options.waitsIn;
  }
}
