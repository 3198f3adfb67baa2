import { detailTypes, type PodChanged, type PodResyncRequested } from '../model/events/event.ts';
import type { PodKey } from '../model/identity.ts';
import { observationOf } from '../model/pod.ts';
import type { Dependencies } from '../ports/ports.ts';
import { applyPod } from './apply-pod.ts';
import { invalidateClaims } from './invalidate-claims.ts';

/**
 * Handles one message of the pods' queue: stores its observation if it is newer, then acts on what is stored. So an
 * old, repeated or reordered message does no harm, and one redelivered after a crash finishes what was started.
 */
export async function observePod(deps: Dependencies, event: PodChanged | PodResyncRequested): Promise<void> {
  await recordPod(deps, event);
  await applyPod(deps, podKeyOf(event));
}

/** The first half: stores the observation, which every later run for the pod then uses. */
export async function recordPod(deps: Dependencies, event: PodChanged | PodResyncRequested): Promise<void> {
  const key = podKeyOf(event);
  deps.cluster(key.cluster);
  if (event.type === detailTypes.podChanged) await deps.pods.record(observationOf(event), event.supersedes);
  await invalidateClaims(deps, key, event);
}

export function podKeyOf(event: PodChanged | PodResyncRequested): PodKey {
  const { namespace = '', name } = event.type === detailTypes.podChanged ? event.pod.metadata : event.pod;
  return { cluster: event.cluster, namespace, name };
}
