import { RegisterInstanceCommand, ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import { describe, expect, it } from 'vitest';
import { callAws } from '../../../shared/adapters/aws/errors.ts';
import {
  ConflictError,
  NotFoundError,
  OperationInProgressError,
  PermanentError,
  QuotaExceededError,
  RefusedError,
  ResourceInUseError,
  RetryableError,
  WaitError,
} from '../../../shared/model/errors.ts';

function awsError(name: string, more: object = {}): Error {
  return Object.assign(new Error('in words'), { name, $metadata: {}, ...more });
}

async function translated(error: unknown): Promise<unknown> {
  return callAws('calling front', () => Promise.reject(error)).catch((thrown: unknown) => thrown);
}

describe('an error of AWS', () => {
  const classes = [
    ['InstanceNotFound', NotFoundError, { resource: 'instance' }],
    ['ServiceNotFound', NotFoundError, { resource: 'service' }],
    ['NamespaceNotFound', NotFoundError, { resource: 'namespace' }],
    ['OperationNotFound', NotFoundError, { resource: 'operation' }],
    ['NotFoundException', NotFoundError, { resource: 'resource' }],
    ['ConditionalCheckFailedException', ConflictError, {}],
    ['ConflictException', ConflictError, {}],
    ['ResourceInUseException', ResourceInUseError, {}],
    ['LimitExceededException', QuotaExceededError, {}],
    ['ResourceLimitExceeded', QuotaExceededError, {}],
    ['BadRequestException', PermanentError, {}],
    ['TooManyTagsException', PermanentError, {}],
    ['ForbiddenException', RetryableError, { retryAfterMs: 60_000 }],
    ['DuplicateRequest', OperationInProgressError, { operationId: undefined }],
    ['InvalidInput', PermanentError, {}],
    ['ValidationException', PermanentError, {}],
    ['SerializationException', PermanentError, {}],
    ['InvalidParameterException', PermanentError, {}],
    ['CustomHealthNotFound', PermanentError, {}],
    ['ItemCollectionSizeLimitExceededException', PermanentError, {}],
    ['AccessDeniedException', RetryableError, { retryAfterMs: 60_000 }],
    ['AccessDenied', RetryableError, { retryAfterMs: 60_000 }],
    ['UnrecognizedClientException', RetryableError, { retryAfterMs: 60_000 }],
    ['ExpiredTokenException', RetryableError, { retryAfterMs: 60_000 }],
    ['ResourceNotFoundException', RetryableError, { retryAfterMs: 60_000 }],
    ['ThrottlingException', WaitError, { retryAfterMs: undefined }],
    ['ProvisionedThroughputExceededException', RetryableError, { retryAfterMs: undefined }],
    ['RequestLimitExceeded', WaitError, { retryAfterMs: undefined }],
    ['InternalServerError', RetryableError, { retryAfterMs: undefined }],
    ['TimeoutError', RetryableError, { retryAfterMs: undefined }],
    ['ECONNRESET', RetryableError, { retryAfterMs: undefined }],
    ['ResourceInUse', RetryableError, { retryAfterMs: undefined }],
    ['SomethingNew', RetryableError, { retryAfterMs: undefined }],
  ] as const;
  it.each(classes)('%s', async (name, type, fields) => {
    const cause = awsError(name);
    const error = await translated(cause);
    expect((error as object).constructor).toBe(type);
    expect(error).toMatchObject({ ...fields, cause, message: `calling front: ${name}: in words` });
  });

  it('DuplicateRequest brings the operation that is in the way', async () => {
    const error = await translated(awsError('DuplicateRequest', { DuplicateOperationId: 'op-1' }));
    expect(error).toMatchObject({ operationId: 'op-1' });
  });

  it.each(['AccessDenied', 'AccessDeniedException', 'ForbiddenException'])(
    '%s of a call whose action is named is permanent, and names it',
    async (name) => {
      const call = callAws('calling front', () => Promise.reject(awsError(name)), {
        action: 'appmesh:CreateMesh',
        isDenialPermanent: true,
      });
      const error = await call.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(PermanentError);
      expect(error).toMatchObject({
        message: `not allowed to call appmesh:CreateMesh: calling front: ${name}: in words`,
      });
    },
  );

  const principal = 'arn:aws:sts::111122223333:assumed-role/sync/f';
  const resource = 'arn:aws:servicediscovery:us-west-2:111122223333:service/srv-1';
  it.each([
    [`User: ${principal} is not authorized to perform: a:B on resource: ${resource} because …`, { resource }],
    [`User: ${principal} is not authorized to perform: a:B on resource: "${resource}".`, { resource }],
    [`User: ${principal} is not authorized to perform: a:B`, {}],
  ])('an error of AWS of a denial has the missing permission as fields: %s', async (message, fields) => {
    const error = await translated(Object.assign(awsError('AccessDeniedException'), { message }));
    expect(error).toMatchObject({
      code: 'AccessDenied',
      permission: { action: 'a:B', principal, ...fields },
    });
  });

  it('an error of AWS of a denial that names no action has the action of the call, or else AWS’s answer', async () => {
    const denied = awsError('AccessDenied');
    const call = callAws('GetInstance', () => Promise.reject(denied), { action: 'a:GetInstance' });
    const known = await call.catch((thrown: unknown) => thrown);
    expect(known).toMatchObject({ code: 'AccessDenied', permission: { action: 'a:GetInstance' } });
    expect(await translated(denied)).toMatchObject({ permission: { answer: 'in words' } });
  });

  it('an error of AWS has no permission if it is not a denial, whatever its text says', async () => {
    const message = 'AccessDenied: User: me is not authorized to perform: a:B on resource: *; Rate exceeded';
    const error = await translated(Object.assign(awsError('InvalidInput'), { message }));
    expect(error).toMatchObject({ code: 'InvalidInput', permission: undefined });
  });

  it.each(['ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException'])(
    '%s has the code of throttling',
    async (name) => {
      expect(await translated(awsError(name))).toMatchObject({ code: 'Throttled' });
    },
  );

  it("an error of AWS is the SDK's, also where it is of JavaScript's kind", async () => {
    const error = await translated(Object.assign(new SyntaxError('not JSON'), { $metadata: {} }));
    expect(error).toBeInstanceOf(RetryableError);
  });
});

describe('what is not of AWS stays what it is', () => {
  const others = [
    new TypeError('x is undefined'),
    new RangeError('too deep'),
    new SyntaxError('x'),
    new ReferenceError('x'),
    new RefusedError('not yours'),
    new PermanentError('no'),
    'a text',
    undefined,
  ];
  it.each(others.map((error) => [String(error), error]))('%s', async (_text, error) => {
    expect(await translated(error)).toBe(error);
  });
});

it('a connection that cannot be had is retried', async () => {
  const client = new ServiceDiscoveryClient({
    region: 'us-west-2',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const command = new RegisterInstanceCommand({ ServiceId: 'srv-1', InstanceId: 'a', Attributes: {} });
  const error = await callAws('registering', () => client.send(command)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RetryableError);
  expect((error as Error).message).toMatch(/^registering: .*ECONNREFUSED/);
});
