import type { SQSRecord } from 'aws-lambda';
import type { QueueMessage } from '../../shared/aws/queue.ts';
import { handleFifoBatch, type Queue } from '../../shared/runtime/fifo-batch.ts';

const dedupMs = 5 * 60_000;
const visibilityMs = 360_000;
const maxReceiveCount = 10;

export interface DeadLetter {
  readonly body: string;
  /** Absent where the queue itself put the message aside. */
  readonly reason?: string;
}

interface Message {
  readonly id: string;
  readonly group: string;
  readonly body: string;
  receiveCount: number;
  visibleAtMs: number;
}

/**
 * A FIFO queue and the function behind it, in virtual time: the real batch handling, one message a batch, so that a
 * scenario always takes the same way. (Interleavings are the property test's.)
 */
export class FunctionQueue implements Queue {
  readonly deadLetters: DeadLetter[] = [];
  private readonly messages: Message[] = [];
  private readonly sentAtMs = new Map<string, number>();
  private readonly now: () => number;
  private readonly handle: (body: string) => Promise<void>;
  private count = 0;

  constructor(now: () => number, handle: (body: string) => Promise<void>) {
    this.now = now;
    this.handle = handle;
  }

  /** The same body within five minutes is a duplicate, and dropped. */
  send(group: string, body: string): void {
    const sentAtMs = this.sentAtMs.get(`${group} ${body}`);
    if (sentAtMs !== undefined && this.now() - sentAtMs < dedupMs) return;
    this.sentAtMs.set(`${group} ${body}`, this.now());
    this.messages.push({
      id: `m-${++this.count}`,
      group,
      body,
      receiveCount: 0,
      visibleAtMs: this.now(),
    });
  }

  /** When the next message can be received; undefined when there is none. */
  nextAtMs(): number | undefined {
    const times = this.firstOfGroups().map(({ visibleAtMs }) => visibleAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Runs the function on one message; false when none is visible. */
  async work(): Promise<boolean> {
    const message = this.firstOfGroups().find(({ visibleAtMs }) => visibleAtMs <= this.now());
    if (message === undefined) return false;
    if (message.receiveCount === maxReceiveCount) this.deadLetters.push({ body: message.body });
    if (message.receiveCount === maxReceiveCount || (await this.succeeds(message))) this.delete(message);
    return true;
  }

  async retryIn({ id }: QueueMessage, seconds: number): Promise<void> {
    const message = this.messages.find((known) => known.id === id);
    if (message !== undefined) message.visibleAtMs = this.now() + seconds * 1000;
  }

  async putAside({ body }: QueueMessage, reason: string): Promise<void> {
    this.deadLetters.push({ body, reason });
  }

  private async succeeds(message: Message): Promise<boolean> {
    message.receiveCount += 1;
    message.visibleAtMs = this.now() + visibilityMs;
    const { batchItemFailures } = await handleFifoBatch([recordOf(message)], {
      queue: this,
      notes: { note: async () => {} },
      handle: this.handle,
      maxReceiveCount,
      remainingTimeMs: () => 60_000,
      onFailure: () => {},
    });
    return batchItemFailures.length === 0;
  }

  private firstOfGroups(): readonly Message[] {
    return [...Map.groupBy(this.messages, ({ group }) => group).values()].flatMap(([first]) => first ?? []);
  }

  private delete(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
  }
}

function recordOf({ id, group, body, receiveCount }: Message): SQSRecord {
  return {
    messageId: id,
    receiptHandle: `${id}#${receiveCount}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:scenario.fifo',
    awsRegion: 'us-west-2',
  };
}
