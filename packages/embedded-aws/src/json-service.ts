import { type AwsCall, AwsError, type AwsReply, type AwsService } from './protocol.ts';

export type JsonInput = Readonly<Record<string, unknown>>;
export type JsonOperation = (input: JsonInput) => unknown;

interface JsonServiceOptions {
  readonly name: string;
  /** The part of X-Amz-Target before the dot. */
  readonly targetPrefix: string;
  readonly jsonVersion: '1.0' | '1.1';
  /** Prefix of `__type` in errors, such as `com.amazonaws.sqs#`; JSON 1.1 services have none. */
  readonly errorNamespace?: string;
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

/** A service of the AWS JSON protocols: POST, the operation in X-Amz-Target, input and output as JSON objects. */
export function jsonService(options: JsonServiceOptions): AwsService {
  const contentType = `application/x-amz-json-${options.jsonVersion}`;
  const reply = (status: number, output: unknown, headers: Record<string, string> = {}): AwsReply => ({
    status,
    headers: { 'content-type': contentType, ...headers },
    body: output === undefined ? '' : JSON.stringify(output),
  });
  return {
    name: options.name,
    accepts: ({ headers }) => targetOf(headers)?.prefix === options.targetPrefix,
    operationOf({ headers }) {
      const operation = targetOf(headers)?.operation ?? '';
      return Object.hasOwn(options.operations, operation) ? operation : undefined;
    },
    async handle(operation, call) {
      const output = await options.operations[operation]?.(parseInput(call));
      return reply(200, output ?? {});
    },
    fail: (error) => reply(error.status, errorBody(error, options.errorNamespace), errorHeaders(error)),
  };
}

/** The service and operation of a request of the JSON protocols. */
export function targetOf(
  headers: AwsCall['headers'],
): { readonly prefix: string; readonly operation: string } | undefined {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string') return undefined;
  const dot = target.lastIndexOf('.');
  return { prefix: target.slice(0, dot), operation: target.slice(dot + 1) };
}

function parseInput({ body }: AwsCall): JsonInput {
  let input: unknown;
  try {
    input = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'));
  } catch (error) {
    throw new AwsError('SerializationException', `the request body is not JSON: ${String(error)}`);
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw new AwsError('SerializationException', 'the request body is not a JSON object');
  return input as JsonInput;
}

function errorBody(error: AwsError, namespace = ''): unknown {
  return { ...error.members, __type: `${namespace}${error.code}`, message: error.message };
}

function errorHeaders(error: AwsError): Record<string, string> {
  if (error.queryCode === undefined) return {};
  return { 'x-amzn-query-error': `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` };
}
