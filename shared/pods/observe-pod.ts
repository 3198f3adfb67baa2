import { detailTypes, type PodChanged, type PodResyncRequested } from '../model/event.ts';
import type { PodKey } from '../model/identity.ts';
import { observationOf } from '../model/pod.ts';
import type { Dependencies } from '../ports/ports.ts';
import { applyPod } from './apply-pod.ts';
import { invalidateClaims } from './invalidate-claims.ts';

/**
 * One message of the pods' queue: stores what it says of the pod, if that is news, then acts on what is stored. An old,
 * repeated or reordered message therefore does no harm, and one redelivered after a crash finishes what was begun.
 */
export async function observePod(deps: Dependencies, event: PodChanged | PodResyncRequested): Promise<void> {
  await recordPod(deps, event);
  await applyPod(deps, podKeyOf(event));
}

/** The first half: writes down what the message says, so that whoever applies the pod next goes by it. */
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
