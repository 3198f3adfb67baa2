import { ConflictError } from '../../model/errors.ts';
import { resyncRequested } from '../../model/events/resync-requested.ts';
import type { PodKey, ServiceKey } from '../../model/identity.ts';
import { podGroup, serviceText } from '../../model/identity.ts';
import type { Problem } from '../../model/problem.ts';
import type { WaitingPod } from '../../model/records/registration.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { isAwake } from '../plan/full-service.ts';

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
  if (await wakeFirst(deps, service, place, leaving)) return true;
  await deps.services.clearFull(service, full);
  return wakeFirst(deps, service, place, leaving); // pods that began to wait in between have not seen that
}

async function wakeFirst(
  deps: Dependencies,
  service: ServiceKey,
  place: string,
  leaving: WaitingPod | undefined,
): Promise<boolean> {
  for await (const waiting of deps.waitingPods.ofService(service)) {
    const isForOther = waiting.wokenFor !== place && isAwake(waiting, deps.clock.now());
    if (isForOther || (leaving !== undefined && podGroup(waiting) === podGroup(leaving))) continue;
    if (await wake(deps, service, place, waiting)) return true;
  }
  return false;
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
 * The pod no longer waits, because it has a place or wants none. A place that was freed for it, and that it does not
 * take, goes to the next pod.
 */
export async function stopWaiting(
  deps: Dependencies,
  key: PodKey,
  { service, createdAt }: NonNullable<Problem['waitsIn']>,
  hasPlace: boolean,
): Promise<void> {
  for (;;) {
    const waiting = await deps.waitingPods.find(service, { ...key, createdAt });
    if (waiting === undefined) return;
    if (waiting.wokenFor !== undefined && !hasPlace)
      await offerPlace(deps, service, waiting.wokenFor, waiting);
    try {
      return await deps.waitingPods.remove(service, waiting);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // it was woken meanwhile
    }
  }
}
