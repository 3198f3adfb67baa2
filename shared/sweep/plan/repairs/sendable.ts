import type { EventDetail } from '../../../model/events/event.ts';
import { entryBytes, eventSubject, maxEntryBytes } from '../../../model/events/size.ts';
import { finding } from '../findings/finding.ts';
import type { Allowed } from './deletion-policy.ts';

/** Separates the events that the event bus accepts from oversized ones, whose objects are reported as refused. */
export function sendable(events: readonly EventDetail[]): {
  readonly events: readonly EventDetail[];
  readonly refused: Allowed['refused'];
} {
  const { fit = [], large = [] } = Object.groupBy(events, (event) =>
    entryBytes(event) > maxEntryBytes ? 'large' : 'fit',
  );
  return { events: fit, refused: large.map(oversized) };
}

function oversized(event: EventDetail): Allowed['refused'][number] {
  const detail = `its event has ${entryBytes(event)} bytes`;
  return {
    finding: finding('ObjectOversized', { object: eventSubject(event), detail }),
    reason: `an event has at most ${maxEntryBytes} bytes, so this version of the object is not processed`,
  };
}
