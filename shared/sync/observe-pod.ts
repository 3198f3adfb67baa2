import { PermanentError } from '../model/errors.ts';
import { detailTypes, type PodChanged, type PodResyncRequested } from '../model/event.ts';
import { podGroup } from '../model/identity.ts';
import { observationOf } from '../model/pod.ts';
import { applyPod } from './apply-pod.ts';
import { doubtSuspects } from './doubt-suspects.ts';
import type { World } from './ports.ts';

/**
 * One message of the pods' queue: stores what it says of the pod, if that is news, then acts on what is stored. An old,
 * repeated or reordered message therefore does no harm, and one redelivered after a crash finishes what was begun.
 */
export async function observePod(world: World, event: PodChanged | PodResyncRequested): Promise<void> {
  const { namespace = '', name } = event.type === detailTypes.podChanged ? event.pod.metadata : event.pod;
  const key = { cluster: event.cluster, namespace, name };
  world.cluster(key.cluster);
  if (event.group !== podGroup(key))
    throw new PermanentError(
      `group is "${event.group}"; expected "${podGroup(key)}", the pod's own: the queue is its lock`,
    );
  if (event.type === detailTypes.podChanged) await world.pods.record(observationOf(event), event.supersedes);
  await doubtSuspects(world, key, event.suspects ?? []);
  await applyPod(world, key);
}
