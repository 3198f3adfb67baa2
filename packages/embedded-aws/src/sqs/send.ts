import type { JsonInput } from '../json-service.ts';
import { invalidContents, invalidParameter, invalidValue, missingParameter } from './errors.ts';
import type { FifoQueue } from './fifo-queue.ts';
import { type MessageAttributes, md5, md5OfAttributes, type NewMessage, sizeOf } from './message.ts';

/** 1 MiB since August 2025, for one message and for a batch. */
export const maximumBytes = 1_048_576;

/** Characters that XML 1.0 does not allow; SQS rejects them in every protocol. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const idPattern = /^[!-~]{1,128}$/;

/** SendMessage, and one entry of SendMessageBatch. */
export function send(queue: FifoQueue, input: JsonInput): Record<string, unknown> {
  const message = messageOf(input);
  const accepted = queue.send(message);
  const digest = md5OfAttributes(message.attributes ?? {});
  return {
    MessageId: accepted.id,
    MD5OfMessageBody: md5(message.body),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
    SequenceNumber: accepted.sequenceNumber,
  };
}

/** Throws AWS's error for a message that a FIFO queue does not accept. */
export function messageOf(input: JsonInput): NewMessage {
  const attributes = (input.MessageAttributes ?? {}) as MessageAttributes;
  const system = (input.MessageSystemAttributes ?? {}) as MessageAttributes;
  const message = {
    body: bodyOf(input),
    groupId: identifier(input, 'MessageGroupId') ?? missing('MessageGroupId'),
    deduplicationId: identifier(input, 'MessageDeduplicationId'),
    attributes,
    traceHeader: system.AWSTraceHeader?.StringValue,
  };
  if (typeof input.DelaySeconds === 'number' && input.DelaySeconds > 0)
    throw invalidValue(
      input.DelaySeconds,
      'DelaySeconds',
      'The request include parameter that is not valid for this queue type.',
    );
  if (sizeOf(message) > maximumBytes)
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  return message;
}

function bodyOf({ MessageBody }: JsonInput): string {
  if (typeof MessageBody !== 'string' || MessageBody === '') throw missingParameter('MessageBody');
  if (forbidden.test(MessageBody)) throw invalidContents();
  return MessageBody;
}

function identifier(input: JsonInput, parameter: string): string | undefined {
  const value = input[parameter];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !idPattern.test(value))
    throw invalidValue(
      value,
      parameter,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  return value;
}

function missing(parameter: string): never {
  throw missingParameter(parameter);
}
