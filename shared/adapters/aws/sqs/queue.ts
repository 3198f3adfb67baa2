import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { callAws } from '../errors.ts';
import { maxMessages, sendMessages } from './send-messages.ts';

/** A message of a FIFO queue, as needed to handle it again or dead-letter it. */
export interface QueueMessage {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  readonly receiptHandle: string;
}

export interface OutgoingMessage {
  readonly group: string;
  readonly body: string;
  /** Without it, SQS treats messages with the same body as duplicates. */
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
   * Hides messages for this many seconds from now (0 to 43,200). Returns the ids of those that this receiver no longer
   * holds, because their time has expired.
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

  /** A message that cannot be deleted belongs to another receiver by now, or the function's invoker deletes it. */
  async delete(messages: readonly QueueMessage[]): Promise<void> {
    for (const some of tens(messages)) {
      const command = new DeleteMessageBatchCommand({ QueueUrl: this.queueUrl, Entries: entriesOf(some) });
      await callAws('DeleteMessageBatch', () => this.client.send(command));
    }
  }

  /** Resolves once all were accepted. */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const some of tens(messages)) await sendMessages(this.client, this.queueUrl, some.map(outgoing));
  }

  /** Dead-letters the message with the reason as message attribute `Reason`; once, however often it is tried. */
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

/** Errors of SQS itself mean nothing for the message. */
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

/** SQS accepts tab, line feed, carriage return and the printable characters of XML 1.0; a reason may quote anything. */
function sendable(reason: string): string {
  return (
    reason.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD').slice(0, 4096) ||
    '-'
  );
}
