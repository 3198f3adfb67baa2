import { ConflictError } from '../../model/errors.ts';
import { resyncRequested } from '../../model/events/resync-requested.ts';
import type { PodKey, ServiceKey } from '../../model/identity.ts';
import { podGroup, serviceText } from '../../model/identity.ts';
import type { PlaceWait, WaitingPod } from '../../model/records/registration.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { isAwake } from '../plan/services/full-service.ts';

/** Whether pods may wait for a place in the service. */
export async function isPlaceWanted(deps: Dependencies, service: ServiceKey): Promise<boolean> {
  return (await deps.services.find(service))?.full !== undefined;
}

/**
 * A place in a full service was freed: asks the oldest waiting pod that was not woken for another place to try again.
 * If no pod waits, the service is no longer full. Repeated for the same place after a crash, it asks the same pod
 * again, or one more, which Cloud Map refuses at worst. Returns whether a pod was asked.
 */
export async function offerPlace(
  deps: Dependencies,
  service: ServiceKey,
  place: string,
  leaving?: WaitingPod,
): Promise<boolean> {
  const { full } = (await deps.services.find(service)) ?? {};
  if (full === undefined) return false;
  if ((await wakeNext(deps, service, place, leaving)) === 'woken') return true;
  // Pods that began to wait in between have not seen that. The record stays until they are searched, also after a crash.
  if (!full.reopening) await deps.services.reopen(service, full);
  const result = await wakeNext(deps, service, place, leaving);
  // Whoever woke a pod may still have to send its message: while pods wait, that is repeated only in a full service.
  if (result === 'nobody waits') await deps.services.clearFull(service, { ...full, reopening: true });
  return result === 'woken';
}

/** Wakes one pod, and one more for each place whose pod has not tried for minutes: that place may still be free. */
async function wakeNext(
  deps: Dependencies,
  service: ServiceKey,
  place: string,
  leaving: WaitingPod | undefined,
): Promise<'woken' | 'all are woken for others' | 'nobody waits'> {
  let places = 1;
  let areOthers = false;
  for await (const waiting of deps.waitingPods.ofService(service)) {
    if (isSamePod(waiting, leaving)) continue;
    if (waiting.wokenFor === undefined || waiting.wokenFor === place) {
      if (await wake(deps, service, place, waiting)) places -= 1;
    } else {
      areOthers = true;
      if (!isAwake(waiting, deps.clock.now())) places += 1;
    }
    if (places === 0) return 'woken';
  }
  return areOthers ? 'all are woken for others' : 'nobody waits';
}

function isSamePod(one: WaitingPod, other: WaitingPod | undefined): boolean {
  return other !== undefined && podGroup(one) === podGroup(other);
}

/** Returns false if the pod no longer waits or was woken for something else. */
async function wake(
  deps: Dependencies,
  service: ServiceKey,
  place: string,
  waiting: WaitingPod,
): Promise<boolean> {
  let woken = waiting;
  try {
    if (!(await stillWaits(deps, service, waiting))) {
      await deps.waitingPods.remove(service, waiting);
      return false;
    }
    if (waiting.wokenFor !== place)
      woken = await deps.waitingPods.wake(service, waiting, place, deps.clock.now());
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
  const reason = `a place in ${serviceText(service)} has become free`;
  await deps.requests.send([resyncRequested(woken, `${place} at ${woken.wokenAtMs}`, reason)]);
  return true;
}

/** Returns false if the pod is gone or already has its place. */
async function stillWaits(deps: Dependencies, service: ServiceKey, waiting: WaitingPod): Promise<boolean> {
  const record = await deps.pods.find(waiting);
  if (record === undefined || record.deleted || record.pod.terminating) return false;
  if (record.pod.createdAt !== waiting.createdAt) return false;
  const claim = await deps.claims.find(service, waiting.instanceId);
  return claim?.phase !== 'applied' || podGroup(claim.owner) !== podGroup(waiting);
}

/**
 * The pod no longer waits, because it has a place or wants none. A place that was freed for it, and that it is not known
 * to have taken, goes to the next pod.
 */
export async function stopWaiting(deps: Dependencies, key: PodKey, wait: PlaceWait): Promise<void> {
  const { service, createdAt } = wait;
  for (;;) {
    const waiting = await deps.waitingPods.find(service, { ...key, createdAt });
    if (waiting?.wokenFor !== undefined) await offerPlace(deps, service, waiting.wokenFor, waiting);
    if (waiting === undefined || (await removeIfUnchanged(deps, service, waiting))) break;
  }
  await deps.pods.removeWait(key, wait);
}

/** Removes a waiting pod. Returns false if it was woken meanwhile, or is gone. */
export async function removeIfUnchanged(
  deps: Dependencies,
  service: ServiceKey,
  waiting: WaitingPod,
): Promise<boolean> {
  try {
    await deps.waitingPods.remove(service, waiting);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
