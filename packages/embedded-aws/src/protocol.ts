import type { IncomingHttpHeaders } from 'node:http';

/** One request to a service, its body read to the end. */
export interface AwsCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly requestId: string;
}

export interface AwsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What tells the services apart before the body is read. */
export interface RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** A service that the gateway dispatches to. */
export interface AwsService {
  /** As in a SigV4 scope and in faults: `sqs`, `events`, `lambda`, … */
  readonly name: string;
  accepts(head: RequestHead): boolean;
  /** The operation's name as in the service model; undefined where the request names none that exists. */
  operationOf(call: AwsCall): string | undefined;
  /** Undefined where the client is to get no answer. */
  handle(operation: string, call: AwsCall): Promise<AwsReply | undefined>;
  fail(error: AwsError, requestId: string): AwsReply;
}

interface AwsErrorOptions {
  /** HTTP status; 400 unless given. */
  readonly status?: number;
  /** The code of the old Query protocol, which SQS repeats in a header of its own. */
  readonly queryCode?: string;
  /** Further members of the error's shape. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An error as AWS answers it: the code is the shape's name. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly queryCode: string | undefined;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = options.status ?? 400;
    this.queryCode = options.queryCode;
    this.members = options.members ?? {};
  }
}

/** Anything that is thrown, as the error a client sees. */
export function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError('InternalFailure', message, { status: 500 });
}
