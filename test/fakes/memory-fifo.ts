import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { OutgoingMessage, QueueMessage } from '../../shared/adapters/aws/sqs/queue.ts';
import type { Queue } from '../../shared/lambda/batch-handling.ts';

/** As deployed. */
const dedupMs = 5 * 60_000;
const visibilityMs = 35_000;
const maxReceiveCount = 500;

export interface DeadLetter {
  readonly body: string;
  /** Absent where the queue itself put the message aside. */
  readonly reason?: string;
}

interface Message extends OutgoingMessage {
  readonly id: string;
  receiveCount: number;
  visibleAtMs: number;
}

/**
 * A FIFO queue in virtual time, by the rules of SQS: messages of a group in their order, none of a group while one of it is
 * in flight; one of the same deduplication id within five minutes is dropped; a receipt handle is good until its message
 * is visible again.
 */
export class MemoryFifo implements Queue {
  readonly deadLetters: DeadLetter[] = [];
  private readonly messages: Message[] = [];
  private readonly sentAtMs = new Map<string, number>();
  private readonly now: () => number;
  private count = 0;

  constructor(now: () => number) {
    this.now = now;
  }

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) this.enqueue(message);
  }

  enqueue({ group, body, deduplicationId, attributes }: OutgoingMessage): void {
    if (!/^[!-~]{1,128}$/.test(group)) throw new Error(`SQS takes no message group ${group}`);
    const key = `${group} ${deduplicationId ?? createHash('sha256').update(body).digest('hex')}`;
    const sentAtMs = this.sentAtMs.get(key);
    if (sentAtMs !== undefined && this.now() - sentAtMs < dedupMs) return;
    this.sentAtMs.set(key, this.now());
    const id = `m-${String(++this.count).padStart(12, '0')}`;
    this.messages.push({ id, group, body, attributes, receiveCount: 0, visibleAtMs: this.now() });
  }

  /** When the next message can be received; undefined when there is none. */
  nextAtMs(): number | undefined {
    const times = [...this.groups().values()].map((group) =>
      Math.max(...group.map(({ visibleAtMs }) => visibleAtMs)),
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Groups of which something can be received now. */
  available(): readonly string[] {
    const now = this.now();
    const groups = [...this.groups()].filter(([, group]) =>
      group.every(({ visibleAtMs }) => visibleAtMs <= now),
    );
    return groups.map(([name]) => name);
  }

  /** Up to ten messages, of the groups given, which are available. */
  receive(groups: readonly string[]): SQSRecord[] {
    const all = this.groups();
    const messages = groups.flatMap((name) => all.get(name) ?? []).slice(0, 10);
    const alive = messages.filter((message) => !this.isDead(message));
    for (const message of alive) {
      message.receiveCount += 1;
      message.visibleAtMs = this.now() + visibilityMs;
    }
    return alive.map((message) => recordOf(message));
  }

  /** What the function answers: of a batch, all but the failures are deleted. */
  async settle(records: readonly SQSRecord[], { batchItemFailures }: SQSBatchResponse): Promise<void> {
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = records.filter(({ messageId }) => !failed.has(messageId));
    await this.delete(
      done.map(({ messageId: id, receiptHandle, body }) => ({ id, receiptHandle, body, group: '' })),
    );
  }

  async hide(messages: readonly QueueMessage[], seconds: number): Promise<ReadonlySet<string>> {
    const lost = new Set<string>();
    for (const message of messages) {
      const held = this.held(message);
      if (held === undefined) lost.add(message.id);
      else held.visibleAtMs = this.now() + seconds * 1000;
    }
    return lost;
  }

  async delete(messages: readonly QueueMessage[]): Promise<void> {
    for (const message of messages) {
      const held = this.held(message);
      if (held !== undefined) this.messages.splice(this.messages.indexOf(held), 1);
    }
  }

  async deadLetter({ body }: QueueMessage, reason: string): Promise<void> {
    this.deadLetters.push({ body, reason });
  }

  private groups(): ReadonlyMap<string, readonly Message[]> {
    return Map.groupBy(this.messages, ({ group }) => group);
  }

  private held({ id, receiptHandle }: QueueMessage): Message | undefined {
    return this.messages.find((message) => message.id === id && handleOf(message) === receiptHandle);
  }

  private isDead(message: Message): boolean {
    if (message.receiveCount < maxReceiveCount) return false;
    this.messages.splice(this.messages.indexOf(message), 1);
    this.deadLetters.push({ body: message.body });
    return true;
  }
}

function handleOf({ id, receiveCount }: Pick<Message, 'id' | 'receiveCount'>): string {
  return `${id}#${receiveCount}`;
}

function recordOf(message: Message): SQSRecord {
  const { id, group, body, receiveCount, attributes } = message;
  const sent = Object.entries(attributes).map(([name, stringValue]) => [
    name,
    { dataType: 'Number', stringValue },
  ]);
  return {
    messageId: id,
    receiptHandle: handleOf(message),
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: Object.fromEntries(sent),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:scenario.fifo',
    awsRegion: 'us-west-2',
  };
}
