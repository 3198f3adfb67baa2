import type { AwsError, AwsReply } from './protocol.ts';

/** A response of the AWS REST-JSON protocol. */
export function restReply(status: number, output: unknown): AwsReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(output) };
}

/** An error of the AWS REST-JSON protocol; a header contains its code. */
export function restError(error: AwsError): AwsReply {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.code },
    body: JSON.stringify({ ...error.members, message: error.message, Message: error.message }),
  };
}
