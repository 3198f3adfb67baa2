import { objectKey } from '../../model/identity.ts';
import type { Pod } from '../../model/pod.ts';
import type { Problem } from '../../model/problem.ts';
import type { Claim, Registration } from '../../model/records/registration.ts';
import type { SeenInstance, ServiceView } from '../../model/service-view.ts';
import { configAt } from '../../model/target.ts';
import { isNewer, storedSighting } from '../../model/version.ts';
import { contradiction } from '../../objects/plan/contradiction.ts';
import type { DesiredInstance } from '../../pods/plan/desired.ts';
import { desiredInstances } from '../../pods/plan/desired.ts';
import { stateOf } from '../../pods/plan/eligibility.ts';
import type { Ownership } from '../../pods/plan/ownership.ts';
import { ownershipOf } from '../../pods/plan/ownership.ts';
import { standingRefusal } from '../../pods/plan/refusal.ts';
import { isSameContent } from '../../pods/plan/same-content.ts';
import type { DriftInput, Finding, FindingKind, SeenPod } from './finding.ts';
import { unfinishedAfterMs } from './finding.ts';
import { wrongGate } from './gate-findings.ts';
import { unexplained } from './unexplained.ts';
import { type NamedView, viewFinder } from './view-finder.ts';
import { viewName } from './view-name.ts';

/** Instances with their health, as far as it could be read. Health never decides which instances exist. */
export function withHealth(
  instances: ReadonlyMap<string, SeenInstance>,
  healthById: ReadonlyMap<string, string>,
): ReadonlyMap<string, SeenInstance> {
  const all = [...instances].map(([id, instance]) => {
    const health = healthById.get(id);
    return [id, health === undefined ? instance : { ...instance, health }] as const;
  });
  return new Map(all);
}

/** The instances of each service that a live pod should have. */
type Explained = Map<ServiceView, Set<string>>;

/**
 * Compares the cluster, the stored pods, the claims and Cloud Map, and returns every difference. Pure, and linear in
 * the number of pods and instances.
 */
export function findings(input: DriftInput): Finding[] {
  const found: Finding[] = [];
  const explained: Explained = new Map();
  const viewOf = viewFinder(input.services);
  let live = 0; // of the pods seen, those that are alive
  for (const [key, pod] of input.pods) {
    if (!input.inScope(pod)) continue;
    const before = found.length;
    const record = input.seen.get(key);
    const stale = unknownState(pod, record);
    if (stale !== undefined) found.push(stale);
    if (record?.deleted === false) live += 1;
    const { instances } = desiredInstances(
      pod,
      input.registrationContext(pod.namespace),
      input.config.cloudMap,
    );
    for (const desired of instances)
      checkDesired(input, pod, desired, viewOf(desired.namespaceName, desired.serviceName), explained, found);
    const gate = found.length > before ? null : wrongGate(input, pod, instances); // any other repair sets it, too
    if (gate !== null) found.push(about(pod, 'ReadinessGateDrifted', gate));
  }
  // Of a live pod, checkSeen finds nothing: most sweeps need no second pass over all pods.
  if (live < input.seen.size)
    for (const [key, record] of input.seen) checkSeen(input, key, record, explained, found);
  for (const [name, service] of input.services)
    found.push(...unexplained(input, name, service, explained.get(service) ?? new Set()));
  return found;
}

function unknownState(pod: Pod, record: SeenPod | undefined): Finding | undefined {
  if (record === undefined)
    return about(pod, 'PodNotObserved', 'the cluster has this pod, but no event about it was received');
  if (!record.deleted && isSameVersion(pod, record.pod)) return undefined;
  const listed = { ...pod, deleted: false };
  const stored = { ...record.pod, deleted: record.deleted };
  const reason = contradiction(listed, stored);
  if (reason !== null) return { ...about(pod, 'RecordContradicted', reason), stored: storedSighting(stored) };
  if ((!record.deleted && isSamePod(pod, record.pod)) || !isNewer(listed, stored)) return undefined;
  return about(
    pod,
    'PodOutdated',
    `the pod is at resourceVersion ${pod.resourceVersion}; the last event received is of ${record.pod.resourceVersion}`,
  );
}

function isSameVersion(listed: Pod, stored: Pod): boolean {
  return listed.uid === stored.uid && listed.resourceVersion === stored.resourceVersion;
}

/**
 * The same in every field used here: a kubelet's heartbeat raises the resourceVersion, and the relay sends no event.
 */
function isSamePod(listed: Pod, stored: Pod): boolean {
  if (listed.uid !== stored.uid) return false;
  const { resourceVersion } = stored;
  return isSameContent({ ...listed, resourceVersion }, stored);
}

function checkSeen(
  input: DriftInput,
  key: string,
  record: SeenPod,
  explained: Explained,
  found: Finding[],
): void {
  const { pod, deleted, registrations } = record;
  if (deleted && input.inScope(pod)) found.push(...leftRegistrations(input, record));
  if (deleted || !input.complete || !input.inScope(pod) || input.pods.has(key)) return;
  const deletesIn: string[] = [];
  const there: Registration[] = [];
  for (const registration of registrations) {
    const { service, instanceId } = registration;
    const name = viewName(input.config, service);
    const view = input.services.get(name);
    if (view === undefined || !view.instances.has(instanceId)) continue;
    if (isDeregistered(view, instanceId)) continue; // but still exists: see unexplained
    explain(explained, view, instanceId); // deregistered with the deleted pod
    there.push(registration);
    deletesIn.push(name);
  }
  const [first] = [...there, ...registrations];
  found.push({
    ...about(
      pod,
      'PodDeleted',
      'it is no longer in the cluster, but no event about its deletion was received',
    ),
    ...(first && {
      service: `${first.service.namespaceName}/${first.service.serviceName}`,
      instanceId: first.instanceId,
    }),
    deletesIn,
  });
}

/** Its deregistration was accepted; it is not repeated unless a sweep finds that it failed. */
function isDeregistered({ claims }: ServiceView, instanceId: string): boolean {
  const claim = claims.get(instanceId);
  return claim?.phase === 'releasing' && claim.operationId !== undefined;
}

/** A deleted pod keeps a registration for as long as it has a claim there. */
function leftRegistrations(input: DriftInput, { pod, registrations }: SeenPod): readonly Finding[] {
  return registrations.flatMap(({ service, instanceId }) => {
    if (configAt(input.config, service.target) === undefined) return []; // nothing was read there
    const name = viewName(input.config, service);
    const owner = input.services.get(name)?.claims.get(instanceId)?.owner;
    if (owner?.cluster === pod.cluster && objectKey(owner) === objectKey(pod)) return [];
    const where = `${name}/${instanceId}`;
    return [
      about(
        pod,
        'ClaimUnfinished',
        `the pod is deleted, but its record still has registration ${where}, which has no claim`,
      ),
    ];
  });
}

function explain(explained: Explained, service: ServiceView, instanceId: string): void {
  const ofService = explained.get(service) ?? new Set();
  explained.set(service, ofService.add(instanceId));
}

/**
 * Decision table of one instance that a pod may have.
 *   pod        | Cloud Map      | finding
 *   ready      | nothing        | InstanceMissing
 *   ready      | ours           | AttributesDrifted, HealthDrifted, ClaimUnfinished (no claim), or none
 *   ready      | leftover of it | InstanceAdoptable
 *   ready      | foreign        | InstanceForeign
 *   unready    | ours           | HealthDrifted, or InstanceStale if the service has no custom health check
 *   ineligible | ours           | InstanceStale (see unexplained)
 */
function checkDesired(
  input: DriftInput,
  pod: Pod,
  desired: DesiredInstance,
  { name, service }: NamedView,
  explained: Explained,
  found: Finding[],
): void {
  const state = stateOf({ pod, deleted: false }, desired.ipFamily);
  if (state === 'ineligible') return;
  const instance = service?.instances.get(desired.instanceId);
  const report = (kind: FindingKind, detail: string, isKnown = false) =>
    found.push({
      ...about(pod, kind, detail),
      ...{ service: name, instanceId: desired.instanceId, ...(isKnown && { isKnown }) },
    });

  if (service === undefined || instance === undefined) {
    if (service !== undefined) explain(explained, service, desired.instanceId);
    if (isBeingRegistered(service, pod, desired.instanceId)) return;
    // An unready pod stays registered, as UNHEALTHY, if it was registered before.
    const claim = service?.claims.get(desired.instanceId);
    const wasRegistered = service?.hasCustomHealthCheck && isClaimed(claim, pod);
    if (state === 'unready' && !wasRegistered) return;
    const refusal = refusalOf(input, pod, desired);
    if (refusal !== undefined) report('Refused', refusal.reason, true);
    else report(...whyMissing(service, desired.instanceId));
    return;
  }
  const claim = service.claims.get(desired.instanceId);
  const holder = claim?.owner;
  const isHeldByAnother =
    holder !== undefined && (holder.namespace !== pod.namespace || holder.name !== pod.name);
  if (isHeldByAnother && input.pods.get(objectKey(holder))?.uid === holder.uid) return; // it waits for the claim
  const ownership = isClaimed(claim, pod) ? ours : ownershipOf(instance.attributes, pod);
  if (ownership.kind === 'foreign')
    return void (
      state === 'ready' &&
      report('InstanceForeign', ownership.reason, refusalOf(input, pod, desired) !== undefined)
    );
  if (state === 'unready' && !service.hasCustomHealthCheck) return;
  explain(explained, service, desired.instanceId);
  if (ownership.kind === 'adoptable')
    return void report('InstanceAdoptable', 'the App Mesh controller left it for this pod');
  const health = state === 'ready' ? 'HEALTHY' : 'UNHEALTHY';
  checkOurs(input.nowMs, { service, claim, instance, desired, health }, report);
}

const ours: Ownership = { kind: 'ours' };

/** An instance that we registered stays ours, even if its attributes were changed since. */
function isClaimed(claim: Claim | undefined, pod: Pod): boolean {
  return claim?.phase === 'applied' && claim.owner.uid === pod.uid && claim.owner.cluster === pod.cluster;
}

/** The refusal by the pod's writer, if it would refuse again. */
function refusalOf(input: DriftInput, pod: Pod, desired: DesiredInstance): Problem | undefined {
  if (input.reevaluate) return undefined;
  const { problems = [] } = input.seen.get(objectKey(pod)) ?? {};
  const view = input.services.get(`${desired.namespaceName}/${desired.serviceName}`);
  return standingRefusal(problems, desired, { config: input.config, nowMs: input.nowMs, view });
}

/** By its own writer, with an operation in progress. */
function isBeingRegistered(service: ServiceView | undefined, pod: Pod, instanceId: string): boolean {
  const operation = service?.underWay.get(instanceId);
  const claim = service?.claims.get(instanceId);
  return operation?.type === 'register' && claim?.operationId === operation.id && claim.owner.uid === pod.uid;
}

function whyMissing(service: ServiceView | undefined, instanceId: string): [FindingKind, string] {
  const operation = service?.underWay.get(instanceId);
  if (operation?.type === 'deregister')
    return ['InstanceMissing', `the pod is ready, but operation ${operation.id} deregisters its instance`];
  const claim = service?.claims.get(instanceId);
  const failure = service?.failedOperations.get(claim?.operationId ?? '');
  if (failure !== undefined) return ['OperationFailed', `operation ${claim?.operationId} failed: ${failure}`];
  return ['InstanceMissing', 'the pod is ready, but Cloud Map does not have its instance'];
}

/** An instance that is there and ours, and how it should be. */
interface Registered {
  readonly service: ServiceView;
  readonly claim: Claim | undefined;
  readonly instance: SeenInstance;
  readonly desired: DesiredInstance;
  readonly health: 'HEALTHY' | 'UNHEALTHY';
}

function checkOurs(
  nowMs: number,
  { service, claim, instance, desired, health }: Registered,
  report: (kind: FindingKind, detail: string) => void,
): unknown {
  const difference =
    differenceOf(desired.attributes, instance.attributes) ?? overwriting(service, claim, desired.instanceId);
  if (difference !== null) return report('AttributesDrifted', difference);
  if (service.hasCustomHealthCheck && instance.health !== undefined && instance.health !== health)
    return report('HealthDrifted', `it is ${instance.health} in Cloud Map; the pod is ${health}`);
  if (claim === undefined) return report('ClaimUnfinished', 'it is ours, but has no claim');
  if (claim.phase !== 'applied' && nowMs - claim.touchedAtMs > unfinishedAfterMs)
    report(
      'ClaimUnfinished',
      `its claim has been ${claim.phase} since ${new Date(claim.touchedAtMs).toISOString()}`,
    );
}

/** A registration in progress that is not the claim's: another program's. */
function overwriting({ underWay }: ServiceView, claim: Claim | undefined, instanceId: string): string | null {
  const operation = underWay.get(instanceId);
  if (operation?.type !== 'register' || claim?.phase !== 'applied' || claim.operationId === operation.id)
    return null;
  return `operation ${operation.id}, which eks-mesh-sync did not start, registers it again`;
}

/** Describes the first attribute that differs. Attributes that others added are not a difference. */
function differenceOf(
  desired: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): string | null {
  for (const key in desired)
    if (actual[key] !== desired[key]) return `${key} is ${actual[key] ?? 'absent'}; expected ${desired[key]}`;
  return null;
}

function about(pod: Pod, kind: FindingKind, detail: string): Finding {
  return {
    kind,
    pod: { cluster: pod.cluster, namespace: pod.namespace, name: pod.name, uid: pod.uid },
    detail,
    deletesIn: [],
  };
}
