import * as z from 'zod/mini';
import { causeOfLast } from '../model/events/change-in.ts';
import type { PodChanged, PodResyncRequested } from '../model/events/event.ts';
import { podChanged, podResyncRequested } from '../model/events/pod-events.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import { applyPod } from '../pods/apply-pod.ts';
import { podKeyOf, recordPod } from '../pods/observe-pod.ts';
import type { Dependencies } from '../ports/ports.ts';
import { eventHandling } from './event-handling.ts';
import type { Handling } from './fifo-batch.ts';

const podEvent = z.discriminatedUnion('type', [podChanged, podResyncRequested]);
export type PodEvent = PodChanged | PodResyncRequested;

/** The handling of `sync-pods`. A message group is a pod: its observations are recorded, then its state is applied. */
export function podHandling(deps: Dependencies): Handling<PodEvent> {
  return {
    ...eventHandling<PodEvent>(podEvent, deps),
    isJoint: () => true,
    record: (event, received) => recordPod(deps, event, received),
    apply: (events, limit) => applyPod(deps, podKeyOf(firstOf(events)), limit),
    followUp: (events, run) => ({
      ...resyncRequested(podKeyOf(firstOf(events)), run, 'what an earlier attempt could not do'),
      ...causeOfLast(events, deps.clock.now()),
    }),
  };
}

/** A group that is handled has at least one message. */
function firstOf<Event>(events: readonly Event[]): Event {
  const [first] = events;
  if (first === undefined) throw new RangeError('there is no event to handle');
  return first;
}
