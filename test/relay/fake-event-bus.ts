import {
  DescribeEventBusCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { type EventDetail, relaySource } from '../../shared/model/events/event.ts';
import { objectKey } from '../../shared/model/identity.ts';

/** The fault of a PutEvents request: an error for the whole, or an error code per entry. */
export type PutFault = { readonly error: string } | readonly (string | undefined)[] | undefined;

/** An EventBridge with one bus, in place of the SDK's client. */
export class FakeEventBus {
  exists = true;
  createdAt = new Date(0);
  /** Called for each request with its entries. */
  fault: (entries: readonly EventDetail[]) => PutFault = () => undefined;
  /** How long a request takes. */
  delayMs = 0;
  readonly accepted: EventDetail[] = [];
  readonly batches: PutEventsRequestEntry[][] = [];
  /** Keys of objects with two events in flight from one client. */
  readonly raced: string[] = [];
  readonly client = this.connect().client;

  /** A separate client, which can be disconnected: its later requests never arrive. */
  connect(): { readonly client: never; readonly cutOff: () => void } {
    const onTheirWay = new Set<string>();
    let isCutOff = false;
    const send = async (command: unknown) => {
      if (isCutOff) throw named('TimeoutError', 'cut off');
      if (!(command instanceof PutEventsCommand)) return this.#describe(command);
      const entries = command.input.Entries ?? [];
      const keys = entries.map(({ Detail }) => keyOf(JSON.parse(Detail ?? '')));
      for (const key of keys) {
        if (onTheirWay.has(key)) this.raced.push(key);
        onTheirWay.add(key);
      }
      await new Promise((resolve) => setTimeout(resolve, this.delayMs));
      for (const key of keys) onTheirWay.delete(key);
      if (isCutOff) throw named('TimeoutError', 'cut off');
      return this.#put(entries);
    };
    const cutOff = () => {
      isCutOff = true;
    };
    return { client: { send } as never, cutOff };
  }

  ofType<T extends EventDetail['type']>(type: T): Extract<EventDetail, { type: T }>[] {
    return this.accepted.filter(
      (detail): detail is Extract<EventDetail, { type: T }> => detail.type === type,
    );
  }

  #describe(command: unknown): unknown {
    if (!(command instanceof DescribeEventBusCommand))
      throw new Error('expected PutEvents or DescribeEventBus');
    const name = command.input.Name;
    if (!this.exists) throw named('ResourceNotFoundException', `Event bus ${name} does not exist.`);
    return { Arn: `arn:aws:events:us-west-2:000000000000:event-bus/${name}`, CreationTime: this.createdAt };
  }

  /** Like EventBridge, accepts and loses events for a missing bus. */
  #put(entries: PutEventsRequestEntry[]): unknown {
    this.batches.push(entries);
    const details = entries.map((entry): EventDetail => JSON.parse(entry.Detail ?? ''));
    for (const [index, { cluster, type }] of details.entries()) {
      const { Source, DetailType } = entries[index] ?? {};
      if (Source !== relaySource(cluster) || DetailType !== type) throw named('AccessDenied', 'not its own');
    }
    const fault = this.fault(details);
    if (fault && 'error' in fault) throw named(fault.error, 'made to fail');
    const codes = fault ?? [];
    details.forEach((detail, index) => {
      if (this.exists && !codes[index]) this.accepted.push(detail);
    });
    const Entries = details.map((_, index) =>
      codes[index] ? { ErrorCode: codes[index] } : { EventId: 'id' },
    );
    return { FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length, Entries };
  }
}

/** The key of an event; at most one event per key may be in flight. */
function keyOf(detail: EventDetail): string {
  switch (detail.type) {
    case 'Cluster Listed':
      return `${detail.listing.id} ${detail.listing.part}`;
    case 'Cluster Object Changed':
      return `${detail.object.kind} ${objectKey(detail.object.metadata)}`;
    case 'Mesh Reconcile Requested':
    case 'Mesh Status Requested':
    case 'Service Entries Poll Requested':
    case 'Cloud Map Service Changed':
    case 'Service Removal Requested':
      return detail.group;
    default:
      return 'metadata' in detail.pod ? objectKey(detail.pod.metadata) : objectKey(detail.pod);
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
