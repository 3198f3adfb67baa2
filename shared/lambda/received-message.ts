import { createHash } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import type { OutgoingMessage, QueueMessage } from '../adapters/aws/sqs/queue.ts';
import type { EventCause } from '../model/events/event.ts';
import type { Failures } from './retry-policy.ts';

/** A message of a batch. The message attributes of a follow-up message describe the messages it follows. */
export interface ReceivedMessage extends QueueMessage {
  readonly record: SQSRecord;
  readonly receipts: number;
  readonly failures: Failures;
  /** Set for a deferred message: do not handle before this time, epoch milliseconds. */
  readonly dueAtMs?: number | undefined;
}

export function receivedMessage(record: SQSRecord): ReceivedMessage {
  const { messageId, receiptHandle, body, attributes } = record;
  const sinceMs = numberIn(record, 'FailingSince');
  const waits = numberIn(record, 'Waits');
  return {
    record,
    id: messageId,
    group: attributes.MessageGroupId ?? messageId,
    body,
    receiptHandle,
    receipts: Number(attributes.ApproximateReceiveCount),
    failures: {
      count: numberIn(record, 'Failures') ?? 0,
      ...(sinceMs !== undefined && { sinceMs }),
      ...(waits !== undefined && { waits }),
    },
    dueAtMs: numberIn(record, 'DueAt'),
  };
}

function numberIn({ messageAttributes }: SQSRecord, name: string): number | undefined {
  const text = messageAttributes[name]?.stringValue;
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A copy of the message for the group that it belongs to; sent only once, however often it is tried. */
export function forwarded(message: ReceivedMessage, group: string): OutgoingMessage {
  const { id, body, failures } = message;
  return { group, body, deduplicationId: id, attributes: attributesOf(failures) };
}

/**
 * A message that is not handled before its time. SQS has no per-message delay in a FIFO queue, and a hidden message
 * blocks its group. So it waits in a group of its own, hidden by whoever receives it early, and is then forwarded to
 * the group that it belongs to.
 */
export function deferredMessage(
  { group, body }: { readonly group: string; readonly body: string },
  { dueAtMs, failures, isShared }: { dueAtMs: number; failures: Failures; isShared: boolean },
  cause: ReceivedMessage,
): OutgoingMessage {
  const time = dueAtMs.toString(36);
  return {
    group: `${group}~${isShared ? time : `${time}-${cause.id.slice(0, 12)}`}`,
    body,
    deduplicationId: digestOf(body),
    attributes: { ...attributesOf(failures), DueAt: String(Math.round(dueAtMs)) },
  };
}

/** A message that is handled at a time. The same body for the same time is one message, however often it is sent. */
export function laterMessage(
  { group, body }: { readonly group: string; readonly body: string },
  dueAtMs: number,
): OutgoingMessage {
  return { group: `${group}~${dueAtMs.toString(36)}`, body, attributes: { DueAt: String(dueAtMs) } };
}

/** The cause does not distinguish messages that request the same. */
function digestOf(body: string): string {
  return createHash('sha256').update(withoutCause(body)).digest('hex');
}

function withoutCause(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body, (key, value) => (causeFields.has(key) ? undefined : value)));
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

const causeFields: ReadonlySet<string> = new Set<keyof EventCause>([
  'correlationId',
  'observedAt',
  'readinessChangedAt',
]);

function attributesOf({ count, sinceMs, waits = 0 }: Failures): Readonly<Record<string, string>> {
  return {
    ...(count > 0 && { Failures: String(count) }),
    ...(sinceMs !== undefined && { FailingSince: String(Math.round(sinceMs)) }),
    ...(waits > 0 && { Waits: String(waits) }),
  };
}
