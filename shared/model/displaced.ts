import type { Pod, PodObservation } from './pod.ts';
import { isNewer, type Sighting } from './version.ts';

/** A record as far as it says which live states it has. */
export interface RecordedStates {
  readonly sighting: Sighting;
  /** The live state last stored; of a deleted pod, that of before. */
  readonly state: Pod;
  /** That of another pod of the name, which the state took the place of. */
  readonly former?: Pod | undefined;
}

/** What becomes of an observation that is not simply stored. */
export type Placing = 'as sighting' | 'as state' | 'as former' | 'nowhere';

/**
 * Where an observation goes beside what is stored. One that is newer takes its place, and a live pod of another uid
 * becomes the former one. A live state that is not newer than a deletion, or than another pod, is kept too, the newest of
 * them: should the version of what is stored prove to be false, it is the truth.
 */
export function placingOf({ pod, deleted }: PodObservation, recorded: RecordedStates): Placing {
  const { sighting, state, former } = recorded;
  const next = { ...pod, deleted };
  if (isNewer(next, sighting)) return 'as sighting';
  if (deleted) return 'nowhere';
  const isOfState = sighting.deleted && state.uid === pod.uid;
  if (isOfState) return isNewer(next, { ...state, deleted: false }) ? 'as state' : 'nowhere';
  if (sighting.uid === pod.uid && !sighting.deleted) return 'nowhere';
  return former === undefined || isNewer(next, { ...former, deleted: false }) ? 'as former' : 'nowhere';
}
