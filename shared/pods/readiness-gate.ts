import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RefusedError,
  RetryableError,
  WaitError,
} from '../model/errors.ts';
import { cloudMapReadinessGate } from '../model/kubernetes.ts';
import { secondsInUtc } from '../model/pod.ts';
import type { Problem } from '../model/problem.ts';
import type { Drain } from '../model/records/drain.ts';
import type { GateNote } from '../model/records/gate-note.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type { Claim } from '../model/records/registration.ts';
import type { Dependencies, PodStatus } from '../ports/ports.ts';
import { awaitRequests } from './await-mesh.ts';
import { failureOf, logEnd } from './operations.ts';
import type { Outcome } from './outcome.ts';
import type { Desired } from './plan/desired/desired.ts';
import type { RegistrationContext } from './plan/desired/registration-context.ts';
import { wantedFamilies } from './plan/desired/wanted-families.ts';
import { gateOfDrained } from './plan/drained.ts';
import { judge, type PredicateName } from './plan/eligibility.ts';
import type { WantedGate } from './plan/readiness-gate.ts';
import {
  gateOf,
  gateOfIneligible,
  gateProblemSource,
  mustBeWritten,
  noteOf,
  shownGate,
  whyNowhere,
} from './plan/readiness-gate.ts';
import { isSameContent } from './plan/same-content.ts';
import type { RegistrationSnapshot } from './registration-state.ts';
import { isFreshOperation, readRegistrationState } from './registration-state.ts';
import type { WaitLimit } from './wait-limit.ts';

/** The result of applying a pod, before its gate. */
export interface Applied {
  readonly desired: Desired;
  readonly registrationContext: RegistrationContext;
  readonly outcome: Outcome;
  readonly limit: WaitLimit;
}

/** After a longer API server failure the sweep retries: the pod's next events must not wait that long. */
const maxFailureMs = 30_000;

/** A message that waited for a second finds its operation younger than this, and few of these have ended. */
const youngOperationMs = 1_250;
/** Operations take one to three seconds. */
const longOperationMs = 4_000;

/** Until an instance that Cloud Map failed to register is registered again; the pod's next events wait as long. */
const afterFailedMs = 10_000;

/**
 * Sets the condition of our readiness gate to whether the pod can be discovered. Runs after the registration, which
 * does not depend on it. In a drained cluster it is True. Otherwise:
 *   1. find the registration state of each wanted service   (ListOperations, until a registration is known to be done)
 *   2. set the condition, unless it is already as wanted    (False by what is unknown yet waits, and replaces no True)
 *   3. record what was set, and which registrations are done
 *   4. retry the message if a registration is pending or failed; a failed one is then registered again
 * The outcome reports what went wrong. If an early retry would not help, it is a problem and no failure.
 */
export async function applyGate(deps: Dependencies, record: PodRecord, applied: Applied): Promise<void> {
  const { outcome } = applied;
  await outcome.attempt(gateProblemSource, async () => {
    const podStatus = deps.podStatus(deps.cluster(record.pod.cluster));
    const { drain } = applied.registrationContext;
    if (drain !== undefined) {
      await outcome.attempt(gateProblemSource, () => openGate(deps, podStatus, record, drain));
      return;
    }
    const failed = failedPredicate(deps, record, applied.registrationContext);
    const states = failed === undefined ? await readRegistrationStates(deps, record, applied) : [];
    const { problems } = applied.desired;
    const wanted = await wantedGate(deps, record, { failed, states, problems });
    await outcome.attempt(gateProblemSource, () =>
      updateCondition(deps, podStatus, record, { wanted, states }),
    );
    await finish(deps, states, applied.limit);
  });
}

/** Of a pod of a drained cluster. */
async function openGate(
  deps: Dependencies,
  podStatus: PodStatus,
  record: PodRecord,
  drain: Drain,
): Promise<void> {
  const isOpen = shownGate(record).status === 'True';
  const wanted = isOpen ? undefined : gateOfDrained(record.pod.cluster, drain);
  await updateCondition(deps, podStatus, record, { wanted, states: [] });
}

interface Findings {
  readonly failed: FailedPredicate | undefined;
  readonly states: readonly RegistrationSnapshot[];
  readonly problems: readonly Problem[];
}

/** Undefined: the condition stays. A True stays while it is unknown who requests the pod, and by which address. */
async function wantedGate(
  deps: Dependencies,
  record: PodRecord,
  { failed, states, problems }: Findings,
): Promise<WantedGate | undefined> {
  const isGuess = failed ? failed.name === familyPredicate : states.length === 0 && problems.length === 0;
  const isUnknown = isGuess && (await awaitRequests(deps, record.pod.cluster));
  if (isUnknown && shownGate(record).status === 'True') return undefined;
  return failed ? gateOfIneligible(failed.reason) : gateOf(states, whyNowhere(record.pod, problems));
}

interface FailedPredicate {
  readonly name: PredicateName;
  readonly reason: string;
}

const familyPredicate: PredicateName = 'has an IP of the family wanted';

/** The first predicate that keeps the pod out of some service. */
function failedPredicate(
  deps: Dependencies,
  record: PodRecord,
  registrationContext: RegistrationContext,
): FailedPredicate | undefined {
  const families = wantedFamilies(record.pod, registrationContext, deps.cluster(record.pod.cluster).cloudMap);
  const checks = families.flatMap((family) => judge(record, family).checks);
  return checks.flatMap(({ name, reason }) => (reason === null ? [] : [{ name, reason }]))[0];
}

async function readRegistrationStates(
  deps: Dependencies,
  record: PodRecord,
  { desired, outcome, limit }: Applied,
): Promise<readonly RegistrationSnapshot[]> {
  const states: RegistrationSnapshot[] = [];
  for (const instance of desired.instances) {
    const refusal = outcome.lasting.find(({ source }) => source === instance.source)?.message;
    states.push(await readRegistrationState(deps, record, instance, { refusal, limit }));
  }
  return states;
}

/** Sets the condition if necessary, and records it. A pod that is gone or replaced needs none. */
async function updateCondition(
  deps: Dependencies,
  podStatus: PodStatus,
  record: PodRecord,
  {
    wanted,
    states,
  }: { readonly wanted: WantedGate | undefined; readonly states: readonly RegistrationSnapshot[] },
): Promise<void> {
  const known = noteOf(record);
  let note: GateNote = {
    uid: known.uid,
    written: known.written,
    ...successes(known, states, deps.clock.now()),
  };
  try {
    if (wanted !== undefined && mustBeWritten(wanted, shownGate(record)))
      note = { ...note, written: await setCondition(deps, podStatus, record, wanted) };
  } catch (error) {
    if (error instanceof NotFoundError || error instanceof ConflictError) return;
    if (error instanceof PermanentError) {
      await save(deps, record, states, note);
      throw notAllowed(record, error);
    }
    if (!(error instanceof RetryableError)) throw error;
    const failingSinceMs = known.failingSinceMs ?? deps.clock.now();
    await save(deps, record, states, { ...note, failingSinceMs });
    throw laterOrNever(error, deps.clock.now() - failingSinceMs);
  }
  await save(deps, record, states, note);
}

/** The registrations that are known to have succeeded, and since when. */
function successes(
  known: GateNote,
  states: readonly RegistrationSnapshot[],
  nowMs: number,
): Pick<GateNote, 'succeeded' | 'succeededAtMs'> {
  const succeeded = operationsOf(states, 'discoverable').map(({ operationId }) => operationId);
  const times = succeeded.flatMap((id) => {
    const atMs = known.succeededAtMs?.[id] ?? (known.succeeded.includes(id) ? undefined : nowMs);
    return atMs === undefined ? [] : [[id, atMs] as const];
  });
  return { succeeded, ...(times.length > 0 && { succeededAtMs: Object.fromEntries(times) }) };
}

function operationsOf(
  states: readonly RegistrationSnapshot[],
  kind: RegistrationSnapshot['kind'],
): readonly { readonly claim: Claim; readonly operationId: string }[] {
  return states.flatMap((state) => {
    const { claim } = state;
    const operationId = claim?.operationId;
    return state.kind === kind && claim && operationId !== undefined ? [{ claim, operationId }] : [];
  });
}

async function setCondition(
  deps: Dependencies,
  podStatus: PodStatus,
  record: PodRecord,
  { status, reason, message }: WantedGate,
): Promise<GateNote['written']> {
  const isFlip = shownGate(record).status !== status;
  const now = secondsInUtc(new Date(deps.clock.now()).toISOString());
  const resourceVersion = await podStatus.setCondition(record.pod, {
    ...{ type: cloudMapReadinessGate, status, reason, message },
    ...(isFlip && { lastTransitionTime: now }),
  });
  return { status, reason, message, resourceVersion };
}

function notAllowed({ pod: { cluster } }: PodRecord, cause: PermanentError): RefusedError {
  return new RefusedError(
    `condition ${cloudMapReadinessGate} cannot be set, and the pod is ready only with it: ${cause.message}; ` +
      `sync-pods needs to reach cluster ${cluster} (kubernetes in clusters.yml) and to be in its group eks-mesh-sync-pods (deploy/cluster-access.yml)`,
    { cause },
  );
}

/** Retries soon while the API server may be restarting; the sweep retries a condition that was never accepted. */
function laterOrNever(error: RetryableError, failingMs: number): Error {
  if (failingMs >= maxFailureMs) return new RefusedError(error.message, { cause: error });
  return new RetryableError(error.message, {
    cause: error,
    retryAfterMs: Math.max(retryAfterMs(failingMs), error.retryAfterMs ?? 0),
  });
}

/** A second, then half of the duration so far: ten receipts of a message last for over a minute. */
function retryAfterMs(goingOnForMs: number): number {
  return Math.max(1_000, goingOnForMs / 2);
}

/**
 * One second, the shortest time a queue can hide a message, while no operation ends. Then at once, unless other
 * messages need the place. For an operation that takes unusually long: half of its age.
 */
function nextCheckMs(ageMs: number, { isCrowded }: WaitLimit): number {
  if (ageMs >= longOperationMs) return ageMs / 2;
  return isFreshOperation(ageMs) || (isCrowded && ageMs < youngOperationMs) ? 1_000 : 0;
}

async function save(
  deps: Dependencies,
  record: PodRecord,
  states: readonly RegistrationSnapshot[],
  note: GateNote,
): Promise<void> {
  const known = noteOf(record);
  if (isSameContent(note, known)) return;
  await deps.pods.saveGate(record.pod, note);
  for (const { claim, operationId } of operationsOf(states, 'discoverable'))
    if (!known.succeeded.includes(operationId))
      logEnd(deps, claim, { call: 'RegisterInstance', operationId, cause: claim.journey });
}

async function finish(
  deps: Dependencies,
  states: readonly RegistrationSnapshot[],
  limit: WaitLimit,
): Promise<void> {
  for (const { claim, ...state } of states) {
    if (state.kind !== 'failed' || claim === undefined) continue;
    await deps.claims.invalidate(claim, 'attributes');
    if (claim.operationId !== undefined)
      logEnd(deps, claim, failureOf(claim, claim.operationId, state.reason));
  }
  for (const state of states)
    if (state.kind === 'failed')
      throw new RetryableError(`${state.where}: ${state.reason}`, { retryAfterMs: afterFailedMs });
  for (const { kind, claim } of states)
    if (kind === 'pending' && claim !== undefined)
      throw new WaitError(`Cloud Map operation ${claim.operationId} is still running`, {
        retryAfterMs: nextCheckMs(deps.clock.now() - claim.touchedAtMs, limit),
      });
}
