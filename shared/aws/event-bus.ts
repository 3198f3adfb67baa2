import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PermanentError, RetryableError } from '../model/errors.ts';
import { detailTypes, type EventDetail, eventSource, type MeshStatusRequested } from '../model/event.ts';
import { entryBytes, eventSubject, mostEntryBytes } from '../model/event-size.ts';
import { callAws } from './errors.ts';

/** What PutEvents takes in a request; by bytes, what one entry may have is kept to for all of them, too. */
const mostEntries = 10;
const mostBytes = mostEntryBytes;

/** Publishes to the custom bus. The bus exists, since it is deployed with the functions: a missing one would go unseen. */
export class EventBusAdapter {
  private readonly client: EventBridgeClient;
  private readonly busName: string;
  /** Cluster and namespace → when the last request for statuses that was accepted is due. */
  private readonly requested = new Map<string, number>();

  constructor(client: EventBridgeClient, busName: string) {
    this.client = client;
    this.busName = busName;
  }

  /**
   * Resolves when each was accepted; a RetryableError otherwise, after which some may have been: events may come twice.
   * What no request takes is left out, and named in a PermanentError when all others were accepted.
   */
  async publish(events: readonly EventDetail[]): Promise<void> {
    const news = events.filter((event) => !this.isRequestedAlready(event));
    const { batches, large } = batchesOf(news);
    for (const batch of batches) await this.put(batch);
    for (const event of news)
      if (isStatusRequest(event)) this.requested.set(namespaceOf(event), event.dueAtMs);
    if (large.length > 0)
      throw new PermanentError(`PutEvents to ${this.busName}: ${large.map(tooLarge).join('; ')}`);
  }

  /** SQS would drop it for a duplicate: every pod of a rollout asks for the same within a few seconds. */
  private isRequestedAlready(event: EventDetail): boolean {
    return isStatusRequest(event) && this.requested.get(namespaceOf(event)) === event.dueAtMs;
  }

  private async put(events: readonly EventDetail[]): Promise<void> {
    const entries = events.map((event) => ({
      EventBusName: this.busName,
      Source: eventSource,
      DetailType: event.type,
      Detail: JSON.stringify(event),
    }));
    const answer = await callAws(`PutEvents to ${this.busName}`, () =>
      this.client.send(new PutEventsCommand({ Entries: entries })),
    );
    if ((answer.FailedEntryCount ?? 0) === 0) return;
    const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
    throw new RetryableError(
      `PutEvents to ${this.busName}: ${answer.FailedEntryCount} of ${events.length} events were refused, ` +
        `the first with ${refused?.ErrorCode}: ${refused?.ErrorMessage}`,
    );
  }
}

function isStatusRequest(event: EventDetail): event is MeshStatusRequested {
  return event.type === detailTypes.meshStatusRequested;
}

function namespaceOf({ cluster, namespace }: MeshStatusRequested): string {
  return `${cluster}/${namespace}`;
}

/** In their order, as few requests as that allows. */
function batchesOf(events: readonly EventDetail[]) {
  const batches: EventDetail[][] = [];
  const large: EventDetail[] = [];
  let room = { entries: 0, bytes: 0 };
  for (const event of events) {
    const bytes = entryBytes(event);
    if (bytes > mostBytes) {
      large.push(event);
      continue;
    }
    if (room.entries === 0 || room.bytes < bytes) {
      batches.push([]);
      room = { entries: mostEntries, bytes: mostBytes };
    }
    batches.at(-1)?.push(event);
    room = { entries: room.entries - 1, bytes: room.bytes - bytes };
  }
  return { batches, large };
}

function tooLarge(event: EventDetail): string {
  return `${eventSubject(event)} would be told in ${entryBytes(event)} bytes; expected at most ${mostEntryBytes}`;
}
