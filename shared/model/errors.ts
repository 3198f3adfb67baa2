/**
 * The one error hierarchy. Adapters translate what a service says into these; use cases decide on them and on nothing
 * else. `cause` keeps the original, the message names the offending object.
 */
export abstract class SyncError extends Error {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** It may go well the next time: throttling, a timeout, a service that is down, an operation still running. */
export class RetryableError extends SyncError {
  /** How long to wait before the next attempt, where the cause knows it; in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** It will fail the same way every time: a malformed message, a value AWS refuses, a missing permission. */
export class PermanentError extends SyncError {}

/** A condition on a write did not hold: somebody else was there first. Read again and decide anew. */
export class ConflictError extends SyncError {}

/** The object is not there. */
export class NotFoundError extends SyncError {}
