import { type Pod, type PodObservation, sightingOfPod } from '../pod.ts';
import { isNewer, type Sighting } from '../version.ts';

/** The observed states of a pod record. */
export interface RecordedStates {
  readonly sighting: Sighting;
  /** The last stored live state; of a deleted pod, the state before the deletion. */
  readonly state: Pod;
  /** The state of another pod of the same name, which `state` replaced. */
  readonly former?: Pod | undefined;
}

/** Where an observation is stored. */
export type Placing = 'as sighting' | 'as state' | 'as former' | 'nowhere';

/**
 * Decides where an observation is stored. A newer one replaces the sighting, and a live pod of another uid becomes the
 * former one. Of live states that are not newer than a deletion or another pod, the newest is kept, too: if the stored
 * version proves to be false, it is the current state.
 */
export function placingOf({ pod, deleted }: PodObservation, recorded: RecordedStates): Placing {
  const { sighting, state, former } = recorded;
  const next = sightingOfPod({ pod, deleted });
  if (isNewer(next, sighting)) return 'as sighting';
  if (deleted) return 'nowhere';
  const isOfState = sighting.deleted && state.uid === pod.uid;
  if (isOfState) return isNewer(next, alive(state)) ? 'as state' : 'nowhere';
  if (sighting.uid === pod.uid && !sighting.deleted) return 'nowhere';
  return former === undefined || isNewer(next, alive(former)) ? 'as former' : 'nowhere';
}

function alive(pod: Pod): Sighting {
  return sightingOfPod({ pod, deleted: false });
}
