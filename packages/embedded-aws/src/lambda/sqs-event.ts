import { region } from '../account.ts';
import type { FifoQueue } from '../sqs/fifo-queue.ts';
import { type Message, type MessageAttributes, md5, md5OfAttributes } from '../sqs/message.ts';
import { systemAttributes } from '../sqs/receive.ts';

/** The event of a function for messages of a queue (developer guide, "Example Amazon SQS message event"). */
export function sqsEvent(queue: FifoQueue, messages: readonly Message[]): string {
  return JSON.stringify({ Records: messages.map((message) => record(queue, message)) });
}

function record(queue: FifoQueue, message: Message): Record<string, unknown> {
  const digest = md5OfAttributes(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.flight?.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: attributesOf(message.attributes),
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  };
}

function attributesOf(attributes: MessageAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
