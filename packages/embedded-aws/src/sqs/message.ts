import { createHash } from 'node:crypto';
import type { Accepted } from './deduplication.ts';

/** A message attribute in the JSON protocol; binary values are base64. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** A message to send. */
export interface NewMessage {
  readonly body: string;
  readonly groupId: string;
  readonly deduplicationId?: string | undefined;
  readonly attributes?: MessageAttributes | undefined;
  readonly traceHeader?: string | undefined;
}

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly groupId: string;
  readonly deduplicationId: string;
  readonly attributes: MessageAttributes;
  readonly traceHeader: string | undefined;
  readonly sequenceNumber: string;
  readonly sentAtMs: number;
  /** The ARN of the source queue; only in a dead-letter queue. */
  readonly deadLetterSource: string | undefined;
  receiveCount: number;
  firstReceivedAtMs: number | undefined;
  /** Set only while the message is in flight. */
  flight:
    | { readonly receiptHandle: string; readonly receivedAtMs: number; timer: NodeJS.Timeout }
    | undefined;
}

/** As it is when it has just been sent. */
export function newMessage(message: NewMessage & Accepted & { readonly deduplicationId: string }): Message {
  return {
    ...message,
    attributes: message.attributes ?? {},
    traceHeader: message.traceHeader,
    deadLetterSource: undefined,
    sentAtMs: Date.now(),
    receiveCount: 0,
    firstReceivedAtMs: undefined,
    flight: undefined,
  };
}

let lastSequenceNumber = 18_849_496_460_467_696_128n;

/** Twenty digits that only increase, as on AWS. */
export function nextSequenceNumber(): string {
  lastSequenceNumber += 256n;
  return lastSequenceNumber.toString();
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The digest with which clients verify attributes. Sorted by name; name, type and value are each prefixed with their
 * length, and the value also with 1 (text) or 2 (binary). From the SQS developer guide, "Calculating the MD5 message
 * digest for message attributes".
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    hash.update(withLength(Buffer.from(name))).update(withLength(Buffer.from(attribute.DataType)));
    const binary = attribute.DataType.startsWith('Binary');
    hash.update(Buffer.from([binary ? 2 : 1]));
    hash.update(
      withLength(
        binary
          ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
          : Buffer.from(attribute.StringValue ?? ''),
      ),
    );
  }
  return hash.digest('hex');
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The bytes that count towards the limits of a message and a batch: the body and its attributes. */
export function sizeOf({ body, attributes = {} }: Pick<NewMessage, 'body' | 'attributes'>): number {
  const ofAttributes = Object.entries(attributes).map(
    ([name, { DataType, StringValue = '', BinaryValue = '' }]) =>
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, 'base64'),
  );
  return ofAttributes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}
