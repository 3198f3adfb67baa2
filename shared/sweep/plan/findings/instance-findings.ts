import { isSamePodName, objectKey } from '../../../model/identity.ts';
import type { Pod } from '../../../model/pod.ts';
import type { Problem } from '../../../model/problem.ts';
import type { Claim } from '../../../model/records/registration.ts';
import type { SeenInstance, ServiceView } from '../../../model/service-view.ts';
import type { DesiredInstance } from '../../../pods/plan/desired/desired.ts';
import { stateOf } from '../../../pods/plan/eligibility.ts';
import type { Ownership } from '../../../pods/plan/ownership.ts';
import { namedBy, ownershipOf } from '../../../pods/plan/ownership.ts';
import { currentRefusal } from '../../../pods/plan/refusal.ts';
import { attributeDrift } from './attribute-drift.ts';
import type { DriftInput } from './drift-input.ts';
import type { Explained } from './explained.ts';
import { type Finding, type FindingKind, failedOperationOf, finding, unfinishedAfterMs } from './finding.ts';
import { identityOf } from './pod-findings.ts';
import type { NamedView } from './view-finder.ts';

/** An instance that a live pod may have, and the service that it belongs in. */
interface Wanted {
  readonly pod: Pod;
  readonly desired: DesiredInstance;
  readonly state: 'ready' | 'unready';
  readonly name: string;
  readonly claim: Claim | undefined;
}

/**
 * Decision table of one instance that a pod may have.
 *   pod        | Cloud Map      | finding
 *   ready      | nothing        | InstanceMissing, OperationFailed, or Refused
 *   ready      | ours           | AttributesDrifted, HealthDrifted, ClaimUnfinished (no claim), or none
 *   ready      | leftover of it | InstanceAdoptable
 *   ready      | foreign        | InstanceForeign
 *   unready    | its own        | HealthDrifted, or InstanceStale if the service has no custom health check
 *   unready    | of another pod | InstanceStale (see unexplained)
 *   ineligible | ours           | InstanceStale (see unexplained)
 */
export function checkInstance(
  input: DriftInput,
  { pod, desired }: Pick<Wanted, 'pod' | 'desired'>,
  { name, service }: NamedView,
  explained: Explained,
): Finding | null {
  const state = stateOf({ pod, deleted: false }, desired.ipFamily);
  if (state === 'ineligible') return null;
  const claim = service?.claims.get(desired.instanceId);
  const wanted = { pod, desired, state, name, claim };
  const instance = service?.instances.get(desired.instanceId);
  if (service !== undefined && instance !== undefined)
    return checkExisting(input, wanted, { service, instance }, explained);
  const isItsOwn = claim === undefined || isSamePodName(claim.owner, pod);
  if (service !== undefined && (state === 'ready' || isItsOwn)) explained.add(service, desired.instanceId);
  return checkMissing(input, wanted, service);
}

function checkMissing(input: DriftInput, wanted: Wanted, service: ServiceView | undefined): Finding | null {
  const { pod, desired, state, claim } = wanted;
  if (isBeingRegistered(service, pod, desired.instanceId)) return null;
  // An unready pod stays registered, as UNHEALTHY, if it was registered before.
  const wasRegistered = service?.hasCustomHealthCheck && isClaimed(claim, pod);
  if (state === 'unready' && !wasRegistered) return null;
  const refusal = refusalOf(input, wanted);
  if (refusal !== undefined) return findingOf(wanted, 'Refused', refusal.message);
  return findingOf(wanted, ...whyMissing(service, desired.instanceId), { view: service });
}

function checkExisting(
  input: DriftInput,
  wanted: Wanted,
  { service, instance }: { readonly service: ServiceView; readonly instance: SeenInstance },
  explained: Explained,
): Finding | null {
  const { pod, desired, state, claim } = wanted;
  if (isHeldByLivePod(input, claim, pod)) return null; // it waits for the claim
  // An unready pod keeps its own registration. What a deleted pod left at its address is stale: nobody else releases it.
  if (state === 'unready' && !isSamePodName(claim?.owner ?? namedBy(instance.attributes), pod)) return null;
  const ownership = isClaimed(claim, pod) ? ours : ownershipOf(instance.attributes, pod);
  if (ownership.kind === 'foreign') {
    const isKnown = refusalOf(input, wanted) !== undefined;
    return state === 'ready' ? findingOf(wanted, 'InstanceForeign', ownership.reason, { isKnown }) : null;
  }
  if (state === 'unready' && !service.hasCustomHealthCheck) return null;
  explained.add(service, desired.instanceId);
  if (ownership.kind === 'adoptable')
    return findingOf(wanted, 'InstanceAdoptable', 'the App Mesh controller left it for this pod');
  const difference = differenceFrom(wanted, service, instance) ?? unfinishedClaim(claim, input.nowMs);
  return difference && findingOf(wanted, ...difference);
}

/** The kind of a finding, and its detail. */
type Difference = readonly [FindingKind, string];

function findingOf(
  { pod, desired, name, claim }: Wanted,
  kind: FindingKind,
  detail: string,
  { isKnown = false, view }: { readonly isKnown?: boolean; readonly view?: ServiceView | undefined } = {},
): Finding {
  const { namespaceName, serviceName, instanceId } = desired;
  const where = { service: name, place: { namespaceName, serviceName }, instanceId };
  const failedOperation = kind === 'OperationFailed' && view ? failedOperationOf(view, claim) : undefined;
  return finding(kind, { pod: identityOf(pod), detail, ...where, failedOperation, isKnown });
}

const ours: Ownership = { kind: 'ours' };

/** An instance that we registered stays ours, even if its attributes were changed since. */
function isClaimed(claim: Claim | undefined, pod: Pod): boolean {
  return claim?.phase === 'applied' && claim.owner.uid === pod.uid && claim.owner.cluster === pod.cluster;
}

function isHeldByLivePod({ pods }: DriftInput, claim: Claim | undefined, pod: Pod): boolean {
  if (claim === undefined) return false;
  const { owner } = claim;
  const isOfAnother = owner.namespace !== pod.namespace || owner.name !== pod.name;
  return isOfAnother && pods.get(objectKey(owner))?.uid === owner.uid;
}

/** The refusal by the pod's writer, if it would refuse again. */
function refusalOf(input: DriftInput, { pod, desired, name }: Wanted): Problem | undefined {
  if (input.reevaluate) return undefined;
  const { problems = [] } = input.seen.get(objectKey(pod)) ?? {};
  const view = input.services.get(name);
  return currentRefusal(problems, desired, { config: input.config, nowMs: input.nowMs, view });
}

/** By its own writer, with an operation in progress. */
function isBeingRegistered(service: ServiceView | undefined, pod: Pod, instanceId: string): boolean {
  const operation = service?.underWay.get(instanceId);
  const claim = service?.claims.get(instanceId);
  return operation?.type === 'register' && claim?.operationId === operation.id && claim.owner.uid === pod.uid;
}

function whyMissing(service: ServiceView | undefined, instanceId: string): Difference {
  const operation = service?.underWay.get(instanceId);
  if (operation?.type === 'deregister')
    return ['InstanceMissing', `the pod is ready, but operation ${operation.id} deregisters its instance`];
  const claim = service?.claims.get(instanceId);
  const failed = service && failedOperationOf(service, claim);
  if (failed !== undefined) return ['OperationFailed', `operation ${failed.id} failed: ${failed.error}`];
  return ['InstanceMissing', 'the pod is ready, but Cloud Map does not have its instance'];
}

/** How an instance of ours differs from what it should be. */
function differenceFrom(
  { desired, claim, state }: Wanted,
  service: ServiceView,
  { attributes, health }: SeenInstance,
): Difference | null {
  const wrong = attributeDrift(service, claim, {
    instanceId: desired.instanceId,
    desired: desired.attributes,
    actual: attributes,
  });
  if (wrong !== null) return ['AttributesDrifted', wrong];
  const expected = state === 'ready' ? 'HEALTHY' : 'UNHEALTHY';
  if (!service.hasCustomHealthCheck || health === undefined || health === expected) return null;
  return ['HealthDrifted', `it is ${health} in Cloud Map; the pod is ${expected}`];
}

function unfinishedClaim(claim: Claim | undefined, nowMs: number): Difference | null {
  if (claim === undefined) return ['ClaimUnfinished', 'it is ours, but has no claim'];
  if (claim.phase === 'applied' || nowMs - claim.touchedAtMs <= unfinishedAfterMs) return null;
  const since = new Date(claim.touchedAtMs).toISOString();
  return ['ClaimUnfinished', `its claim has been ${claim.phase} since ${since}`];
}
