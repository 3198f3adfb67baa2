import * as z from 'zod/mini';
import { causeOfLast } from '../model/events/change-in.ts';
import type { PodChanged, PodResyncRequested, ServiceRemovalRequested } from '../model/events/event.ts';
import { podChanged, podResyncRequested } from '../model/events/pod-events.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import { serviceRemovalRequested } from '../model/events/service-removal.ts';
import { applyPod } from '../pods/apply-pod.ts';
import { podKeyOf, recordPod } from '../pods/observe-pod.ts';
import { removeService } from '../pods/services/remove-service.ts';
import type { Dependencies } from '../ports/ports.ts';
import type { Handling } from './batch-handling.ts';
import { eventHandling } from './event-handling.ts';

const podEvent = z.discriminatedUnion('type', [podChanged, podResyncRequested, serviceRemovalRequested]);
export type PodEvent = PodChanged | PodResyncRequested | ServiceRemovalRequested;

/**
 * The handling of `sync-pods`. A message group is a pod: its observations are recorded, then its state is applied. Or it is
 * a service that is to be removed.
 */
export function podHandling(deps: Dependencies): Handling<PodEvent> {
  return {
    ...eventHandling<PodEvent>(podEvent, deps),
    isJoint: () => true,
    isPunctual: true, // turns of Cloud Map calls are a fiftieth of a second apart
    record: async (event, received) => {
      if ('pod' in event) await recordPod(deps, event, received);
    },
    apply: async (events, limit) => {
      const first = firstOf(events);
      if ('pod' in first) await applyPod(deps, podKeyOf(first), limit);
      else await removeService(deps, first);
    },
    followUp: (events, run) => {
      const first = firstOf(events);
      if (!('pod' in first)) return { ...first, run };
      return {
        ...resyncRequested(podKeyOf(first), run, 'what an earlier attempt could not do'),
        ...causeOfLast(
          events.filter((event) => 'pod' in event),
          deps.clock.now(),
        ),
      };
    },
  };
}

/** A group that is handled has at least one message. */
function firstOf<Event>(events: readonly Event[]): Event {
  const [first] = events;
  if (first === undefined) throw new RangeError('there is no event to handle');
  return first;
}
