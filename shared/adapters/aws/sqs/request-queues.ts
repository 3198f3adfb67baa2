import pLimit from 'p-limit';
import { PermanentError } from '../../../model/errors.ts';
import { detailTypes, type EventDetail, type MeshStatusRequested } from '../../../model/events/event.ts';
import { deduplicationIdOf, messageGroupOf, type QueueName, queueOf } from '../../../model/events/route.ts';
import { entryBytes, eventSubject, maxEntryBytes } from '../../../model/events/size.ts';
import type { RequestSender } from '../../../ports/ports.ts';
import { queueText } from './queue-text.ts';
import { maxMessages, type Pause, type Sqs, sendMessages } from './send-messages.ts';

/** Maximum bytes of a SendMessageBatch request, all messages together (quotas of SQS, since August 2025). */
const maxBytes = 1_048_576;

/** Maximum concurrent requests. */
const maxRequests = 10;

/** A function has the URLs of the queues that it may send to. */
type Urls = Readonly<Partial<Record<QueueName, string>>>;

interface Batch {
  readonly queueUrl: string;
  readonly events: EventDetail[];
}

/**
 * Sends events to the queues of the functions that handle them, without the event bus, which is for the relays.
 * Messages of one group may arrive in another order than given: events are hints, and none depends on the order.
 */
export class RequestQueues implements RequestSender {
  private readonly client: Sqs;
  private readonly urls: Urls;
  private readonly pause: Pause | undefined;
  /** Cluster and namespace → due time of the last accepted request for statuses. */
  private readonly requested = new Map<string, number>();

  constructor(client: Sqs, urls: Urls, pause?: Pause) {
    this.client = client;
    this.urls = urls;
    this.pause = pause;
  }

  /**
   * Resolves once all were accepted; throws a RetryableError otherwise. Some may have been accepted then and arrive
   * twice. Events that SQS never accepts are skipped, and named in a PermanentError once all others are accepted.
   */
  async send(events: readonly EventDetail[]): Promise<void> {
    const news = events.filter((event) => !this.isRequestedAlready(event));
    const { fit = [], large = [] } = Object.groupBy(news, (event) =>
      entryBytes(event) > maxEntryBytes ? 'large' : 'fit',
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

  /** SQS would drop it as a duplicate: every pod of a rollout requests the same within a few seconds. */
  private isRequestedAlready(event: EventDetail): boolean {
    return isStatusRequest(event) && this.requested.get(namespaceOf(event)) === event.dueAtMs;
  }

  /** Uses as few requests as the limits allow. */
  private batchesOf(events: readonly EventDetail[]): readonly Batch[] {
    return [...Map.groupBy(events, ({ type }) => queueOf(type))].flatMap(([queue, own]) => {
      const batches: Batch[] = [];
      let room = { messages: 0, bytes: 0 };
      for (const event of own) {
        const bytes = Buffer.byteLength(JSON.stringify(event));
        if (room.messages === 0 || room.bytes < bytes) {
          batches.push({ queueUrl: this.urlOf(queue), events: [] });
          room = { messages: maxMessages, bytes: maxBytes };
        }
        batches.at(-1)?.events.push(event);
        room = { messages: room.messages - 1, bytes: room.bytes - bytes };
      }
      return batches;
    });
  }

  private urlOf(queue: QueueName): string {
    const url = this.urls[queue];
    if (url === undefined) throw new PermanentError(`this function has no URL of the queue "${queue}"`);
    return url;
  }

  private sendBatch({ queueUrl, events }: Batch): Promise<void> {
    return sendMessages(this.client, queueUrl, events.map(entryOf), this.pause);
  }
}

function entryOf(event: EventDetail) {
  const group = messageGroupOf(event);
  return {
    MessageBody: queueText(JSON.stringify({ ...event, group })),
    MessageGroupId: group,
    MessageDeduplicationId: deduplicationIdOf(event),
  };
}

/** Throws the errors that a retry may fix first: then all events are sent again. */
function throwFailure(results: readonly PromiseSettledResult<void>[]): void {
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (reasons.length > 0) throw reasons.find((reason) => !(reason instanceof PermanentError)) ?? reasons[0];
}

function isStatusRequest(event: EventDetail): event is MeshStatusRequested {
  return event.type === detailTypes.meshStatusRequested;
}

function namespaceOf({ cluster, namespace }: MeshStatusRequested): string {
  return `${cluster}/${namespace}`;
}

function tooLarge(event: EventDetail): string {
  return `the event of ${eventSubject(event)} has ${entryBytes(event)} bytes; expected at most ${maxEntryBytes}`;
}
