import { type EventDetail, relaySource } from '../../shared/model/events/event.ts';
import {
  deduplicationIdOf,
  messageGroupOf,
  type QueueName,
  queueOf,
} from '../../shared/model/events/route.ts';
import { MemoryFifo } from '../fakes/memory-fifo.ts';
import type { MessageGroup } from '../scenario/harness.ts';
import type { Random } from './random.ts';

/**
 * EventBridge and the two FIFO queues as they may be: late, out of order and twice before the queue; one at a time a
 * group, in order, in it. What functions send comes to the queue itself, at once.
 */
export class Channel {
  readonly underway: { readonly event: EventDetail; readonly body: string }[] = [];
  /** The bodies of what its sender may not send. */
  readonly forged: string[] = [];
  readonly queues: Readonly<Record<QueueName, MemoryFifo>>;
  private readonly random: Random;
  private readonly messageGroup: MessageGroup;

  constructor(random: Random, now: () => number, messageGroup: MessageGroup) {
    this.random = random;
    this.messageGroup = messageGroup;
    this.queues = { pods: new MemoryFifo(now), mesh: new MemoryFifo(now), entries: new MemoryFifo(now) };
  }

  /** Over the bus, as relays do. */
  send(events: readonly EventDetail[]): void {
    for (const event of events)
      this.underway.push({ event, body: bodyOf(relaySource(event.cluster), event) });
  }

  /** Over the bus, by who may not send it: no two of these have the same body. */
  forge(source: string, detail: EventDetail): void {
    const event = { ...detail, correlationId: `forged-${this.forged.length}` };
    const body = bodyOf(source, event);
    this.forged.push(body);
    this.underway.push({ event, body });
  }

  /** As functions do. */
  request(events: readonly EventDetail[]): void {
    for (const event of events)
      this.queues[queueOf(event.type)].enqueue({
        group: messageGroupOf(event),
        body: JSON.stringify(event),
        deduplicationId: deduplicationIdOf(event),
        attributes: {},
      });
  }

  /** Lets some event arrive; now and then it arrives once more, later. */
  deliverOne(duplicateProbability: number): void {
    if (this.underway.length === 0) return;
    const sent = this.random.takeFrom(this.underway);
    if (this.random.chance(duplicateProbability)) this.underway.push(sent);
    const { event, body } = sent;
    this.queues[queueOf(event.type)].enqueue({
      group: this.messageGroup === 'path' ? event.group : '$.detail.group',
      body,
      attributes: {},
    });
  }

  get isEmpty(): boolean {
    return this.underway.length === 0 && Object.values(this.queues).every(({ isEmpty }) => isEmpty);
  }

  /** When something can be received; undefined when there is nothing. */
  nextAtMs(): number | undefined {
    const times = Object.values(this.queues).flatMap((queue) => queue.nextAtMs() ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Batches of some groups each, of different groups. */
  receive(most: number): { readonly name: QueueName; readonly records: ReturnType<MemoryFifo['receive']> }[] {
    const batches = [];
    for (let count = 0; count < most; count += 1) {
      const name: QueueName = this.random.chance(0.5) ? 'pods' : 'mesh';
      const available = [...this.queues[name].available()];
      const groups = [];
      for (let size = 1 + this.random.below(2); size > 0 && available.length > 0; size -= 1)
        groups.push(this.random.takeFrom(available));
      const records = this.queues[name].receive(groups);
      if (records.length > 0) batches.push({ name, records });
    }
    return batches;
  }
}

/** What a rule makes of an event. */
function bodyOf(source: string, detail: EventDetail): string {
  return JSON.stringify({ source, detail });
}
