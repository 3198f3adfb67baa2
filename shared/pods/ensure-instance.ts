import { ConflictError, NotFoundError, RefusedError, WaitError } from '../model/errors.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { podGroup, podKeyText, type ServiceKey, serviceText } from '../model/identity.ts';
import type { Pod } from '../model/pod.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { Claim, CloudMapService, Health, Registration } from '../model/records/registration.ts';
import type { CloudMap, Dependencies, TakeOptions } from '../ports/ports.ts';
import { keepForeign } from './keep-foreign.ts';
import { awaitTurn, maxOperationMs } from './operations.ts';
import type { DesiredInstance } from './plan/desired.ts';
import { removalBy, type Update, writtenKeys } from './plan/foreign-attributes.ts';
import { ownershipOf } from './plan/ownership.ts';
import { findRegistration } from './records.ts';
import { releaseClaim, stateOf } from './release-claim.ts';
import { stateOfRelease } from './release-state.ts';
import { refuseWhereFull, registerOrRefuse } from './services/full-service.ts';
import { isStillOwner } from './services/own-service.ts';
import { recordUse } from './services/record-use.ts';
import { forgetIfGone, resolveService } from './services/resolve-service.ts';

const maxAttempts = 4;

/**
 * Ensures that an instance is in Cloud Map as desired. This order leaves a trace to resume from after a crash anywhere:
 *   1. resolve the service                          (may be refused: tenancy, kind of namespace, a full service)
 *   2. record the registration with the pod         (so that it is released later)
 *   3. take the claim on the instance id            (may be another pod's: then wait)
 *   4. wait for RegisterInstance's turn             (if that takes long, the message is retried)
 *   5. check whose instance exists, if we registered none or released ours   (a foreign one is left alone)
 *   6. RegisterInstance
 *   7. mark the claim applied, with the attributes' fingerprint
 * Nothing is done if the claim shows that all of it is already done. Starts over once if Cloud Map reports that the
 * service or the instance no longer exists.
 */
export async function ensureInstance(
  deps: Dependencies,
  record: PodRecord,
  desired: DesiredInstance,
  key: ServiceKey,
  health: Health,
): Promise<void> {
  try {
    await register(deps, record, desired, key, health);
  } catch (error) {
    const isMissing = error instanceof NotFoundError && error.resource === 'instance';
    if (!isMissing && !(await forgetIfGone(deps, key, error))) throw error;
    await register(deps, record, desired, key, health, isMissing);
  }
}

async function register(
  deps: Dependencies,
  record: PodRecord,
  desired: DesiredInstance,
  key: ServiceKey,
  health: Health,
  isMissing = false,
): Promise<void> {
  const { pod } = record;
  const current = await deps.claims.find(key, desired.instanceId);
  const isNew = !isOwn(current, pod) || current.fingerprint === undefined;
  const service = await resolveService(deps, key, pod, { ipFamily: desired.ipFamily, isNew });
  const waiting = await refuseWhereFull(deps, key, service, { pod, instanceId: desired.instanceId, current });
  const cloudMap = deps.cloudMap(deps.cluster(pod.cluster));
  const attributes = withInitialHealth(desired, service, health);
  const print = fingerprint(attributes);

  const isApplied =
    !isMissing && isOwn(current, pod) && current.phase === 'applied' && current.serviceId === service.id;
  const registration = { service: key, instanceId: desired.instanceId };
  await recordRegistration(deps, record, registration);
  if (isApplied && current.fingerprint === print)
    return correctHealth(deps, cloudMap, current, service, health);

  // Updates are written ahead, too: after a later crash, the claim must not describe an instance that no longer exists.
  const keys = Object.keys(attributes);
  const written = isOwnGroup(current, pod) ? writtenKeys(current) : [];
  const attributeKeys = [...new Set([...written, ...keys])];
  const claim = isApplied
    ? await deps.claims.invalidate(current, 'attributes', { attributeKeys })
    : await takeClaim(deps, pod, registration, service.id, { attributeKeys, current });
  if (isNew && !(await isStillOwner(deps, key, service, pod))) await backOff(deps, claim, pod);
  const isKnownMissing = isMissing && claim.fingerprint !== undefined;
  const isFirstCheck = claim.fingerprint === undefined || current?.phase === 'releasing';
  let update: Update = { attributes, knownKeys: [] };
  const applicant = { claim, pod, waiting, isInFull: !isApplied && service.full !== undefined };
  const operationId = await registerOrRefuse(deps, cloudMap, applicant, async () => {
    const actual = isKnownMissing ? undefined : await cloudMap.findInstance(service.id, claim.instanceId);
    if (isFirstCheck) await refuseForeignInstance(deps, claim, pod, actual);
    update = await keepForeign(deps, cloudMap, claim, attributes, isOfPod(actual, pod) ? actual : {});
    return cloudMap.registerInstance(service.id, claim.instanceId, update.attributes);
  });
  const isFirst = isMissing || claim.fingerprint === undefined; // otherwise the health may differ from the initial one
  const acceptedAtMs = deps.clock.now();
  const applied = await deps.claims.apply(claim, {
    fingerprint: print,
    health: service.hasCustomHealthCheck ? (isFirst ? health : claim.health) : undefined,
    operationId,
    touchedAtMs: acceptedAtMs,
    attributeKeys: keys,
    removal: removalBy(update, operationId, acceptedAtMs),
  });
  await correctHealth(deps, cloudMap, applied, service, health);
}

/** Before the first call, so that a deletion of the pod finds the instance whenever the function ends. */
async function recordRegistration(
  deps: Dependencies,
  record: PodRecord,
  registration: Registration,
): Promise<void> {
  const { uid } = record.pod;
  const known = findRegistration(record, registration);
  if (known?.uid === uid) return;
  if (known === undefined) await recordUse(deps, record.pod.cluster, registration.service);
  await deps.pods.addRegistration(record.pod, { ...registration, uid });
}

function withInitialHealth(
  desired: DesiredInstance,
  service: CloudMapService,
  health: Health,
): Readonly<Record<string, string>> {
  return service.hasCustomHealthCheck
    ? { ...desired.attributes, AWS_INIT_HEALTH_STATUS: health }
    : desired.attributes;
}

function isOwn(claim: Claim | undefined, pod: Pod): claim is Claim {
  return claim !== undefined && podGroup(claim.owner) === podGroup(pod) && claim.owner.uid === pod.uid;
}

function isOwnGroup(claim: Claim | undefined, pod: Pod): claim is Claim {
  return claim !== undefined && podGroup(claim.owner) === podGroup(pod);
}

/** Attributes that somebody added to another pod's instance are not kept for this one. */
function isOfPod(
  actual: Readonly<Record<string, string>> | undefined,
  pod: Pod,
): actual is Readonly<Record<string, string>> {
  return actual !== undefined && (actual['k8s.io/pod-uid'] ?? pod.uid) === pod.uid;
}

/** Takes the id, or records that the pod waits for it; the owner wakes the pod when it releases the id. */
async function takeClaim(
  deps: Dependencies,
  pod: Pod,
  id: { readonly service: ServiceKey; readonly instanceId: string },
  serviceId: string,
  {
    attributeKeys,
    current,
  }: { readonly attributeKeys: readonly string[]; readonly current: Claim | undefined },
): Promise<Claim> {
  let options: TakeOptions = { attributeKeys, ...seenBy(current, pod) };
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const claim: Claim = await deps.claims.take(id, ownerOf(pod), serviceId, deps.clock.now(), options);
    if (podGroup(claim.owner) === podGroup(pod)) return claim;
    const taken = await takeOverIfReleased(deps, claim, pod, serviceId);
    if (taken !== undefined) return taken;
    options = { attributeKeys };
    if (!(await deps.claims.wait(claim, pod))) continue; // it was released in between
    await wakeHolder(deps, claim);
    throw new RefusedError(
      `instance id ${id.instanceId} of ${serviceText(id.service)} is held by ${podKeyText(claim.owner)}; ` +
        'waiting until that pod releases it (pods that share an IP, as with hostNetwork, need cloudMap.instanceId: pod-uid)',
      { dependsOn: 'instance' },
    );
  }
  throw new WaitError(`instance id ${id.instanceId} of ${serviceText(id.service)} changes hands too quickly`);
}

/** Another pod's claim is read again before this pod waits for it. */
function seenBy(current: Claim | undefined, pod: Pod): Pick<TakeOptions, 'seen'> {
  return current === undefined || isOwnGroup(current, pod) ? { seen: current ?? null } : {};
}

function ownerOf(pod: Pod): Claim['owner'] {
  return { cluster: pod.cluster, namespace: pod.namespace, name: pod.name, uid: pod.uid };
}

/** An id whose deregistration has succeeded is free, even if its former owner's claim is not yet removed. */
async function takeOverIfReleased(
  deps: Dependencies,
  claim: Claim,
  pod: Pod,
  serviceId: string,
): Promise<Claim | undefined> {
  if ((await stateOfRelease(deps, claim)) !== 'succeeded') return undefined;
  try {
    return await deps.claims.takeOver(claim, ownerOf(pod), serviceId, deps.clock.now());
  } catch (error) {
    if (error instanceof ConflictError) return undefined; // its owner was first, or another pod
    throw error;
  }
}

/**
 * The owner may be gone with its last event lost, or may have left a deregistration running: its writer is then asked
 * to resync it.
 */
async function wakeHolder(deps: Dependencies, claim: Claim): Promise<void> {
  const holder = await deps.pods.find(claim.owner);
  if (
    claim.phase !== 'releasing' &&
    holder !== undefined &&
    !holder.deleted &&
    !holder.pod.terminating &&
    holder.pod.uid === claim.owner.uid
  )
    return;
  await deps.requests.send([
    resyncRequested(claim.owner, stateOf(claim), `${claim.instanceId} is wanted by another pod`),
  ]);
}

/** RegisterInstance overwrites any instance of the id: check first, unless an earlier registration of ours is known. */
async function refuseForeignInstance(
  deps: Dependencies,
  claim: Claim,
  pod: Pod,
  attributes: Readonly<Record<string, string>> | undefined,
): Promise<void> {
  const ownership = attributes === undefined ? undefined : ownershipOf(attributes, pod);
  if (ownership?.kind !== 'foreign') return;
  await releaseClaim(deps, await deps.claims.release(claim));
  await deps.pods.removeRegistration(pod, claim);
  throw new RefusedError(
    `instance ${claim.instanceId} of ${serviceText(claim.service)} is not ours: ${ownership.reason}; it is left alone`,
    { dependsOn: 'instance' },
  );
}

/** Another namespace took the service while the claim was taken: its ownership is decided again. */
async function backOff(deps: Dependencies, claim: Claim, pod: Pod): Promise<never> {
  await releaseClaim(deps, await deps.claims.release(claim));
  await deps.pods.removeRegistration(pod, claim);
  throw new WaitError(`service ${serviceText(claim.service)} was taken by another namespace meanwhile`);
}

async function correctHealth(
  deps: Dependencies,
  cloudMap: CloudMap,
  claim: Claim,
  service: CloudMapService,
  health: Health,
): Promise<void> {
  if (!service.hasCustomHealthCheck || claim.health === health) return;
  const { fingerprint, operationId, touchedAtMs } = claim;
  // A registration that still runs would end with its initial health, whatever was set meanwhile.
  const isRecent = Math.abs(deps.clock.now() - touchedAtMs) < maxOperationMs;
  if (operationId !== undefined && isRecent) await awaitTurn(deps.clock, cloudMap, operationId);
  const invalidated = claim.health === undefined ? claim : await deps.claims.invalidate(claim, 'all');
  await cloudMap.setHealth(service.id, claim.instanceId, health);
  await deps.claims.apply(invalidated, { fingerprint, health, operationId, touchedAtMs });
}
