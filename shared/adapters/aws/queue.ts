import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { callAws } from './errors.ts';
import { maxMessages, sendMessages } from './send-messages.ts';

/** A message of a FIFO queue, as far as it is handled again or put aside. */
export interface QueueMessage {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  readonly receiptHandle: string;
}

export interface OutgoingMessage {
  readonly group: string;
  readonly body: string;
  /** Without it, SQS takes messages of the same body for the same. */
  readonly deduplicationId?: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
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

  /**
   * Hides messages for so many seconds from now (0 to 43,200). Answers the ids of those that are not this receiver's any
   * more, because the time for which they were hidden has ended.
   */
  async hide(messages: readonly QueueMessage[], seconds: number): Promise<ReadonlySet<string>> {
    const lost = new Set<string>();
    for (const some of tens(messages)) {
      const Entries = entriesOf(some).map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.queueUrl, Entries });
      const { Failed = [] } = await callAws('ChangeMessageVisibilityBatch', () => this.client.send(command));
      for (const entry of Failed) {
        const message = some[Number(entry.Id)];
        if (message !== undefined && isLost(entry)) lost.add(message.id);
      }
    }
    return lost;
  }

  /** What cannot be deleted is another receiver's by now, or is deleted by who invoked the function. */
  async delete(messages: readonly QueueMessage[]): Promise<void> {
    for (const some of tens(messages)) {
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl, Entries: entriesOf(some) });
      await callAws('DeleteMessageBatch', () => this.client.send(command));
    }
  }

  /** Resolves when all were accepted. */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const some of tens(messages)) await sendMessages(this.client, this.queueUrl, some.map(outgoing));
  }

  /** Puts the message aside with the reason as message attribute `Reason`; once, however often it is tried. */
  async deadLetter(message: QueueMessage, reason: string): Promise<void> {
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

function outgoing({ group, body, deduplicationId, attributes }: OutgoingMessage) {
  const named = Object.entries(attributes).map(([name, value]) => [
    name,
    { DataType: 'Number', StringValue: value },
  ]);
  return {
    MessageBody: body,
    MessageGroupId: group,
    ...(deduplicationId && { MessageDeduplicationId: deduplicationId }),
    ...(named.length > 0 && { MessageAttributes: Object.fromEntries(named) }),
  };
}

/** Errors of SQS itself say nothing about the message. */
function isLost({ SenderFault = false }: BatchResultErrorEntry): boolean {
  return SenderFault;
}

function entriesOf(messages: readonly QueueMessage[]) {
  return messages.map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle }));
}

function tens<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / maxMessages);
  return Array.from({ length: count }, (_, index) =>
    items.slice(index * maxMessages, (index + 1) * maxMessages),
  );
}

/** SQS takes tab, line feed, carriage return and what is printable in XML 1.0; a reason may quote anything. */
function sendable(reason: string): string {
  return (
    reason.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD').slice(0, 4096) ||
    '-'
  );
}
