import {
  DescribeEventBusCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { type EventDetail, relaySource } from '../../shared/model/event.ts';
import { objectKey } from '../../shared/model/identity.ts';

/** What a PutEvents request gets other than acceptance: an error for the whole, or an error code an entry. */
export type PutFault = { readonly error: string } | readonly (string | undefined)[] | undefined;

/** An EventBridge of one bus, at the place of the SDK's client. */
export class FakeEventBus {
  exists = true;
  createdAt = new Date(0);
  /** Asked for each request, with its entries. */
  fault: (entries: readonly EventDetail[]) => PutFault = () => undefined;
  /** How long a request takes. */
  delayMs = 0;
  readonly accepted: EventDetail[] = [];
  readonly batches: PutEventsRequestEntry[][] = [];
  /** Keys of objects of which one client had two events on their way at once. */
  readonly raced: string[] = [];
  readonly client = this.connect().client;

  /** A client of its own, which can be cut off: what it sends afterwards never arrives. */
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

  /** Like EventBridge, it accepts and loses what goes to a bus that does not exist. */
  #put(entries: PutEventsRequestEntry[]): unknown {
    this.batches.push(entries);
    const details = entries.map((entry): EventDetail => JSON.parse(entry.Detail ?? ''));
    for (const [index, { cluster, type }] of details.entries()) {
      const { Source, DetailType } = entries[index] ?? {};
      if (Source !== relaySource(cluster) || DetailType !== type) throw named('AccessDenied', 'not its own');
    }
    const fault = this.fault(details);
    if (fault && 'error' in fault) throw named(fault.error, 'told to fail');
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

/** What an event is about, of which there must be one on its way at most. */
function keyOf(detail: EventDetail): string {
  switch (detail.type) {
    case 'Cluster Listed':
      return `${detail.listing.id} ${detail.listing.part}`;
    case 'Cluster Object Changed':
      return `${detail.object.kind} ${objectKey(detail.object.metadata)}`;
    case 'Mesh Reconcile Requested':
    case 'Mesh Status Requested':
      return detail.group;
    default:
      return 'metadata' in detail.pod ? objectKey(detail.pod.metadata) : objectKey(detail.pod);
  }
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
