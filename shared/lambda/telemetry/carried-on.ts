import { causeOf } from '../../model/journey.ts';
import type { RequestSender } from '../../ports/ports.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** The same sender; what a change requests from other writers has the change's id. */
export function carriedOn(requests: RequestSender, { change }: Telemetry): RequestSender {
  return {
    send: (events) => {
      const current = change();
      if (current === undefined) return requests.send(events);
      const cause = causeOf(current);
      return requests.send(events.map((event) => ({ ...cause, ...event })));
    },
  };
}
