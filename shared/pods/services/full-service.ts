import { QuotaExceededError } from '../../model/errors.ts';
import { resyncRequested } from '../../model/events/resync-requested.ts';
import type { ServiceKey } from '../../model/identity.ts';
import { podGroup, serviceText } from '../../model/identity.ts';
import type { Pod } from '../../model/pod.ts';
import type { Claim, CloudMapService, WaitingPod } from '../../model/records/registration.ts';
import { isDeregistered } from '../../model/records/registration.ts';
import type { CloudMap, Dependencies } from '../../ports/ports.ts';
import { inTurn } from '../operations.ts';
import { fullError, isStillFull } from '../plan/services/full-service.ts';
import { placeIdOf, releaseClaim, stateOf } from '../release-claim.ts';
import { offerPlace, removeIfUnchanged, stopWaiting } from './offer-places.ts';

/** How far back to search for deregistrations that may still be running. */
const releasesSinceMs = 10 * 60_000;

/**
 * Refuses a new instance without calling RegisterInstance if Cloud Map refused one before and no place has been freed
 * for this pod since; not if the instance id is claimed. Write first, then read the other side: the pod is recorded as
 * waiting before it is read again whether the service is full; a writer that finds no waiting pod first records that
 * the service is not full. Returns the pod as it waits, with the place that it was offered.
 */
export async function refuseWhereFull(
  deps: Dependencies,
  key: ServiceKey,
  service: CloudMapService,
  {
    pod,
    instanceId,
    current,
  }: { readonly pod: Pod; readonly instanceId: string; readonly current: Claim | undefined },
): Promise<WaitingPod | undefined> {
  const known = await findWaiting(deps, key, service, pod);
  if (current !== undefined || known?.wokenAtMs !== undefined || !isStillFull(service.full, deps.clock.now()))
    return known;
  const config = deps.cluster(pod.cluster);
  if (known === undefined) {
    // An instance that already exists takes no additional place.
    const isThere = (await deps.cloudMap(config).findInstance(service.id, instanceId)) !== undefined;
    if (isThere) return undefined;
    await deps.pods.addWait(pod, { service: key, createdAt: pod.createdAt });
    await deps.waitingPods.add(key, waitingPodOf(pod, instanceId));
  }
  const full = (await deps.services.find(key))?.full;
  if (isStillFull(full, deps.clock.now())) throw fullError(key, full, config);
  return known;
}

/** The pod as it waits in a full service. */
async function findWaiting(
  deps: Dependencies,
  key: ServiceKey,
  { full }: CloudMapService,
  { cluster, namespace, name, createdAt }: Pod,
): Promise<WaitingPod | undefined> {
  return full && deps.waitingPods.find(key, { cluster, namespace, name, createdAt });
}

/** A pod that is to be registered, and what is known of its place. */
export interface Applicant {
  readonly claim: Claim;
  readonly pod: Pod;
  /** Whether it takes a place in a service that is recorded as full. */
  readonly isInFull: boolean;
  readonly waiting: WaitingPod | undefined;
}

/**
 * Reads and calls, with the turn of RegisterInstance. Each attempt reads again, because the operation it waited for may
 * have changed the instance. If a quota is reached, the instance is refused and its claim released, even if it was registered before
 * and no longer exists. An instance of ours that exists takes no additional place.
 */
export async function registerOrRefuse(
  deps: Dependencies,
  cloudMap: CloudMap,
  applicant: Applicant,
  checkAndCall: () => Promise<string>,
): Promise<string> {
  const { claim, pod } = applicant;
  try {
    const operationId = await inTurn(deps, cloudMap, claim.serviceId, checkAndCall);
    if (applicant.isInFull) await takePlace(deps, cloudMap, applicant);
    return operationId;
  } catch (error) {
    if (!(error instanceof QuotaExceededError)) throw error;
    const { serviceId, instanceId, fingerprint } = claim;
    if (fingerprint !== undefined && (await cloudMap.findInstance(serviceId, instanceId))) throw error;
    return waitForPlace(deps, cloudMap, { claim, pod, error }, checkAndCall);
  }
}

/**
 * The pod has a place. If it was offered none, the service has more room than was known, as after a crash of a pod that
 * was refused. Called before the claim is marked applied, so that it is repeated after a crash.
 */
async function takePlace(
  deps: Dependencies,
  cloudMap: CloudMap,
  { claim, pod, waiting }: Applicant,
): Promise<void> {
  if (waiting?.wokenFor === undefined) {
    const { quotas } = deps.cluster(pod.cluster).cloudMap;
    const count = await cloudMap.instanceCount(claim.serviceId);
    await reopen(deps, claim, pod, quotas.instancesPerService - count);
  } else await removeIfUnchanged(deps, claim.service, waiting); // if not, it was offered another place: see stopWaiting
}

/**
 * Cloud Map has refused the instance. The order ensures that no place freed meanwhile is missed:
 *   1. record that the pod waits, then that the service is full  (from now on, a freed place wakes the pod)
 *   2. find the deregistrations that still run                   (their writers may have checked before 1)
 *   3. let Cloud Map count; if it has room by now, call once more
 *   4. ask the writers of 2 to check how their operations end
 *   5. release the claim, and refuse
 */
async function waitForPlace(
  deps: Dependencies,
  cloudMap: CloudMap,
  refused: { readonly claim: Claim; readonly pod: Pod; readonly error: QuotaExceededError },
  call: () => Promise<string>,
): Promise<string> {
  const { claim, pod, error } = refused;
  const { service, serviceId, instanceId } = claim;
  const config = deps.cluster(pod.cluster);
  await deps.pods.addWait(pod, { service, createdAt: pod.createdAt });
  await deps.waitingPods.put(service, waitingPodOf(pod, instanceId));
  await markFull(deps, claim, 'service');
  const releases = await runningReleases(deps, cloudMap, claim);
  const room = config.cloudMap.quotas.instancesPerService - (await cloudMap.instanceCount(serviceId));
  const operationId = room > 0 ? await callAgain(deps, cloudMap, serviceId, call) : undefined;
  if (operationId !== undefined) {
    await reopen(deps, claim, pod, room - 1);
    return operationId;
  }
  // Cloud Map does not count running registrations, so its count can be below the quota that it names.
  const quota = room > 0 ? (error.quota ?? 'namespace') : 'service';
  if (quota === 'namespace') await markFull(deps, claim, quota);
  const reason = `pods wait for a place in ${serviceText(service)}`;
  await deps.requests.send(releases.map((other) => resyncRequested(other.owner, stateOf(other), reason)));
  await releaseClaim(deps, await deps.claims.release(claim));
  await deps.pods.removeRegistration(pod, claim);
  throw fullError(service, { quota }, config, error);
}

function waitingPodOf(
  { cluster, namespace, name, createdAt }: Pod,
  instanceId: string,
): Omit<WaitingPod, 'wokenAtMs' | 'wokenFor'> {
  return { cluster, namespace, name, createdAt, instanceId };
}

async function markFull(
  deps: Dependencies,
  { service, serviceId }: Claim,
  quota: 'service' | 'namespace',
): Promise<void> {
  await deps.services.markFull(service, serviceId, { atMs: deps.clock.now(), quota });
}

/** Deregistrations that were accepted while no place was wanted have no writer that waits for them. */
async function runningReleases(
  deps: Dependencies,
  cloudMap: CloudMap,
  { service, serviceId, owner }: Claim,
): Promise<readonly Claim[]> {
  const releasing = new Map<string, Claim>();
  for await (const claim of deps.claims.ofService(service))
    if (isDeregistered(claim) && podGroup(claim.owner) !== podGroup(owner))
      releasing.set(claim.operationId ?? '', claim);
  if (releasing.size === 0) return [];
  const sinceMs = deps.clock.now() - releasesSinceMs;
  const operations = await cloudMap.operations(serviceId, { ids: [...releasing.keys()], sinceMs });
  return [...releasing].flatMap(([id, claim]) => (operations.get(id)?.status === 'pending' ? [claim] : []));
}

async function callAgain(
  deps: Dependencies,
  cloudMap: CloudMap,
  serviceId: string,
  call: () => Promise<string>,
): Promise<string | undefined> {
  try {
    return await inTurn(deps, cloudMap, serviceId, call);
  } catch (error) {
    if (error instanceof QuotaExceededError) return undefined;
    throw error;
  }
}

/** Cloud Map had room after all: it is offered to pods that were refused since the service was recorded as full. */
async function reopen(deps: Dependencies, claim: Claim, pod: Pod, room: number): Promise<void> {
  const { service } = claim;
  await stopWaiting(deps, pod, { service, createdAt: pod.createdAt }); // it may already have been offered another place
  for (let place = 1; place <= room; place++)
    if (!(await offerPlace(deps, service, `${placeIdOf(claim)} ${place}`))) return;
}
