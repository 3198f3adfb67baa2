import type { SQSRecord } from 'aws-lambda';

/** A pod's message in the queue of the simulation. */
export interface Message {
  readonly id: string;
  readonly cluster: string;
  readonly readyAtMs: number;
  visibleAtMs: number;
  receipts: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** As a function receives it. */
export function recordOf({ id, receipts, attributes }: Message): SQSRecord {
  const numbers = Object.entries(attributes).map(([name, stringValue]) => [
    name,
    { dataType: 'Number', stringValue },
  ]);
  return {
    messageId: id,
    receiptHandle: id,
    body: id,
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: id,
    },
    messageAttributes: Object.fromEntries(numbers),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:pods.fifo',
    awsRegion: 'us-west-2',
  };
}
