import type { SQSRecord } from 'aws-lambda';
import type { PodChanged } from '../../shared/model/events/event.ts';

export interface Message {
  readonly id: string;
  readonly group: string;
  readonly body: PodChanged;
  visibleAtMs: number;
  receipts: number;
  isInFlight: boolean;
}

const batchSize = 10;

/** A FIFO queue of events of pods: one message of a group at a time. */
export class RolloutQueue {
  maxReceipts = 0;
  private deferred = 0;
  private readonly messages: Message[] = [];
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  send(id: string, body: PodChanged, visibleAtMs: number): void {
    this.messages.push({ id, group: body.group, body, visibleAtMs, receipts: 0, isInFlight: false });
  }

  receive(): readonly Message[] {
    const batch: Message[] = [];
    const busy = new Set(this.messages.filter(({ isInFlight }) => isInFlight).map(({ group }) => group));
    for (const message of this.messages) {
      if (batch.length === batchSize) break;
      if (busy.has(message.group)) continue;
      busy.add(message.group);
      if (message.visibleAtMs > this.now()) continue;
      message.isInFlight = true;
      message.receipts += 1;
      this.maxReceipts = Math.max(this.maxReceipts, message.receipts);
      batch.push(message);
    }
    return batch;
  }

  /** Deletes the messages of a batch, except those that failed. */
  settle(batch: readonly Message[], failed: ReadonlySet<string>): void {
    for (const message of batch)
      if (failed.has(message.id)) message.isInFlight = false;
      else this.messages.splice(this.messages.indexOf(message), 1);
  }

  hide(message: Message | undefined, seconds: number): void {
    if (message !== undefined) message.visibleAtMs = this.now() + seconds * 1000;
  }

  /** Sends a deferred message, visible once it is due; how it is received and sent on before that is left out. */
  defer(text: string, dueAtMs: number): void {
    const body = JSON.parse(text) as PodChanged;
    this.deferred += 1;
    this.send(`deferred-${this.deferred}`, body, dueAtMs);
  }
}

/** The message as a Lambda function receives it. */
export function recordOf({ id, group, body, receipts }: Message): SQSRecord {
  return {
    messageId: id,
    receiptHandle: id,
    body: JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: '0',
      SenderId: 'events',
      ApproximateFirstReceiveTimestamp: '0',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:pods.fifo',
    awsRegion: 'us-west-2',
  };
}
