import type { SQSRecord } from 'aws-lambda';
import type { OutgoingMessage, QueueMessage } from '../adapters/aws/sqs/queue.ts';
import type { Change } from '../model/journey.ts';
import type { WaitLimit } from '../pods/wait-limit.ts';
import type { Clock } from '../ports/ports.ts';
import type { LeaseQueue } from './lease.ts';
import type { ReceivedMessage } from './received-message.ts';

export interface Queue extends LeaseQueue {
  /** Resolves once all messages were accepted; a message sent twice is delivered once. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  deadLetter(message: QueueMessage, reason: string): Promise<void>;
}

/** Records dead-lettered messages and why, beside the queue: `explain` reads the records because it may not receive. */
export interface DeadLetters {
  note(message: QueueMessage, reason: string): Promise<void>;
}

/** How a function handles the messages of its queue. */
export interface Handling<Event> {
  /** Throws a PermanentError if the body is not an event of the queue. */
  readonly parse: (body: string) => Event;
  /** The message group that an event belongs to, whichever group it was sent to. */
  readonly groupOf: (event: Event) => string;
  /** Whether a group's messages request the same: then each is recorded, and afterwards all are applied as one. */
  readonly isJoint: (group: string) => boolean;
  /** Whether messages are handled on time. Otherwise they may be up to a second late, since SQS hides for whole seconds. */
  readonly isPunctual?: boolean;
  readonly record: (event: Event, received: { readonly isRepeated: boolean }) => Promise<void>;
  readonly apply: (events: readonly Event[], limit: WaitLimit) => Promise<void>;
  /** The change that an event is about, for logs and metrics. */
  readonly changeOf?: ((event: Event, receivedAtMs: number) => Change | undefined) | undefined;
  /** The event that requests the same as these events of a joint group, later; the same run gives the same event. */
  readonly followUp: (events: readonly Event[], run: string) => Event;
}

export interface BatchOptions<Event> {
  readonly queue: Queue;
  readonly notes: DeadLetters;
  readonly handling: Handling<Event>;
  readonly clock: Clock;
  /** Milliseconds until Lambda ends the function. */
  readonly remainingTimeMs: () => number;
  readonly onFailure: (failure: Failure) => void;
  /** Called for each message that is handled here, before it is. */
  readonly onReceived?: ((message: ReceivedMessage, change: Change | undefined) => void) | undefined;
  /** Called if messages arrived in groups that are not theirs and were forwarded. */
  readonly onMisrouted: (count: number) => void;
}

export interface Failure {
  readonly record: SQSRecord;
  readonly error: unknown;
  readonly deadLetters: boolean;
  readonly change?: Change | undefined;
}
