import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import pLimit from 'p-limit';
import { PermanentError, RetryableError } from '../model/errors.ts';
import { detailTypes, type EventDetail, type MeshStatusRequested } from '../model/event.ts';
import { deduplicationIdOf, messageGroupOf, type QueueName, queueOf } from '../model/event-route.ts';
import { entryBytes, eventSubject, mostEntryBytes } from '../model/event-size.ts';
import { callAws } from './errors.ts';
import { queueText } from './queue-text.ts';

/** What SendMessageBatch takes in a request (quotas of SQS, since August 2025): messages, and bytes of them together. */
const maxMessages = 10;
const maxBytes = 1_048_576;

/** Requests under way at a time. */
const maxRequests = 10;

/** Of an entry that SQS refused alone: the request is sent again with those entries, after these pauses. */
const pausesMs = [50, 200, 800];

/** The same message would be refused again. */
const permanentCodes: ReadonlySet<string> = new Set([
  'InvalidMessageContents',
  'InvalidParameterValue',
  'MissingParameter',
]);

type Urls = Readonly<Record<QueueName, string>>;
type Pause = (milliseconds: number) => Promise<unknown>;

interface Batch {
  readonly queueUrl: string;
  readonly events: EventDetail[];
}

/**
 * Sends events to the queues of the functions that handle them, past the event bus, which is the relays'. Messages of one
 * group may arrive in another order than given: events are hints, and none depends on the order.
 */
export class RequestQueues {
  private readonly client: Pick<SQSClient, 'send'>;
  private readonly urls: Urls;
  private readonly pause: Pause;
  /** Cluster and namespace → when the last request for statuses that was accepted is due. */
  private readonly requested = new Map<string, number>();

  constructor(client: Pick<SQSClient, 'send'>, urls: Urls, pause: Pause = sleep) {
    this.client = client;
    this.urls = urls;
    this.pause = pause;
  }

  /**
   * Resolves when each was accepted; a RetryableError otherwise, after which some may have been: events may come twice.
   * What SQS never takes is left out, and named in a PermanentError when all others were accepted.
   */
  async send(events: readonly EventDetail[]): Promise<void> {
    const news = events.filter((event) => !this.isRequestedAlready(event));
    const { fit = [], large = [] } = Object.groupBy(news, (event) =>
      entryBytes(event) > mostEntryBytes ? 'large' : 'fit',
    );
    const limit = pLimit(maxRequests);
    const results = await Promise.allSettled(
      this.batchesOf(fit).map((batch) => limit(() => this.sendBatch(batch))),
    );
    throwFailure(results);
    for (const event of news)
      if (isStatusRequest(event)) this.requested.set(namespaceOf(event), event.dueAtMs);
    if (large.length > 0) throw new PermanentError(large.map(tooLarge).join('; '));
  }

  /** SQS would drop it as a duplicate: every pod of a rollout asks for the same within a few seconds. */
  private isRequestedAlready(event: EventDetail): boolean {
    return isStatusRequest(event) && this.requested.get(namespaceOf(event)) === event.dueAtMs;
  }

  /** As few requests as the limits allow. */
  private batchesOf(events: readonly EventDetail[]): readonly Batch[] {
    return [...Map.groupBy(events, ({ type }) => queueOf(type))].flatMap(([queue, own]) => {
      const batches: Batch[] = [];
      let room = { messages: 0, bytes: 0 };
      for (const event of own) {
        const bytes = Buffer.byteLength(JSON.stringify(event));
        if (room.messages === 0 || room.bytes < bytes) {
          batches.push({ queueUrl: this.urls[queue], events: [] });
          room = { messages: maxMessages, bytes: maxBytes };
        }
        batches.at(-1)?.events.push(event);
        room = { messages: room.messages - 1, bytes: room.bytes - bytes };
      }
      return batches;
    });
  }

  /** Entries that SQS refuses are sent again; the deduplication id keeps what it took, and did not answer, from being doubled. */
  private async sendBatch({ queueUrl, events }: Batch): Promise<void> {
    let left = events.map(entryOf);
    for (const pauseMs of [...pausesMs, undefined]) {
      const failed = await this.request(queueUrl, left);
      if (failed.length === 0) return;
      const isLasting = failed.some(({ Code = '' }) => permanentCodes.has(Code));
      if (isLasting || pauseMs === undefined) throw refused(queueUrl, left.length, failed, isLasting);
      const ids = new Set(failed.map(({ Id }) => Id));
      left = left.filter(({ Id }) => ids.has(Id));
      await this.pause(pauseMs);
    }
  }

  private async request(
    queueUrl: string,
    entries: SendMessageBatchRequestEntry[],
  ): Promise<readonly BatchResultErrorEntry[]> {
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
    const { Failed = [] } = await callAws(`SendMessageBatch to ${nameOf(queueUrl)}`, () =>
      this.client.send(command),
    );
    return Failed;
  }
}

function entryOf(event: EventDetail, index: number): SendMessageBatchRequestEntry {
  const group = messageGroupOf(event);
  return {
    Id: String(index),
    MessageBody: queueText(JSON.stringify({ ...event, group })),
    MessageGroupId: group,
    MessageDeduplicationId: deduplicationIdOf(event),
  };
}

/** What may go well the next time first: then all of them are sent again. */
function throwFailure(results: readonly PromiseSettledResult<void>[]): void {
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (reasons.length > 0) throw reasons.find((reason) => !(reason instanceof PermanentError)) ?? reasons[0];
}

function refused(
  queueUrl: string,
  count: number,
  failed: readonly BatchResultErrorEntry[],
  isLasting: boolean,
): Error {
  const [first] = failed;
  const message =
    `SendMessageBatch to ${nameOf(queueUrl)}: ${failed.length} of ${count} messages were refused, ` +
    `the first with ${first?.Code}: ${first?.Message}`;
  return isLasting ? new PermanentError(message) : new RetryableError(message);
}

function isStatusRequest(event: EventDetail): event is MeshStatusRequested {
  return event.type === detailTypes.meshStatusRequested;
}

function namespaceOf({ cluster, namespace }: MeshStatusRequested): string {
  return `${cluster}/${namespace}`;
}

function tooLarge(event: EventDetail): string {
  return `the event of ${eventSubject(event)} has ${entryBytes(event)} bytes; expected at most ${mostEntryBytes}`;
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
