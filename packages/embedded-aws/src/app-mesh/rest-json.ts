import { randomUUID } from 'node:crypto';
import { delayed } from '../engine/delayed.ts';
import { epochSeconds } from '../engine/epoch-seconds.ts';
import { LostAnswerError } from '../engine/lost-answer.ts';
import { AwsError, type AwsReply } from '../protocol.ts';
import { restError } from '../rest-service.ts';
import type { AppMesh } from './app-mesh.ts';
import { bindingOf } from './bindings.ts';
import { badRequest } from './errors.ts';

export interface RestRequest {
  readonly method: string;
  /** As in the URL: percent-encoded. */
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** Handles a request of the REST-JSON protocol. Undefined if the client must get no response: close the connection. */
export async function handleRestJson(engine: AppMesh, request: RestRequest): Promise<AwsReply | undefined> {
  const found = bindingOf(request.method, request.pathname);
  if (found === undefined) return restError(unknown(request));
  const { operation } = found.binding;
  return delayed(engine.clock, engine.faults.delayOf(operation), () =>
    perform(engine, operation, request, found.members),
  );
}

function perform(
  engine: AppMesh,
  operation: string,
  request: RestRequest,
  pathMembers: Readonly<Record<string, string>>,
): AwsReply | undefined {
  try {
    const input = { ...parse(request.body), ...queryMembers(request.query), ...pathMembers };
    const headers = { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() };
    return { status: 200, headers, body: JSON.stringify(engine.handle(operation, input), epochSeconds) };
  } catch (error) {
    if (error instanceof LostAnswerError) return undefined;
    if (error instanceof AwsError) return restError(error);
    throw error;
  }
}

function parse(body: string): object {
  let value: unknown;
  try {
    value = body === '' ? {} : JSON.parse(body);
  } catch (error) {
    throw badRequest(`the body is not JSON: ${String(error)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw badRequest('the body is not a JSON object');
}

/** Text that is not a number stays text, so that the validator rejects it. */
function queryMembers(query: URLSearchParams): Record<string, unknown> {
  const entries = [...query].map(([key, value]) => [
    key,
    key === 'limit' && /^-?\d+$/.test(value) ? Number(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function unknown({ method, pathname }: RestRequest): AwsError {
  return new AwsError('UnknownOperationException', `App Mesh has no ${method} ${pathname}`, { status: 404 });
}
