import { NotFoundError, RefusedError, WaitError } from '../model/errors.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import { journeyOf, lagMs } from '../model/journey.ts';
import type { Pod } from '../model/pod.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { Claim, CloudMapService, Health, WaitingPod } from '../model/records/registration.ts';
import type { CloudMap, Dependencies } from '../ports/ports.ts';
import { correctHealth } from './correct-health.ts';
import { keepForeign } from './keep-foreign.ts';
import type { DesiredInstance } from './plan/desired/desired.ts';
import { meshAttribute } from './plan/desired/source-attributes.ts';
import { removalBy, type Update, writtenKeys } from './plan/foreign-attributes.ts';
import { ownershipOf } from './plan/ownership.ts';
import { findRegistration } from './records.ts';
import { releaseClaim } from './release-claim.ts';
import { refuseWhereFull, registerOrRefuse } from './services/full-service.ts';
import { isStillOwner } from './services/own-service.ts';
import { recordUse } from './services/record-use.ts';
import { forgetIfGone, resolveService } from './services/resolve-service.ts';
import { isOwn, isOwnGroup, takeClaim } from './take-claim.ts';

type Attributes = Readonly<Record<string, string>>;

/** An instance that a pod is to have. */
export interface WantedInstance {
  readonly record: PodRecord;
  readonly desired: DesiredInstance;
  readonly key: ServiceKey;
  readonly health: Health;
  /** Whether it may be in a mesh that is not known yet: then the mesh that the instance names stays. */
  readonly isMeshUnknown?: boolean;
}

/** One attempt to register it, and what was read for it. */
interface Attempt extends WantedInstance {
  readonly cloudMap: CloudMap;
  readonly service: CloudMapService;
  readonly attributes: Attributes;
  /** The claim on the id as read at first. */
  readonly current: Claim | undefined;
  /** The pod has no instance of this id yet. */
  readonly isNew: boolean;
  /** Cloud Map has just reported that the instance does not exist. */
  readonly isMissing: boolean;
}

/**
 * Ensures that an instance is in Cloud Map as desired. This order leaves a trace to resume from after a crash anywhere:
 *   1. resolve the service                          (may be refused: tenancy, kind of namespace, a full service)
 *   2. wait for RegisterInstance's turn             (if that takes long, the message is retried: nothing is written yet)
 *   3. record the registration with the pod         (so that it is released later)
 *   4. take the claim on the instance id            (another pod's is waited for before 2)
 *   5. check whose instance exists, if we registered none or released ours   (a foreign one is left alone)
 *   6. RegisterInstance
 *   7. mark the claim applied, with the attributes' fingerprint
 * Nothing is done if the claim shows that all of it is already done. Starts over once if Cloud Map reports that the
 * service or the instance no longer exists.
 */
export async function ensureInstance(deps: Dependencies, wanted: WantedInstance): Promise<void> {
  try {
    await register(deps, await begin(deps, wanted));
  } catch (error) {
    const isMissing = error instanceof NotFoundError && error.resource === 'instance';
    if (!isMissing && !(await forgetIfGone(deps, wanted.key, error))) throw error;
    await register(deps, { ...(await begin(deps, wanted)), isMissing });
  }
}

async function begin(deps: Dependencies, wanted: WantedInstance): Promise<Attempt> {
  const { record, desired, key, health } = wanted;
  const { pod } = record;
  const [current, known] = await Promise.all([
    deps.claims.find(key, desired.instanceId),
    deps.services.find(key),
  ]);
  const isNew = !isOwn(current, pod) || current.fingerprint === undefined;
  const service = await resolveService(deps, key, pod, { known, ipFamily: desired.ipFamily, isNew });
  const attributes = withInitialHealth(desired, service, health);
  const cloudMap = deps.cloudMap(deps.cluster(pod.cluster));
  return { ...wanted, cloudMap, service, attributes, current, isNew, isMissing: false };
}

async function register(deps: Dependencies, attempt: Attempt): Promise<void> {
  const { record, desired, key, service, current, cloudMap } = attempt;
  const { pod } = record;
  const waiting = await refuseWhereFull(deps, key, service, { pod, instanceId: desired.instanceId, current });
  const applied = appliedClaim(attempt);
  if (applied?.fingerprint === fingerprint(attempt.attributes)) {
    await recordRegistration(deps, attempt);
    return correctHealth(deps, applied, attempt);
  }
  const contested = current !== undefined && !isOwnGroup(current, pod);
  const early = contested ? await claimId(deps, attempt) : undefined;
  const accepted = await cloudMap.whenAllowed('RegisterInstance', async () =>
    call(deps, attempt, early ?? (await claimId(deps, attempt)), waiting),
  );
  await correctHealth(deps, await markApplied(deps, attempt, accepted), attempt);
}

/** The claim, if it shows that this pod has the instance in this very service. */
function appliedClaim({ record, current, service, isMissing }: Attempt): Claim | undefined {
  const isApplied = isOwn(current, record.pod) && current.phase === 'applied';
  return isApplied && !isMissing && current.serviceId === service.id ? current : undefined;
}

/**
 * Records the registration and takes the claim. Updates are written ahead, too: after a later crash, the claim must not
 * describe an instance that no longer exists.
 */
async function claimId(deps: Dependencies, attempt: Attempt): Promise<Claim> {
  const { record, desired, key, service, current, isNew } = attempt;
  const { pod } = record;
  await recordRegistration(deps, attempt);
  const written = isOwnGroup(current, pod) ? writtenKeys(current) : [];
  const attributeKeys = [...new Set([...written, ...Object.keys(attempt.attributes)])];
  const applied = appliedClaim(attempt);
  const { instanceId } = desired;
  const claim = applied
    ? await deps.claims.invalidate(applied, 'attributes', { attributeKeys })
    : await takeClaim(deps, { pod, service: key, instanceId, serviceId: service.id, attributeKeys, current });
  deps.telemetry?.log('claim taken', { cloudMapService: serviceText(key), instanceId });
  if (isNew && !(await isStillOwner(deps, key, service, pod))) await backOff(deps, claim, pod);
  return claim;
}

/** A RegisterInstance that Cloud Map accepted. */
interface Accepted {
  readonly claim: Claim;
  readonly operationId: string;
  readonly update: Update;
  readonly calledAtMs: number;
}

async function call(
  deps: Dependencies,
  attempt: Attempt,
  claim: Claim,
  waiting: WaitingPod | undefined,
): Promise<Accepted> {
  const { record, cloudMap, service, attributes, current, isMissing } = attempt;
  const { pod } = record;
  const isKnownMissing = isMissing && claim.fingerprint !== undefined;
  const isFirstCheck = claim.fingerprint === undefined || current?.phase === 'releasing';
  const isInFull = appliedClaim(attempt) === undefined && service.full !== undefined;
  let update: Update = { attributes, knownKeys: [] };
  let calledAtMs = deps.clock.now();
  const operationId = await registerOrRefuse(deps, cloudMap, { claim, pod, waiting, isInFull }, async () => {
    const actual = isKnownMissing ? undefined : await cloudMap.findInstance(service.id, claim.instanceId);
    if (isFirstCheck) await refuseForeignInstance(deps, claim, pod, actual);
    const instance: Attributes = isOfPod(actual, pod) ? actual : {};
    const mesh = attempt.isMeshUnknown ? instance[meshAttribute] : undefined;
    const ours = mesh === undefined ? attributes : { ...attributes, [meshAttribute]: mesh };
    update = await keepForeign(deps, cloudMap, { claim, ours, actual: instance });
    calledAtMs = deps.clock.now();
    return cloudMap.registerInstance(service.id, claim.instanceId, update.attributes);
  });
  return { claim, operationId, update, calledAtMs };
}

async function markApplied(
  deps: Dependencies,
  { service, health, attributes, isMissing, isNew }: Attempt,
  { claim, operationId, update, calledAtMs }: Accepted,
): Promise<Claim> {
  const isFirst = isMissing || claim.fingerprint === undefined; // otherwise the health may differ from the initial one
  const acceptedAtMs = deps.clock.now();
  deps.notices?.note({ cluster: claim.owner.cluster, service: claim.service, serviceId: service.id });
  const change = deps.telemetry?.change();
  if (change && isNew) deps.telemetry?.count('RegistrationLag', lagMs(change, acceptedAtMs));
  return deps.claims.apply(claim, {
    fingerprint: fingerprint(attributes),
    health: service.hasCustomHealthCheck ? (isFirst ? health : claim.health) : undefined,
    operationId,
    touchedAtMs: acceptedAtMs,
    attributeKeys: Object.keys(attributes),
    removal: removalBy(update, operationId, acceptedAtMs),
    ...(change && { journey: journeyOf(change, calledAtMs) }),
  });
}

/** Before the first call, so that a deletion of the pod finds the instance whenever the function ends. */
async function recordRegistration(deps: Dependencies, { record, key, desired }: Attempt): Promise<void> {
  const { pod } = record;
  const registration = { service: key, instanceId: desired.instanceId };
  const known = findRegistration(record, registration);
  if (known?.uid === pod.uid) return;
  if (known === undefined) await recordUse(deps, pod.cluster, key);
  await deps.pods.addRegistration(pod, { ...registration, uid: pod.uid });
}

function withInitialHealth(desired: DesiredInstance, service: CloudMapService, health: Health): Attributes {
  return service.hasCustomHealthCheck
    ? { ...desired.attributes, AWS_INIT_HEALTH_STATUS: health }
    : desired.attributes;
}

/** Attributes that somebody added to another pod's instance are not kept for this one. */
function isOfPod(actual: Attributes | undefined, pod: Pod): actual is Attributes {
  return actual !== undefined && (actual['k8s.io/pod-uid'] ?? pod.uid) === pod.uid;
}

/** RegisterInstance overwrites any instance of the id: check first, unless an earlier registration of ours is known. */
async function refuseForeignInstance(
  deps: Dependencies,
  claim: Claim,
  pod: Pod,
  attributes: Attributes | undefined,
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
