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

/** The names are those of the services' API references; an unlisted one counts as a temporary fault. */
const notFound: Readonly<Record<string, NotFoundError['resource']>> = {
  InstanceNotFound: 'instance',
  ServiceNotFound: 'service',
  NamespaceNotFound: 'namespace',
  OperationNotFound: 'operation',
  // App Mesh, whatever the kind of resource.
  NotFoundException: 'resource',
};

/** App Mesh's ConflictException: a name that is taken, a token used for another spec, or a concurrent change. */
const conflicts: ReadonlySet<string> = new Set(['ConditionalCheckFailedException', 'ConflictException']);

const permanent: ReadonlySet<string> = new Set([
  'BadRequestException',
  'CustomHealthNotFound',
  'InvalidInput',
  'InvalidParameterException',
  'ItemCollectionSizeLimitExceededException',
  'SerializationException',
  'TooManyTagsException',
  'ValidationException',
]);

/** A person must act first, so there is no hurry to retry. */
const needsPeople: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ExpiredTokenException',
  'ForbiddenException',
  'ResourceLimitExceeded',
  'ResourceNotFoundException',
  'UnrecognizedClientException',
]);
const unhurriedMs = 60_000;

/** The names of an access denial; the last is App Mesh's own. */
const denials: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'ForbiddenException']);

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
  /**
   * The IAM action of the call, such as `appmesh:CreateMesh`: a denial is then a PermanentError that names it. Without
   * it, a denial is retried after a minute.
   */
  readonly action?: string;
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

export function translateAwsError(what: string, error: unknown, { action }: CallOptions = {}): unknown {
  if (!(error instanceof Error) || error instanceof SyncError || isMistake(error)) return error;
  const message = `${what}: ${error.name}: ${error.message}`;
  const options = { cause: error };
  const resource = notFound[error.name];
  if (resource !== undefined) return new NotFoundError(resource, message, options);
  if (conflicts.has(error.name)) return new ConflictError(message, options);
  if (error.name === 'DuplicateRequest')
    return new OperationInProgressError((error as AwsError).DuplicateOperationId, message, options);
  if (error.name === 'ResourceInUseException') return new ResourceInUseError(message, options);
  if (error.name === 'LimitExceededException') return new QuotaExceededError(message, options);
  if (action !== undefined && denials.has(error.name))
    return new PermanentError(`not allowed to call ${action}: ${message}`, options);
  if (permanent.has(error.name)) return new PermanentError(message, options);
  if (needsPeople.has(error.name))
    return new RetryableError(message, { ...options, retryAfterMs: unhurriedMs });
  return isThrottling(error) ? new WaitError(message, options) : new RetryableError(message, options);
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
