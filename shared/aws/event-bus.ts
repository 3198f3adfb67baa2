import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { RetryableError } from '../model/errors.ts';
import { type EventDetail, eventSource } from '../model/event.ts';
import { callAws } from './errors.ts';

/** PutEvents takes at most ten entries a request. */
const mostEntries = 10;

/** Publishes to the custom bus. The bus exists, since it is deployed with the functions: a missing one would go unseen. */
export class EventBusAdapter {
  private readonly client: EventBridgeClient;
  private readonly busName: string;

  constructor(client: EventBridgeClient, busName: string) {
    this.client = client;
    this.busName = busName;
  }

  /** Resolves when each was accepted; a RetryableError otherwise, after which some may have been: events may come twice. */
  async publish(events: readonly EventDetail[]): Promise<void> {
    for (let start = 0; start < events.length; start += mostEntries)
      await this.put(events.slice(start, start + mostEntries));
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
