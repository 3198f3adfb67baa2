import type { Pod, PodObservation } from '../pod.ts';
import type { Problem } from '../problem.ts';
import type { GateNote } from './gate-note.ts';
import type { PlaceWait, Registration } from './registration.ts';

export interface PodRecord extends PodObservation {
  readonly registrations: readonly Registration[];
  readonly problems: readonly Problem[];
  /** Stored before the pod begins to wait, so that a place that is offered to it is never lost. */
  readonly waits?: readonly PlaceWait[] | undefined;
  /** Only of a pod that declares our readiness gate. */
  readonly gate?: GateNote | undefined;
  /** When the sighting was stored, epoch milliseconds; absent in records of earlier versions. */
  readonly seenAtMs?: number | undefined;
  /**
   * Live states of the deleted pod, or of another pod of its name, that the sighting replaced or that were older: one of
   * them is the current state if the version of the sighting is false.
   */
  readonly displaced?: readonly Pod[] | undefined;
}
