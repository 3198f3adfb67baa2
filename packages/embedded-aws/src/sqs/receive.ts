import type { JsonInput } from '../json-service.ts';
import { invalidValue } from './errors.ts';
import type { FifoQueue } from './fifo-queue.ts';
import { type Message, type MessageAttributes, md5, md5OfAttributes } from './message.ts';

/** The sender id of every message, as of a role session. */
const senderId = 'AROA000000000000LOCAL:embedded-cloud';

/** ReceiveMessage. */
export async function receive(queue: FifoQueue, input: JsonInput): Promise<Record<string, unknown>> {
  const maximum = numberOf(input, 'MaxNumberOfMessages', 1, 10) ?? 1;
  const waitSeconds = numberOf(input, 'WaitTimeSeconds', 0, 20) ?? 0;
  const visibilitySeconds = numberOf(input, 'VisibilityTimeout', 0, 43_200);
  const messages = await queue.receiveOrWait({
    maximum,
    waitMs: waitSeconds * 1000,
    visibilityTimeoutMs: visibilitySeconds === undefined ? undefined : visibilitySeconds * 1000,
  });
  return messages.length === 0 ? {} : { Messages: messages.map((message) => received(message, input)) };
}

function received(message: Message, input: JsonInput): Record<string, unknown> {
  const attributes = select(message.attributes, names(input.MessageAttributeNames));
  const digest = md5OfAttributes(attributes);
  const wanted = new Set([...names(input.AttributeNames), ...names(input.MessageSystemAttributeNames)]);
  const system = Object.entries(systemAttributes(message)).filter(
    ([name]) => wanted.has('All') || wanted.has(name),
  );
  return {
    MessageId: message.id,
    ReceiptHandle: message.flight?.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(digest !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: digest }),
  };
}

/** All attributes that AWS sets and the message has; values are text. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    ...(message.traceHeader !== undefined && { AWSTraceHeader: message.traceHeader }),
    SentTimestamp: String(message.sentAtMs),
    SequenceNumber: message.sequenceNumber,
    MessageGroupId: message.groupId,
    SenderId: senderId,
    MessageDeduplicationId: message.deduplicationId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
  };
}

/** By name, by `prefix.*`, or all by `All` or `.*`. */
function select(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const isWanted = (name: string) =>
    wanted.some(
      (pattern) =>
        pattern === 'All' ||
        pattern === name ||
        (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** Throws InvalidParameterValue unless the value is absent or an integer in the range. */
export function numberOf(input: JsonInput, parameter: string, min: number, max: number): number | undefined {
  const value = input[parameter];
  if (value === undefined || value === null) return undefined;
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
    throw invalidValue(value, parameter, `Must be between ${min} and ${max}, if provided.`);
  return value as number;
}
