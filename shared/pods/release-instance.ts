import { NotFoundError, WaitError } from '../model/errors.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import { type PodKey, podGroup, serviceText } from '../model/identity.ts';
import { lagMs, startOf } from '../model/journey.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import { type Claim, type Registration, registrationId } from '../model/records/registration.ts';
import { isCurrentTarget, targetOf } from '../model/target.ts';
import type { CloudMap, Dependencies } from '../ports/ports.ts';
import {
  awaitOperation,
  failureOf,
  inTurn,
  logDeregistered,
  logEnd,
  noReason,
  propagationMs,
} from './operations.ts';
import { ownershipOf } from './plan/ownership.ts';
import { placeIdOf, releaseClaim } from './release-claim.ts';
import { placeOf, stateOfRelease } from './release-state.ts';
import { isPlaceWanted, offerPlace } from './services/offer-places.ts';
import { forgetIfGone } from './services/resolve-service.ts';
import { isOwnGroup } from './take-claim.ts';

/**
 * Takes a pod's instance out of Cloud Map and releases its id. In this order:
 *   1. wait for DeregisterInstance's turn   (if that takes long, the message is retried: nothing is written yet)
 *   2. mark the claim releasing
 *   3. DeregisterInstance                   (only if the instance is known or seen to be ours)
 *   4. record the operation in the claim
 *   5. when it has succeeded: wake a pod that waits for a place and those that wait for the id, then remove the claim
 *   6. remove the registration from the pod
 * Cloud Map may accept a deregistration and fail it later, so the claim outlives the operation. This function waits for
 * the operation only if another pod waits for the id, or for a place in a full service. Otherwise a sweep checks how
 * operations end, all of them with a few calls, and notifies the pod's writer (`endRelease`).
 */
export async function releaseInstance(
  deps: Dependencies,
  record: PodRecord,
  registration: Registration,
): Promise<void> {
  const { pod } = record;
  const claim = await deps.claims.find(registration.service, registration.instanceId);
  if (isOwnGroup(claim, pod) && !(await isReleased(deps, claim, record))) return;
  await deps.pods.removeRegistration(pod, registration);
}

/** A sweep saw that the deregistration has ended and the instance is gone: steps 5 and 6. */
export async function endRelease(
  deps: Dependencies,
  key: PodKey,
  registration: Registration,
  operationId: string,
): Promise<void> {
  const claim = await deps.claims.find(registration.service, registration.instanceId);
  if (!isOwnGroup(claim, key) || claim.phase !== 'releasing' || claim.operationId !== operationId) return;
  await offerPlace(deps, claim.service, placeIdOf(claim));
  await releaseClaim(deps, claim);
  logDeregistered(deps, claim);
  await deps.pods.removeRegistration(key, registration);
}

/** Deregisters if necessary; returns whether the claim is gone. */
async function isReleased(deps: Dependencies, claim: Claim, record: PodRecord): Promise<boolean> {
  const cloudMap = deps.cloudMap(placeOf(deps, claim));
  const isAccepted = claim.phase === 'releasing' && claim.operationId !== undefined;
  const isNobodyWaiting = isAccepted && !(await isAwaited(deps, claim));
  if (isNobodyWaiting && isSwept(deps, claim)) return false;
  const { status: state, error } = await stateOfRelease(deps, claim);
  if (state === 'pending' && isNobodyWaiting) return false;
  if (state === 'succeeded' || state === 'pending') return end(deps, cloudMap, claim);
  const { releasing, operationId } = await cloudMap.whenAllowed('DeregisterInstance', async () => {
    // A write before every call, so that this pod and another one that takes over a released id cannot both continue.
    const written = await deps.claims.release(claim);
    if (state === 'failed' && claim.operationId !== undefined)
      logEnd(deps, claim, failureOf(claim, claim.operationId, error ?? noReason));
    const isNeeded = await isClaimedUnderOtherNames(deps, claim, record);
    return {
      releasing: written,
      operationId: isNeeded ? undefined : await deregister(deps, cloudMap, claim, record),
    };
  });
  if (operationId === undefined) return end(deps, cloudMap, releasing);
  const { owner, service, serviceId } = claim;
  const change = deps.telemetry?.change();
  if (change) deps.telemetry?.count('DeregistrationLag', lagMs(change, deps.clock.now()));
  deps.notices?.note({ cluster: owner.cluster, service, serviceId });
  const accepted = await deps.claims.release(releasing, operationId, change && startOf(change));
  return (await isAwaited(deps, accepted)) && end(deps, cloudMap, accepted);
}

/** Read after the operation is recorded, so that a pod that begins to wait later sees the running operation. */
async function isAwaited(deps: Dependencies, { service, waiting }: Claim): Promise<boolean> {
  return waiting.length > 0 || isPlaceWanted(deps, service);
}

/** Sweeps read claims under the current name of their account and Region. */
function isSwept(deps: Dependencies, { service: { target }, owner }: Claim): boolean {
  const config = deps.cluster(owner.cluster);
  return target === targetOf(config) || !isCurrentTarget(config, target);
}

/**
 * Removes the claim once the operation it names has succeeded. A pod of another cluster that is woken earlier would
 * still see a foreign instance and would never touch it again.
 */
async function end(deps: Dependencies, cloudMap: CloudMap, claim: Claim): Promise<true> {
  const { operationId: id, serviceId } = claim;
  if (id !== undefined) await awaitOperation(deps.clock, cloudMap, { id, serviceId });
  // Also if nothing had to be deregistered: an earlier attempt may have crashed after that, or in a full service.
  await offerPlace(deps, claim.service, placeIdOf(claim));
  await releaseClaim(deps, claim);
  logDeregistered(deps, claim);
  return true;
}

/** Two names, in two spellings, can have registered into one service: the instance stays while either claims it. */
async function isClaimedUnderOtherNames(
  deps: Dependencies,
  { service, serviceId, instanceId }: Claim,
  { pod, deleted }: PodRecord,
): Promise<boolean> {
  if (deleted || pod.terminating) return false;
  const { registrations = [] } = (await deps.pods.find(pod)) ?? {};
  const others = registrations.filter(
    (other) =>
      other.instanceId === instanceId && registrationId(other) !== registrationId({ service, instanceId }),
  );
  for (const other of others) {
    const claim = await deps.claims.find(other.service, instanceId);
    if (claim?.serviceId === serviceId && claim.phase === 'applied' && claim.owner.uid === pod.uid)
      return true;
  }
  return false;
}

/** Returns the operation's id if one was started. */
async function deregister(
  deps: Dependencies,
  cloudMap: CloudMap,
  claim: Claim,
  record: PodRecord,
): Promise<string | undefined> {
  try {
    return await inTurn(deps, cloudMap, claim.serviceId, async () => {
      const isKnown = isProof(claim) && claim.service.target === targetOf(deps.cluster(record.pod.cluster));
      if (!isKnown && (await isForeign(cloudMap, claim, record))) return undefined;
      return cloudMap.deregisterInstance(claim.serviceId, claim.instanceId);
    });
  } catch (error) {
    if (await forgetIfGone(deps, claim.service, error)) await wakeAnother(deps, claim);
    else if (error instanceof NotFoundError && error.resource === 'instance')
      retryWhileYoung(deps, claim, error);
    else throw error;
    return undefined;
  }
}

/**
 * Somebody else deleted the service. One other pod that was in it is asked to resync. If that pod is to be removed as
 * well, it finds the same and asks the next one; if it stays, it recreates the service and notifies all the others.
 */
async function wakeAnother(deps: Dependencies, claim: Claim): Promise<void> {
  const reason = `Cloud Map service ${claim.serviceId} is gone`;
  for await (const { owner, serviceId } of deps.claims.ofService(claim.service))
    if (serviceId === claim.serviceId && podGroup(owner) !== podGroup(claim.owner))
      return deps.requests.send([resyncRequested(owner, claim.serviceId, reason)]);
}

/**
 * Whether the claim as found proves that the existing instance is ours. It does not if it was taken and never marked
 * applied, or if a release was started before: that release may have finished and the instance may be someone else's.
 */
function isProof({ fingerprint, phase }: Claim): boolean {
  return fingerprint !== undefined && phase !== 'releasing';
}

async function isForeign(cloudMap: CloudMap, claim: Claim, record: PodRecord): Promise<boolean> {
  const attributes = await cloudMap.findInstance(claim.serviceId, claim.instanceId);
  if (attributes === undefined) return false;
  return (
    ownershipOf(attributes, record.pod).kind !== 'ours' || attributes['k8s.io/pod-uid'] !== claim.owner.uid
  );
}

/** "Not found" soon after a registration, recorded or not, may mean "not yet": the message is retried later. */
function retryWhileYoung(deps: Dependencies, claim: Claim, cause: Error): void {
  const ageMs = deps.clock.now() - claim.touchedAtMs;
  if (ageMs < propagationMs && ageMs > -propagationMs)
    throw new WaitError(
      `instance ${claim.instanceId} of ${serviceText(claim.service)} was touched ${ageMs} ms ago and cannot be found yet`,
      { cause, retryAfterMs: 10_000 },
    );
}
