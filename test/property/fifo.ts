import type { EventDetail } from '../../shared/model/event.ts';
import { queueOf } from '../../shared/model/event-route.ts';
import type { Random } from './random.ts';

const dedupMs = 5 * 60_000;

/**
 * EventBridge and the two FIFO queues as they may be: late, out of order and twice before the queue; one at a time a
 * group, in order, in it. Content-based deduplication drops the same body within five minutes, as SQS does.
 */
export class Channel {
  readonly underway: EventDetail[] = [];
  readonly groups = new Map<string, EventDetail[]>();
  private readonly seen = new Map<string, number>();
  private readonly random: Random;
  private readonly now: () => number;

  constructor(random: Random, now: () => number) {
    this.random = random;
    this.now = now;
  }

  send(events: readonly EventDetail[]): void {
    this.underway.push(...structuredClone(events));
  }

  /** Lets some event arrive; now and then it arrives once more, later. */
  deliverOne(duplicateProbability: number): void {
    if (this.underway.length === 0) return;
    const event = this.random.takeFrom(this.underway);
    if (this.random.chance(duplicateProbability)) this.underway.push(event);
    this.enqueue(event);
  }

  get isEmpty(): boolean {
    return this.underway.length === 0 && this.groups.size === 0;
  }

  /** The first message of some groups. */
  receive(most: number): { readonly group: string; readonly event: EventDetail }[] {
    const groups = [...this.groups.keys()];
    const received = [];
    while (groups.length > 0 && received.length < most) {
      const group = this.random.takeFrom(groups);
      const event = this.groups.get(group)?.[0];
      if (event !== undefined) received.push({ group, event: structuredClone(event) });
    }
    return received;
  }

  delete(group: string): void {
    const messages = this.groups.get(group);
    messages?.shift();
    if (messages?.length === 0) this.groups.delete(group);
  }

  private enqueue(event: EventDetail): void {
    const group = `${queueOf(event.type)} ${event.group}`;
    const body = `${group} ${JSON.stringify(event)}`;
    const last = this.seen.get(body);
    if (last !== undefined && this.now() - last < dedupMs) return;
    this.seen.set(body, this.now());
    this.groups.set(group, [...(this.groups.get(group) ?? []), event]);
  }
}
