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

/** The part of a request that identifies the service, before the body is read. */
export interface RequestHead {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** A service that the gateway dispatches to. */
export interface AwsService {
  /** The name in a SigV4 scope and in faults: `sqs`, `events`, `lambda`, … */
  readonly name: string;
  accepts(head: RequestHead): boolean;
  /** The operation's name in the service model; undefined for an unknown operation. */
  operationOf(call: AwsCall): string | undefined;
  /** Undefined if the client must get no response. */
  handle(operation: string, call: AwsCall): Promise<AwsReply | undefined>;
  fail(error: AwsError, requestId: string): AwsReply;
}

interface AwsErrorOptions {
  /** HTTP status; 400 by default. */
  readonly status?: number;
  /** The code of the old Query protocol, which SQS repeats in a header. */
  readonly queryCode?: string;
  /** Additional members of the error's shape. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** An error response of AWS; the code is the shape's name. */
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

/** Converts anything thrown to the error that a client sees. */
export function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError('InternalFailure', message, { status: 500 });
}
