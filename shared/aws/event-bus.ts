import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { RetryableError } from '../model/errors.ts';
import { detailTypes, type EventDetail, eventSource, type MeshStatusRequested } from '../model/event.ts';
import { callAws } from './errors.ts';

/** PutEvents takes at most ten entries a request. */
const mostEntries = 10;

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

  /** Resolves when each was accepted; a RetryableError otherwise, after which some may have been: events may come twice. */
  async publish(events: readonly EventDetail[]): Promise<void> {
    const news = events.filter((event) => !this.isRequestedAlready(event));
    for (let start = 0; start < news.length; start += mostEntries)
      await this.put(news.slice(start, start + mostEntries));
    for (const event of news)
      if (isStatusRequest(event)) this.requested.set(namespaceOf(event), event.dueAtMs);
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
