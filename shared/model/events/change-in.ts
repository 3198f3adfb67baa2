import { type Change, causeOfRetry, changeOf } from '../journey.ts';
import type { EventCause, EventDetail } from './event.ts';
import { deduplicationIdOf } from './route.ts';

/** The change that an event is about. Without an id of its own, it has one that each of its deliveries gives. */
export function changeIn(event: EventDetail, receivedAtMs: number): Change {
  return changeOf(event, deduplicationIdOf(event).slice(0, 32), receivedAtMs);
}

/** What a later attempt at the last of these events says of its cause. */
export function causeOfLast(events: readonly EventDetail[], receivedAtMs: number): EventCause {
  const last = events.at(-1);
  return last === undefined ? {} : causeOfRetry(changeIn(last, receivedAtMs));
}
