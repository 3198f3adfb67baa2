import type { GateNote } from './gate-note.ts';
import type { Pod, PodObservation } from './pod.ts';
import type { Problem } from './problem.ts';
import type { Registration } from './registration.ts';

export interface PodRecord extends PodObservation {
  readonly registrations: readonly Registration[];
  readonly problems: readonly Problem[];
  /** Of a pod that declares our readiness gate. */
  readonly gate?: GateNote | undefined;
  /** When the sighting was stored, epoch milliseconds; absent in records of before this was noted. */
  readonly seenAtMs?: number | undefined;
  /**
   * Live states that the sighting took the place of, or that lost against it by their version: one of them is the truth
   * where the version of the sighting is false. Those of a deleted pod, and of another pod of its name.
   */
  readonly displaced?: readonly Pod[] | undefined;
}
