import { randomUUID } from 'node:crypto';
import { delayed } from '../engine/delayed.ts';
import { epochSeconds } from '../engine/epoch-seconds.ts';
import { LostAnswerError } from '../engine/lost-answer.ts';
import { AwsError } from '../protocol.ts';
import type { CloudMap } from './cloud-map.ts';
import { isOperationName } from './shapes.ts';

/** The service's prefix in X-Amz-Target. */
export const targetPrefix = 'Route53AutoNaming_v20170314';

export interface Json11Request {
  /** X-Amz-Target: `Route53AutoNaming_v20170314.RegisterInstance`. */
  readonly target: string | undefined;
  readonly body: string;
}

export interface Json11Response {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * Handles a request of the AWS JSON 1.1 protocol. Undefined if the client must get no response: close the connection.
 */
export async function handleJson11(
  engine: CloudMap,
  request: Json11Request,
): Promise<Json11Response | undefined> {
  const operation = operationOf(request.target);
  const delay = isOperationName(operation) ? engine.faults.delayOf(operation) : undefined;
  return delayed(engine.clock, delay, () => perform(engine, operation, request.body));
}

function operationOf(target = ''): string {
  return target.startsWith(`${targetPrefix}.`) ? target.slice(targetPrefix.length + 1) : target;
}

function perform(engine: CloudMap, operation: string, body: string): Json11Response | undefined {
  try {
    return respond(200, engine.handle(operation, parse(body)) ?? {});
  } catch (error) {
    if (error instanceof LostAnswerError) return undefined;
    if (!(error instanceof AwsError)) throw error;
    return respond(error.status, { __type: error.code, Message: error.message, ...error.members });
  }
}

function parse(body: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch (error) {
    throw new AwsError('SerializationException', `The body is not JSON: ${String(error)}`);
  }
}

function respond(status: number, output: object): Json11Response {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(output, epochSeconds) };
}
