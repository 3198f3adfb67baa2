import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RetryableError,
  type SyncError,
} from '../../model/errors.ts';

/**
 * A resourceVersion or a continue token from which a listing or watch cannot continue: list again from the beginning.
 * It is either too old (410 Gone), or the API server has not reached it (504 with the cause ResourceVersionTooLarge),
 * because it was restored from a backup or is another one.
 */
export class ExpiredError extends RetryableError {
  override readonly name = 'ExpiredError';
}

/** No connection was made in time: no answer, or blocked by the network. An immediate retry would not help. */
export class UnreachableError extends RetryableError {
  override readonly name = 'UnreachableError';
}

/** 400 or 422: the API server does not accept the request as it is. */
export class InvalidRequestError extends PermanentError {
  override readonly name = 'InvalidRequestError';
}

/** The parts of a `Status` object that are read: the body of a refusal, or the object of an ERROR watch event. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly field?: string }[];
  };
}

/**
 * Translates a refusal of the API server. `action` is the requested action, such as `list pods in namespace shop`.
 *
 * | status | error |
 * |---|---|
 * | 400, 422 | InvalidRequestError, a PermanentError; but a ConflictError if the uid is now another object's |
 * | 401, 403, other 4xx | PermanentError |
 * | 404 | NotFoundError: of an `object` if the answer names one, else of the `resource`, which the server does not serve |
 * | 409 | ConflictError |
 * | 410, 504 for a resourceVersion too large | ExpiredError |
 * | 429, 5xx | RetryableError, with the wait that the server asks for |
 */
export function refusal(action: string, code: number, status: Status, retryAfter?: string): SyncError {
  const text = `the API server refused to ${action}: HTTP ${code}${status.message ? `, ${status.message}` : ''}`;
  if (code === 404) return new NotFoundError(status.details?.name ? 'object' : 'resource', text);
  if (code === 409 || (code === 422 && isOfAnother(status))) return new ConflictError(text);
  if (code === 410 || isExpired(status)) return new ExpiredError(text);
  if (code === 429 || code >= 500) return new RetryableError(text, retryAfterOf(status, retryAfter));
  if (code === 400 || code === 422) return new InvalidRequestError(text);
  return new PermanentError(text);
}

/** Some versions refuse a patch that names a uid as a conflict, others as a change of an immutable field. */
function isOfAnother({ details }: Status): boolean {
  return details?.causes?.some(({ field }) => field === 'metadata.uid') ?? false;
}

function isExpired({ reason, details }: Status): boolean {
  const isTooLarge = details?.causes?.some((cause) => cause.reason === 'ResourceVersionTooLarge') ?? false;
  return reason === 'Expired' || reason === 'Gone' || isTooLarge;
}

function retryAfterOf(status: Status, header: string | undefined): { retryAfterMs?: number } {
  const seconds = status.details?.retryAfterSeconds ?? Number.parseInt(header ?? '', 10);
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
}
