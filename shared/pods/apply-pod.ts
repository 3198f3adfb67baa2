import type { ClusterConfig } from '../model/cluster-config.ts';
import { meshStatusRequested } from '../model/events/mesh-status-requested.ts';
import type { PodKey, ServiceKey } from '../model/identity.ts';
import { serviceId, serviceText } from '../model/identity.ts';
import type { Problem } from '../model/problem.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import { type PlaceWait, type Registration, registrationId } from '../model/records/registration.ts';
import { discoversThroughCloudMap } from '../model/virtual-node.ts';
import type { Dependencies } from '../ports/ports.ts';
import { awaitMesh } from './await-mesh.ts';
import { ensureInstance } from './ensure-instance.ts';
import { Outcome } from './outcome.ts';
import { type DesiredInstance, desiredInstances } from './plan/desired/desired.ts';
import { judge } from './plan/eligibility.ts';
import { declaresGate } from './plan/readiness-gate.ts';
import { refusalInputs } from './plan/refusal.ts';
import { refusalReason } from './plan/refusal-reason.ts';
import { applyGate } from './readiness-gate.ts';
import { readRegistrationContext } from './registration-context.ts';
import { releaseInstance } from './release-instance.ts';
import { stopWaiting } from './services/offer-places.ts';
import { resolveService, serviceKeyOf } from './services/resolve-service.ts';
import type { WaitLimit } from './wait-limit.ts';
import { waitLimitOf } from './wait-limit.ts';

/** Maximum problems stored about the request; a namespace may have thousands of virtual nodes for one service. */
const maxStoredProblems = 50;

/**
 * Brings Cloud Map into sync with one pod, using only what is stored of it. The one writer of the pod may run it at any
 * time and any number of times.
 *   1. read the pod and its registration context         (write first, then read the other side)
 *   2. plan: where to register it, and as what           (pure)
 *   3. register or correct the wanted instances          (services in parallel: a refusal in one delays no other)
 *   4. release the instances no longer wanted            (after 3, so that a pod that changes services is always found)
 *   5. write to the pod whether it can be discovered     (only if it declares our readiness gate)
 *   6. store what failed, for `explain`; a pod that has its place now, or wants none, stops waiting
 *   7. request the status of its virtual nodes   (always: after a crash it is unknown whether 3 to 6 changed anything)
 *   8. notify the clusters that import a service that was changed
 * A failure in one service does not prevent the others; it is thrown at the end.
 */
export async function applyPod(
  deps: Dependencies,
  key: PodKey,
  limit: WaitLimit = waitLimitOf([], deps.clock.now()),
): Promise<void> {
  const [record, registrationContext] = await Promise.all([
    deps.pods.find(key),
    readRegistrationContext(deps, key.cluster, key.namespace),
  ]);
  if (record === undefined) return;
  const config = deps.cluster(key.cluster);
  const desired = desiredInstances(record.pod, registrationContext, config.cloudMap);

  const outcome = new Outcome();
  const places = placesOf(record, desired.instances, config);
  for (const step of [registerIn, releaseFrom]) {
    const parts = await Promise.all(places.map((place) => step(deps, record, place)));
    for (const part of parts) outcome.include(part);
  }

  if (declaresGate(record.pod) && !record.deleted)
    await applyGate(deps, record, { desired, registrationContext, outcome, limit });

  for (const refusal of outcome.refusals.values())
    deps.telemetry?.count('Refusals', 1, refusalReason(refusal));

  const problems = [
    ...desired.problems.slice(0, maxStoredProblems),
    ...withRefusals(outcome, desired.instances, { config, nowMs: deps.clock.now(), record }),
  ];
  await endWaits(deps, record, problems);
  if (JSON.stringify(problems) !== JSON.stringify(record.problems))
    await deps.pods.saveProblems(key, problems);
  if (registrationContext.virtualNodes.some(discoversThroughCloudMap))
    await deps.requests.send([meshStatusRequested(key, deps.clock.now())]);
  await deps.notices?.send();
  outcome.rethrow();
  if (record.deleted) await deps.pods.retire(key, record.pod.uid);
}

/** The current and the wanted registrations of the pod in one service. */
interface Place {
  readonly wanted: { readonly instance: DesiredInstance; readonly registration: Registration }[];
  readonly registrations: Registration[];
  /** Ids of the registrations that stay. */
  readonly kept: Set<string>;
  /** Whether a registration failed. */
  isUnsettled: boolean;
}

function placesOf(
  record: PodRecord,
  instances: readonly DesiredInstance[],
  config: ClusterConfig,
): readonly Place[] {
  const places = new Map<string, Place>();
  const placeOf = (registration: Registration): Place => {
    const service = serviceText(registration.service);
    const place = places.get(service) ?? {
      ...{ wanted: [], registrations: [] },
      ...{ kept: new Set<string>(), isUnsettled: false },
    };
    places.set(service, place);
    return place;
  };
  for (const instance of instances) {
    const registration = { service: serviceKeyOf(config, instance), instanceId: instance.instanceId };
    placeOf(registration).wanted.push({ instance, registration });
  }
  for (const registration of record.registrations) placeOf(registration).registrations.push(registration);
  return [...places.values()];
}

async function registerIn(deps: Dependencies, record: PodRecord, place: Place): Promise<Outcome> {
  const outcome = new Outcome();
  for (const { instance, registration } of place.wanted) {
    const register = async () => {
      if (await applyInstance(deps, record, instance, registration))
        place.kept.add(registrationId(registration));
    };
    const result = await outcome.attempt(instance.source, register, { isOfAuthor: true });
    if (result === 'failed') place.isUnsettled = true;
  }
  return outcome;
}

/** Releases nothing if a registration failed, so that an instance that changes its id is always found. */
async function releaseFrom(deps: Dependencies, record: PodRecord, place: Place): Promise<Outcome> {
  const outcome = new Outcome();
  if (place.isUnsettled) return outcome;
  for (const registration of place.registrations)
    if (!place.kept.has(registrationId(registration)))
      await outcome.attempt('registration', () => releaseInstance(deps, record, registration));
  return outcome;
}

/**
 * Stores the inputs of each refusal, so that a sweep need not try again while they are the same. A pod that waits for a
 * place continues to wait if it fails. A wait of seconds is over before anybody reads about it: a rollout is full of
 * them, and each would cost two writes.
 */
function withRefusals(
  { problems, refusals, waits, shortWaits }: Outcome,
  instances: readonly DesiredInstance[],
  { config, nowMs, record }: { config: ClusterConfig; nowMs: number; record: PodRecord },
): readonly Problem[] {
  return problems.flatMap((problem) => {
    const refusal = refusals.get(problem);
    const service = waits.get(problem);
    const former = record.problems.find(({ source }) => source === problem.source);
    const waitsIn = service ? { service, createdAt: record.pod.createdAt } : !refusal && former?.waitsIn;
    const instance = instances.find(({ source }) => source === problem.source);
    if (shortWaits.has(problem) && !waitsIn) return [];
    if (refusal === undefined || instance === undefined) return { ...problem, ...(waitsIn && { waitsIn }) };
    const kept = { ...refusal, inputs: refusalInputs(config, instance), atMs: nowMs };
    return { ...problem, refusal: kept, ...(waitsIn && { waitsIn }) };
  });
}

/** Ends the waits that the pod no longer needs. */
async function endWaits(
  deps: Dependencies,
  { pod, problems: former, waits = [] }: PodRecord,
  problems: readonly Problem[],
): Promise<void> {
  const still = new Set(waitsIn(problems).map(waitText));
  const all = new Map([...waits, ...waitsIn(former)].map((wait) => [waitText(wait), wait]));
  for (const [text, wait] of all) if (!still.has(text)) await stopWaiting(deps, pod, wait);
}

function waitsIn(problems: readonly Problem[]): readonly PlaceWait[] {
  return problems.flatMap(({ waitsIn }) => waitsIn ?? []);
}

function waitText({ service, createdAt }: PlaceWait): string {
  return `${keyText(service)} ${createdAt}`;
}

function keyText(service: ServiceKey): string {
  return `${service.target} ${serviceId(service)}`;
}

/**
 * Decision table; returns whether the instance stays.
 *   pod        | registered | service           | action
 *   ready      | any        | any               | ensure, HEALTHY
 *   unready    | yes        | custom check      | ensure, UNHEALTHY
 *   unready    | yes        | no custom check   | release
 *   unready    | no         | any               | none
 *   ineligible | any        | any               | release
 */
async function applyInstance(
  deps: Dependencies,
  record: PodRecord,
  instance: DesiredInstance,
  registration: Registration,
): Promise<boolean> {
  const { state } = judge(record, instance.ipFamily);
  const wanted = { record, desired: instance, key: registration.service };
  if (state === 'ready') {
    const isMeshUnknown = await awaitMesh(deps, record.pod.cluster, instance);
    await ensureInstance(deps, { ...wanted, health: 'HEALTHY', isMeshUnknown });
    return true;
  }
  if (state === 'ineligible' || !(await canStayUnhealthy(deps, record, instance, registration))) return false;
  await ensureInstance(deps, { ...wanted, health: 'UNHEALTHY' });
  return true;
}

async function canStayUnhealthy(
  deps: Dependencies,
  { pod }: PodRecord,
  instance: DesiredInstance,
  { service, instanceId }: Registration,
): Promise<boolean> {
  const claim = await deps.claims.find(service, instanceId);
  const wasRegistered = claim?.fingerprint !== undefined && claim.phase !== 'releasing';
  if (!wasRegistered || claim.owner.uid !== pod.uid) return false;
  const known = await deps.services.find(service);
  const { ipFamily } = instance;
  const resolved = await resolveService(deps, service, pod, { known, ipFamily, isNew: false });
  return resolved.hasCustomHealthCheck;
}
