import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { NotFoundError, RetryableError } from '../shared/model/errors.ts';
import { type DetailType, relaySource } from '../shared/model/event.ts';

/** An event as the bus takes it. */
export interface BusEntry {
  readonly type: DetailType;
  /** JSON. */
  readonly detail: string;
}

/** What became of one entry: accepted when it has no code. */
export interface EntryResult {
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/** The event bus, as far as the relay uses it. */
export interface EventBus {
  readonly name: string;
  /** What an entry counts for: source, detail-type and detail in UTF-8. */
  bytesOf(entry: BusEntry): number;
  /** A text that changes when the bus is deleted and created again. Throws NotFoundError when there is none. */
  identity(): Promise<string>;
  /** One result an entry, in their order. Throws what the SDK throws when the request fails as a whole. */
  put(entries: readonly BusEntry[]): Promise<readonly EntryResult[]>;
}

/** PutEvents takes 10 entries. 256 KB a request is the limit of old; SQS and the Lambda mapping behind know it too. */
export const batchLimits = { entries: 10, bytes: 256 * 1024 - 1 };

/** The bus `name` (or its ARN) behind an EventBridge client, for the events of one cluster. */
export function eventBridgeBus(
  client: Pick<EventBridgeClient, 'send'>,
  name: string,
  cluster: string,
): EventBus {
  const source = relaySource(cluster);
  return {
    name,
    bytesOf: ({ type, detail }) => source.length + type.length + Buffer.byteLength(detail),
    async identity() {
      try {
        const bus = await client.send(new DescribeEventBusCommand({ Name: name }));
        return `${bus.Arn} ${bus.CreationTime?.toISOString() ?? ''}`;
      } catch (cause) {
        throw translate(name, cause);
      }
    },
    async put(entries) {
      const answer = await client.send(
        new PutEventsCommand({
          Entries: entries.map(({ type, detail }) => ({
            EventBusName: name,
            Source: source,
            DetailType: type,
            Detail: detail,
          })),
        }),
      );
      return results(entries.length, answer.Entries ?? []);
    },
  };
}

function translate(name: string, cause: unknown): Error {
  if (cause instanceof Error && cause.name === 'ResourceNotFoundException')
    return new NotFoundError('object', `there is no event bus ${name}; expected it to be created first`, {
      cause,
    });
  return new RetryableError(`the event bus ${name} could not be described: ${String(cause)}`, { cause });
}

/** An answer that leaves out entries has not accepted them. */
function results(count: number, entries: readonly PutEventsResultEntry[]): EntryResult[] {
  return Array.from({ length: count }, (_, index) => {
    const entry = entries[index];
    if (!entry) return { errorCode: 'NoResult', errorMessage: 'the answer has no result for this entry' };
    return { errorCode: entry.ErrorCode, errorMessage: entry.ErrorMessage };
  });
}
