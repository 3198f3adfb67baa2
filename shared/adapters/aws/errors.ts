import {
  ConflictError,
  NotFoundError,
  OperationInProgressError,
  PermanentError,
  QuotaExceededError,
  ResourceInUseError,
  RetryableError,
  SyncError,
  WaitError,
} from '../../model/errors.ts';
import { deniedPermission, isDenial } from './denial.ts';

/** The names are those of the services' API references; an unlisted one counts as a temporary fault. */
const notFound: Readonly<Record<string, NotFoundError['resource']>> = {
  InstanceNotFound: 'instance',
  ServiceNotFound: 'service',
  NamespaceNotFound: 'namespace',
  OperationNotFound: 'operation',
  // App Mesh, whatever the kind of resource.
  NotFoundException: 'resource',
};

/** A quota of the account: the first is App Mesh's, the second Cloud Map's. */
const quotas: ReadonlySet<string> = new Set(['LimitExceededException', 'ResourceLimitExceeded']);

/** App Mesh's ConflictException: a name that is taken, a token used for another spec, or a concurrent change. */
const conflicts: ReadonlySet<string> = new Set(['ConditionalCheckFailedException', 'ConflictException']);

const permanent: ReadonlySet<string> = new Set([
  'BadRequestException',
  'CustomHealthNotFound',
  'InvalidParameterException',
  'ItemCollectionSizeLimitExceededException',
  'SerializationException',
  'TooManyTagsException',
  'ValidationException',
]);

/** A person must act first, as after a denial, so there is no hurry to retry. */
const needsPeople: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
]);
const unhurriedMs = 60_000;

/** Too many calls: the first two are Cloud Map's, the others those of other AWS services. */
const throttling: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'RequestLimitExceeded',
  'Throttling',
  'TooManyRequestsException',
]);

interface AwsError extends Error {
  readonly $metadata?: unknown;
  readonly DuplicateOperationId?: string;
}

interface CallOptions {
  /** The IAM action of the call, such as `appmesh:CreateMesh`. */
  readonly action?: string | undefined;
  /** Whether a denial is a PermanentError that names the action; otherwise it is retried after a minute. */
  readonly isDenialPermanent?: boolean;
}

/**
 * Calls AWS and translates errors into those of this system: the only place where AWS's codes are classified. `what`
 * names the action and its object. A bug in this program is rethrown unchanged.
 */
export async function callAws<T>(
  what: string,
  call: () => Promise<T>,
  options: CallOptions = {},
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateAwsError(what, error, options);
  }
}

export function translateAwsError(what: string, error: unknown, called: CallOptions = {}): unknown {
  if (!(error instanceof Error) || error instanceof SyncError || isMistake(error)) return error;
  const message = `${what}: ${error.name}: ${error.message}`;
  const options = { cause: error };
  if (isDenial(error)) return denied(message, error, called);
  const resource = notFound[error.name];
  if (resource !== undefined) return new NotFoundError(resource, message, options);
  if (conflicts.has(error.name)) return new ConflictError(message, options);
  if (error.name === 'DuplicateRequest')
    return new OperationInProgressError((error as AwsError).DuplicateOperationId, message, options);
  if (error.name === 'ResourceInUseException') return new ResourceInUseError(message, options);
  if (quotas.has(error.name)) return new QuotaExceededError(message, options);
  if (error.name === 'InvalidInput') return new PermanentError(message, { ...options, code: 'InvalidInput' });
  if (permanent.has(error.name)) return new PermanentError(message, options);
  if (needsPeople.has(error.name))
    return new RetryableError(message, { ...options, retryAfterMs: unhurriedMs });
  return isThrottling(error) ? throttled(message, options) : new RetryableError(message, options);
}

function denied(
  message: string,
  cause: Error,
  { action, isDenialPermanent = false }: CallOptions,
): SyncError {
  const permission = deniedPermission(cause, action);
  const options = { cause, code: 'AccessDenied', permission } as const;
  if (!isDenialPermanent) return new RetryableError(message, { ...options, retryAfterMs: unhurriedMs });
  return new PermanentError(`not allowed to call ${action}: ${message}`, options);
}

/** A wait, not a failure: AWS accepts the call later. */
export function throttled(message: string, options: { cause: Error; retryAfterMs?: number }): WaitError {
  return new WaitError(message, { ...options, code: 'Throttled' });
}

export function isThrottling(error: unknown): error is Error {
  return error instanceof Error && throttling.has(error.name);
}

function isMistake(error: Error): boolean {
  const fromAws = (error as AwsError).$metadata !== undefined;
  return (
    !fromAws && [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind)
  );
}

export function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
