import { account, region } from '../account.ts';
import { type AwsCall, AwsError, type AwsReply, type AwsService, type RequestHead } from '../protocol.ts';
import { restError, restReply } from '../rest-service.ts';
import { invokeAsynchronously } from './asynchronous.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Maximum payload of Invoke in bytes; the asynchronous limit is 1 MB since October 2025. */
const maximumBytes = { RequestResponse: 6_291_456, Event: 1_048_576, DryRun: 6_291_456 } as const;
type InvocationType = keyof typeof maximumBytes;

const path = /^\/2015-03-31\/functions(?:\/([^/]+))?(\/invocations)?\/?$/;

/** The part of the Lambda API that invokes and shows functions. */
export function lambdaService(functions: ReadonlyMap<string, LambdaFunction>): AwsService {
  return {
    name: 'lambda',
    accepts: ({ url }) => path.test(url.pathname),
    operationOf,
    async handle(operation, call) {
      if (operation === 'ListFunctions')
        return restReply(200, { Functions: [...functions.values()].map(configurationOf) });
      const lambda = functionOf(functions, call.url);
      if (operation === 'GetFunction') return restReply(200, { Configuration: configurationOf(lambda) });
      return invoke(lambda, call);
    },
    fail: restError,
  };
}

function operationOf({ method, url }: RequestHead): string | undefined {
  const [, name, invocations] = path.exec(url.pathname) ?? [];
  if (method === 'POST' && name !== undefined && invocations !== undefined) return 'Invoke';
  if (method !== 'GET' || invocations !== undefined) return undefined;
  return name === undefined ? 'ListFunctions' : 'GetFunction';
}

/** By name, ARN, or `account:function:name`; ignores a qualifier, because there is only one version. */
function functionOf(functions: ReadonlyMap<string, LambdaFunction>, url: URL): LambdaFunction {
  const asked = decodeURIComponent(path.exec(url.pathname)?.[1] ?? '');
  const name = (/(?:^|:)function:([^:]+)/.exec(asked)?.[1] ?? asked.split(':')[0]) as string;
  const lambda = functions.get(name);
  if (lambda === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `Function not found: arn:aws:lambda:${region}:${account}:function:${name}`,
      { status: 404, members: { Type: 'User' } },
    );
  return lambda;
}

async function invoke(lambda: LambdaFunction, call: AwsCall): Promise<AwsReply> {
  const type = invocationType(call);
  const event = eventOf(call, maximumBytes[type]);
  if (type === 'DryRun') return { status: 204, headers: {}, body: '' };
  if (type === 'Event') {
    void invokeAsynchronously(lambda, event);
    return { status: 202, headers: {}, body: '' };
  }
  const { error, payload, logTail } = await lambda.invoke(event);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      ...(error !== undefined && { 'x-amz-function-error': 'Unhandled' }),
      ...(call.headers['x-amz-log-type'] === 'Tail' && { 'x-amz-log-result': logTail }),
    },
    body: error === undefined ? payload : JSON.stringify(error),
  };
}

function invocationType({ headers }: AwsCall): InvocationType {
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (typeof type === 'string' && Object.hasOwn(maximumBytes, type)) return type as InvocationType;
  throw new AwsError('InvalidParameterValueException', `Invocation type ${String(type)} is not supported.`);
}

function eventOf({ body }: AwsCall, limit: number): string {
  if (body.length > limit)
    throw new AwsError(
      'RequestTooLargeException',
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
      { status: 413 },
    );
  const event = body.length === 0 ? '{}' : body.toString('utf8');
  try {
    JSON.parse(event);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${String(error)}`,
    );
  }
  return event;
}

function configurationOf({ description, arn, startedAtMs }: LambdaFunction): Record<string, unknown> {
  return {
    FunctionName: description.name,
    FunctionArn: arn,
    Runtime: 'nodejs24.x',
    Role: `arn:aws:iam::${account}:role/${description.name}`,
    Handler: `functions/${description.name}.handler`,
    Timeout: description.timeoutSeconds,
    MemorySize: description.memoryMegabytes,
    LastModified: new Date(startedAtMs).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    PackageType: 'Zip',
    Architectures: ['arm64'],
    State: 'Active',
    LastUpdateStatus: 'Successful',
  };
}
