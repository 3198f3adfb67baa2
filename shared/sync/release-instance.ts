import { NotFoundError, WaitError } from '../model/errors.ts';
import { podGroup, serviceText } from '../model/identity.ts';
import { type Claim, type Registration, registrationId } from '../model/registration.ts';
import { ownershipOf } from '../plan/ownership.ts';
import { letGo } from './let-go.ts';
import { inTurn } from './operations.ts';
import type { CloudMap, PodRecord, World } from './ports.ts';
import { forgetIfGone } from './resolve-service.ts';
import { resyncRequested } from './resync-requested.ts';

/** How long Cloud Map may answer InstanceNotFound for an instance that was registered a moment ago. */
const propagationMs = 30_000;

/**
 * Takes a pod's instance out of Cloud Map and lets go of its id. In this order:
 *   1. mark the claim releasing
 *   2. DeregisterInstance      (only what is known or seen to be ours)
 *   3. wake the pods that wait for the id, when it is free, then remove the claim
 *   4. strike the registration from the pod
 */
export async function releaseInstance(
  world: World,
  record: PodRecord,
  registration: Registration,
): Promise<void> {
  const { pod } = record;
  const claim = await world.claims.find(registration.service, registration.instanceId);
  if (claim !== undefined && podGroup(claim.owner) === podGroup(pod)) {
    const releasing = claim.phase === 'releasing' ? claim : await world.claims.release(claim);
    const cloudMap = world.cloudMap(world.cluster(pod.cluster));
    const isNeeded = await isClaimedUnderOtherNames(world, claim, record);
    await letGo(world, releasing, isNeeded ? undefined : await deregister(world, cloudMap, claim, record));
  }
  await world.pods.removeRegistration(pod, registration);
}

/** One service can have been registered into by two names, in two spellings: the instance stays while one claims it. */
async function isClaimedUnderOtherNames(
  world: World,
  { service, serviceId, instanceId }: Claim,
  { pod, deleted }: PodRecord,
): Promise<boolean> {
  if (deleted || pod.terminating) return false;
  const { registrations = [] } = (await world.pods.find(pod)) ?? {};
  const others = registrations.filter(
    (other) =>
      other.instanceId === instanceId && registrationId(other) !== registrationId({ service, instanceId }),
  );
  for (const other of others) {
    const claim = await world.claims.find(other.service, instanceId);
    if (claim?.serviceId === serviceId && claim.phase === 'applied' && claim.owner.uid === pod.uid)
      return true;
  }
  return false;
}

/** Answers the operation's id, where one was begun. */
async function deregister(
  world: World,
  cloudMap: CloudMap,
  claim: Claim,
  record: PodRecord,
): Promise<string | undefined> {
  try {
    return await inTurn(world, cloudMap, async () => {
      if (!isProof(claim) && (await isForeign(cloudMap, claim, record))) return undefined;
      return cloudMap.deregisterInstance(claim.serviceId, claim.instanceId);
    });
  } catch (error) {
    if (await forgetIfGone(world, claim.service, error)) await wakeAnother(world, claim);
    else if (error instanceof NotFoundError && error.resource === 'instance')
      retryWhileYoung(world, claim, error);
    else throw error;
    return undefined;
  }
}

/**
 * A service was deleted behind our back. One other pod that was in it is asked to look: it finds the same when it is to
 * go, too, and asks the next; if it stays, it makes the service anew and tells all the others.
 */
async function wakeAnother(world: World, claim: Claim): Promise<void> {
  const reason = `Cloud Map service ${claim.serviceId} is gone`;
  for await (const { owner, serviceId } of world.claims.ofService(claim.service))
    if (serviceId === claim.serviceId && podGroup(owner) !== podGroup(claim.owner))
      return world.requests.send([resyncRequested(owner, claim.serviceId, reason)]);
}

/**
 * Whether the claim, as it was found, proves that what stands there is ours. Not when it was taken and never marked
 * applied; nor when a release was begun before: that may have been done, and somebody else have come since.
 */
function isProof({ fingerprint, phase }: Claim): boolean {
  return fingerprint !== undefined && phase !== 'releasing';
}

async function isForeign(cloudMap: CloudMap, claim: Claim, record: PodRecord): Promise<boolean> {
  const attributes = await cloudMap.findInstance(claim.serviceId, claim.instanceId);
  return attributes !== undefined && ownershipOf(attributes, record.pod).kind !== 'ours';
}

/** "Not found" soon after a registration, known or not, may mean "not yet": then the message comes again later. */
function retryWhileYoung(world: World, claim: Claim, cause: Error): void {
  const ageMs = world.clock.now() - claim.touchedAtMs;
  if (ageMs < propagationMs && ageMs > -propagationMs)
    throw new WaitError(
      `instance ${claim.instanceId} of ${serviceText(claim.service)} was touched ${ageMs} ms ago and cannot be found yet`,
      { cause, retryAfterMs: 10_000 },
    );
}
