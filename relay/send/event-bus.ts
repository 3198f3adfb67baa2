import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import { NotFoundError, RetryableError } from '../../shared/model/errors.ts';
import { type DetailType, relaySource } from '../../shared/model/events/event.ts';

/** An event as PutEvents accepts it. */
export interface BusEntry {
  readonly type: DetailType;
  /** JSON. */
  readonly detail: string;
}

/** The result of one entry; without an error code it was accepted. */
export interface EntryResult {
  readonly errorCode?: string | undefined;
  readonly errorMessage?: string | undefined;
}

/** The event bus, as far as the relay uses it. */
export interface EventBus {
  readonly name: string;
  /** The size of an entry in a request: source, detail-type and detail in UTF-8. */
  bytesOf(entry: BusEntry): number;
  /** A text that changes when the bus is deleted and created again. Throws NotFoundError if the bus does not exist. */
  identity(): Promise<string>;
  /** One result per entry, in their order. Throws the SDK's error if the request fails as a whole. */
  put(entries: readonly BusEntry[], signal?: AbortSignal): Promise<readonly EntryResult[]>;
}

/** PutEvents accepts 10 entries. 256 KB is its former limit per request, and still that of SQS and Lambda behind it. */
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
    async put(entries, signal) {
      const answer = await client.send(
        new PutEventsCommand({
          Entries: entries.map(({ type, detail }) => ({
            EventBusName: name,
            Source: source,
            DetailType: type,
            Detail: detail,
          })),
        }),
        { ...(signal && { abortSignal: signal }) },
      );
      return results(entries.length, answer.Entries ?? []);
    },
  };
}

/** The bus for as long as `term` is held: afterwards nothing is sent, and the requests in flight are aborted. */
export function fencedBus(
  bus: EventBus,
  term: { readonly signal: AbortSignal; isHeld(): boolean },
): EventBus {
  return {
    ...bus,
    async put(entries) {
      if (!term.isHeld()) throw new RetryableError('the lease is lost; nothing is sent without it');
      return bus.put(entries, term.signal);
    },
  };
}

function translate(name: string, cause: unknown): Error {
  if (cause instanceof Error && cause.name === 'ResourceNotFoundException')
    return new NotFoundError('object', `event bus "${name}" not found; create it, or correct --event-bus`, {
      cause,
    });
  return new RetryableError(`cannot describe event bus "${name}": ${String(cause)}`, { cause });
}

/** An entry without a result was not accepted. */
function results(count: number, entries: readonly PutEventsResultEntry[]): EntryResult[] {
  return Array.from({ length: count }, (_, index) => {
    const entry = entries[index];
    if (!entry) return { errorCode: 'NoResult', errorMessage: 'the response has no result for this entry' };
    return { errorCode: entry.ErrorCode, errorMessage: entry.ErrorMessage };
  });
}
