import type { EventDetail } from '../../model/event.ts';
import { entryBytes, eventSubject, maxEntryBytes } from '../../model/event-size.ts';
import type { Allowed } from './deletion-policy.ts';

/** Parts the events that a bus takes from those it never would, whose objects are told as refused. */
export function sendable(events: readonly EventDetail[]): {
  readonly events: readonly EventDetail[];
  readonly refused: Allowed['refused'];
} {
  const { fit = [], large = [] } = Object.groupBy(events, (event) =>
    entryBytes(event) > maxEntryBytes ? 'large' : 'fit',
  );
  return { events: fit, refused: large.map(tooLarge) };
}

function tooLarge(event: EventDetail): Allowed['refused'][number] {
  const detail = `would be told in ${entryBytes(event)} bytes`;
  return {
    finding: { kind: 'ObjectOversized', object: eventSubject(event), detail, deletesIn: [] },
    reason: `an event has at most ${maxEntryBytes} bytes: nothing of this version is done`,
  };
}
