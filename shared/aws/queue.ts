import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { callAws } from './errors.ts';

/** A message of a FIFO queue, as far as it is handled again or put aside. */
export interface QueueMessage {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  readonly receiptHandle: string;
}

/** A function's own FIFO queue and its dead-letter queue. */
export class QueueAdapter {
  private readonly client: SQSClient;
  private readonly queueUrl: string;
  private readonly deadLetterQueueUrl: string;

  constructor(client: SQSClient, queueUrl: string, deadLetterQueueUrl: string) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.deadLetterQueueUrl = deadLetterQueueUrl;
  }

  /** Lets the message come again after so many seconds (0 to 43,200) instead of the queue's visibility timeout. */
  async retryIn(message: QueueMessage, seconds: number): Promise<void> {
    await callAws(`ChangeMessageVisibility of ${message.id}`, () =>
      this.client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: this.queueUrl,
          ReceiptHandle: message.receiptHandle,
          VisibilityTimeout: seconds,
        }),
      ),
    );
  }

  /** Puts the message aside with the reason as message attribute `Reason`; once, however often it is tried. */
  async putAside(message: QueueMessage, reason: string): Promise<void> {
    await callAws(`sending ${message.id} to the dead-letter queue`, () =>
      this.client.send(
        new SendMessageCommand({
          QueueUrl: this.deadLetterQueueUrl,
          MessageBody: message.body,
          MessageGroupId: message.group,
          MessageDeduplicationId: message.id,
          MessageAttributes: { Reason: { DataType: 'String', StringValue: sendable(reason) } },
        }),
      ),
    );
  }
}

/** SQS takes tab, line feed, carriage return and what is printable in XML 1.0; a reason may quote anything. */
function sendable(reason: string): string {
  return (
    reason.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD').slice(0, 4096) ||
    '-'
  );
}
