import type { ServiceKey } from './identity.ts';

/**
 * The one error hierarchy. Adapters translate what a service says into these; use cases decide on them and on nothing
 * else. `cause` keeps the original, the message names the offending object.
 */
export abstract class SyncError extends Error {
  // Written out in each class: a bundler renames classes.
  abstract override readonly name: string;
}

/** It may go well the next time: throttling, a timeout, a service that is down, an operation still running. */
export class RetryableError extends SyncError {
  override readonly name: string = 'RetryableError';
  /** How long to wait before the next attempt, where the cause knows it; in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Not a failure: a turn, an operation that still runs, or a time has to be waited for. However often, it counts for nothing. */
export class WaitError extends RetryableError {
  override readonly name: string = 'WaitError';
}

/** What was asked for is to be done later, when it is due. */
export class NotDueError extends WaitError {
  override readonly name = 'NotDueError';
}

/** It will fail the same way every time: a malformed message, a value AWS refuses, a missing permission. */
export class PermanentError extends SyncError {
  override readonly name: string = 'PermanentError';
}

/** The API server left fields out of what was written: the CustomResourceDefinition of the kind does not know them. */
export class PrunedFieldsError extends PermanentError {
  override readonly name = 'PrunedFieldsError';
}

/** An event that its sender may not send: another cluster's, or one that functions send to each other. */
export class ForgedEventError extends PermanentError {
  override readonly name = 'ForgedEventError';
}

/** A condition on a write did not hold: somebody else was there first. Read again and decide anew. */
export class ConflictError extends SyncError {
  override readonly name = 'ConflictError';
}

/** The object is not there. */
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

/** App Mesh deletes no resource that others refer to or that still has children (ResourceInUseException). */
export class ResourceInUseError extends RetryableError {
  override readonly name = 'ResourceInUseError';
}

/** The account, or the mesh, may have no more of it (LimitExceededException). The message names the resource. */
export class QuotaExceededError extends PermanentError {
  override readonly name = 'QuotaExceededError';
}

/** What was asked for is against a rule: of ownership, of tenancy, of the configuration. Said to people, not retried. */
export class RefusedError extends SyncError {
  override readonly name = 'RefusedError';
  /** What it ends with, where that can be seen: the instance that is there under the id goes, those of others do, or one of them makes room. */
  readonly dependsOn: 'instance' | 'owners' | 'room in service' | 'room in namespace' | undefined;
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
