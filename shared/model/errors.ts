import type { ServiceKey } from './identity.ts';

/**
 * The one error hierarchy. Adapters translate a service's errors into these, and use cases decide only on these. `cause`
 * keeps the original, the message names the affected object.
 */
export abstract class SyncError extends Error {
  // Set explicitly in each class: a bundler renames classes.
  abstract override readonly name: string;
}

/** A retry may succeed: throttling, a timeout, an unavailable service, a running operation. */
export class RetryableError extends SyncError {
  override readonly name: string = 'RetryableError';
  /** How long to wait before the next attempt, if the cause says so; in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Not a failure: the message waits for a turn, a running operation or a time. It does not count as an attempt. */
export class WaitError extends RetryableError {
  override readonly name: string = 'WaitError';
}

/** The request is handled later, when it is due. */
export class NotDueError extends WaitError {
  override readonly name = 'NotDueError';
}

/** Every retry would fail, too: a malformed message, a value that AWS refuses, a missing permission. */
export class PermanentError extends SyncError {
  override readonly name: string = 'PermanentError';
}

/** The API server pruned fields of the written object: the kind's CustomResourceDefinition does not have them. */
export class PrunedFieldsError extends PermanentError {
  override readonly name = 'PrunedFieldsError';
}

/** An event that its sender may not send: of another cluster, or one that only functions send. */
export class ForgedEventError extends PermanentError {
  override readonly name = 'ForgedEventError';
}

/** A conditional write failed: somebody else wrote first. Read again and decide again. */
export class ConflictError extends SyncError {
  override readonly name = 'ConflictError';
}

/** The object does not exist. */
export class NotFoundError extends SyncError {
  override readonly name = 'NotFoundError';
  readonly resource: 'namespace' | 'service' | 'instance' | 'operation' | 'object' | 'resource';

  constructor(resource: NotFoundError['resource'], message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.resource = resource;
  }
}

/** Cloud Map runs one operation at a time for an instance, and this one is still running (DuplicateRequest). */
export class OperationInProgressError extends WaitError {
  override readonly name = 'OperationInProgressError';
  readonly operationId: string | undefined;

  constructor(operationId: string | undefined, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.operationId = operationId;
  }
}

/** App Mesh does not delete a resource that others refer to or that still has children (ResourceInUseException). */
export class ResourceInUseError extends RetryableError {
  override readonly name = 'ResourceInUseError';
}

/** A quota of the account or the mesh is reached (LimitExceededException). The message names the resource. */
export class QuotaExceededError extends PermanentError {
  override readonly name = 'QuotaExceededError';
}

/** The request violates a rule of ownership, tenancy or configuration. Reported to people, not retried. */
export class RefusedError extends SyncError {
  override readonly name = 'RefusedError';
  /**
   * What has to go before the refusal can end, if known: the instance with the id, the instances of the other owners, or any
   * instance in the full service or namespace.
   */
  readonly dependsOn: 'instance' | 'owners' | 'service quota' | 'namespace quota' | undefined;
  /** Where the pod waits for a place. */
  readonly waitsIn: ServiceKey | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { dependsOn?: RefusedError['dependsOn']; waitsIn?: ServiceKey } = {},
  ) {
    super(message, options);
    this.dependsOn = options.dependsOn;
    this.waitsIn = options.waitsIn;
  }
}
