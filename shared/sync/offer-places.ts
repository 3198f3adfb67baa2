import { ConflictError } from '../model/errors.ts';
import { type PodKey, podGroup, type ServiceKey, serviceText } from '../model/identity.ts';
import type { WaitingPod } from '../model/registration.ts';
import type { Problem } from '../plan/desired.ts';
import { isAwake } from '../plan/full-service.ts';
import type { World } from './ports.ts';
import { resyncRequested } from './resync-requested.ts';

/** Whether pods may wait for a place in the service. */
export async function isPlaceWanted(world: World, service: ServiceKey): Promise<boolean> {
  return (await world.services.find(service))?.full !== undefined;
}

/**
 * Places of a full service have become free: as many of the waiting pods are asked to try again, the oldest first. Where
 * fewer wait, the service is not full any more. Done again after a crash, it wakes one pod more, which Cloud Map refuses.
 */
export async function offerPlaces(world: World, service: ServiceKey, count: number): Promise<void> {
  const { full } = (await world.services.find(service)) ?? {};
  if (full === undefined) return;
  const left = count - (await wake(world, service, count));
  if (left <= 0) return;
  await world.services.clearFull(service, full);
  await wake(world, service, left); // who began to wait in between has not seen that
}

/** Answers how many were woken. */
async function wake(world: World, service: ServiceKey, count: number): Promise<number> {
  let woken = 0;
  if (count <= 0) return woken;
  for await (const waiting of world.waitingPods.ofService(service)) {
    if (isAwake(waiting, world.clock.now()) || !(await wakeOne(world, service, waiting))) continue;
    woken += 1;
    if (woken === count) break;
  }
  return woken;
}

/** False where the pod does not wait any more, or was woken by somebody else. */
async function wakeOne(world: World, service: ServiceKey, waiting: WaitingPod): Promise<boolean> {
  const nowMs = world.clock.now();
  try {
    if (!(await stillWaits(world, service, waiting))) {
      await world.waitingPods.remove(service, waiting);
      return false;
    }
    await world.waitingPods.wake(service, waiting, nowMs);
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
  const place = `a place in ${serviceText(service)}`;
  await world.requests.send([resyncRequested(waiting, `${place} at ${nowMs}`, `${place} has become free`)]);
  return true;
}

/** Not one that is gone, or has its place already. */
async function stillWaits(world: World, service: ServiceKey, waiting: WaitingPod): Promise<boolean> {
  const record = await world.pods.find(waiting);
  if (record === undefined || record.deleted || record.pod.terminating) return false;
  if (record.pod.createdAt !== waiting.createdAt) return false;
  const claim = await world.claims.find(service, waiting.instanceId);
  return claim?.phase !== 'applied' || podGroup(claim.owner) !== podGroup(waiting);
}

/**
 * The pod does not wait any more, since it has a place, or wants none. A place that was freed for it, and that it does not
 * take, goes to the next.
 */
export async function stopWaiting(
  world: World,
  key: PodKey,
  { service, createdAt }: NonNullable<Problem['waitsIn']>,
  hasPlace: boolean,
): Promise<void> {
  for (;;) {
    const waiting = await world.waitingPods.find(service, { ...key, createdAt });
    if (waiting === undefined) return;
    if (waiting.wokenAtMs !== undefined && !hasPlace) await offerPlaces(world, service, 1);
    try {
      return await world.waitingPods.remove(service, waiting);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error; // it was woken meanwhile
    }
  }
}
