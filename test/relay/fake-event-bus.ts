import {
  DescribeEventBusCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import type { EventDetail } from '../../shared/model/event.ts';

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
  inFlight = 0;
  mostInFlight = 0;

  readonly client = { send: (command: unknown) => this.#send(command) } as never;

  ofType<T extends EventDetail['type']>(type: T): Extract<EventDetail, { type: T }>[] {
    return this.accepted.filter(
      (detail): detail is Extract<EventDetail, { type: T }> => detail.type === type,
    );
  }

  async #send(command: unknown): Promise<unknown> {
    if (command instanceof DescribeEventBusCommand) return this.#describe(command);
    if (!(command instanceof PutEventsCommand)) throw new Error('expected PutEvents or DescribeEventBus');
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    this.inFlight -= 1;
    return this.#put(command.input.Entries ?? []);
  }

  #describe(command: DescribeEventBusCommand): unknown {
    if (!this.exists)
      throw named('ResourceNotFoundException', `Event bus ${command.input.Name} does not exist.`);
    return {
      Arn: `arn:aws:events:us-west-2:000000000000:event-bus/${command.input.Name}`,
      CreationTime: this.createdAt,
    };
  }

  /** Like EventBridge, it accepts and loses what goes to a bus that does not exist. */
  #put(entries: PutEventsRequestEntry[]): unknown {
    this.batches.push(entries);
    const details = entries.map((entry): EventDetail => JSON.parse(entry.Detail ?? ''));
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

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
