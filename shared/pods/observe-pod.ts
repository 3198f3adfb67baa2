import { detailTypes, type PodChanged, type PodResyncRequested } from '../model/events/event.ts';
import { type PodKey, podKeyText } from '../model/identity.ts';
import { observationOf, sightingOfPod } from '../model/pod.ts';
import { isNewer, isSameSighting } from '../model/version.ts';
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

/**
 * The first half: stores the observation, which every later run for the pod then uses. A message that was received
 * before has usually stored its observation: a read, which costs less than a write that is refused, shows that.
 */
export async function recordPod(
  deps: Dependencies,
  event: PodChanged | PodResyncRequested,
  { isRepeated = false }: { readonly isRepeated?: boolean } = {},
): Promise<void> {
  const key = podKeyOf(event);
  deps.cluster(key.cluster);
  const isNews = event.type === detailTypes.podChanged && !(isRepeated && (await isRecorded(deps, event)));
  const result = isNews ? await deps.pods.record(observationOf(event), event.supersedes) : 'stored';
  if (result === 'older')
    deps.telemetry?.log('observation ignored: a newer one of the pod is stored', { pod: podKeyText(key) });
  await invalidateClaims(deps, key, event);
}

/** Whether the stored sighting is exactly this one, so that recording it again would change nothing. */
async function isRecorded(deps: Dependencies, event: PodChanged): Promise<boolean> {
  const observation = observationOf(event);
  const record = event.supersedes === undefined ? await deps.pods.find(observation.pod) : undefined;
  if (record === undefined) return false;
  const [next, stored] = [sightingOfPod(observation), sightingOfPod(record)];
  return isSameSighting(next, stored) && !isNewer(next, stored);
}

export function podKeyOf(event: PodChanged | PodResyncRequested): PodKey {
  const { namespace = '', name } = event.type === detailTypes.podChanged ? event.pod.metadata : event.pod;
  return { cluster: event.cluster, namespace, name };
}
