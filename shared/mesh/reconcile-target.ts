import pLimit from 'p-limit';
import { NotFoundError } from '../model/errors.ts';
import { objectNameText } from '../model/records/mesh-claim.ts';
import { MeshRun } from './mesh-run.ts';
import type { MeshTarget, ReconcileDependencies } from './mesh-target.ts';
import { desiredMesh } from './plan/desired.ts';
import type { KnownMesh } from './plan/known-mesh.ts';
import { planMesh } from './plan/plan.ts';
import type { Problem } from './plan/problem.ts';
import type { DesiredMesh, ObjectPlan } from './plan/resource.ts';
import { meshStatusOf } from './plan/status.ts';
import type { MeshPlan, Step } from './plan/steps.ts';
import type { StatusPublisher } from './publish-status.ts';
import type { StoredMesh } from './read-mesh.ts';
import { runSteps } from './run-steps.ts';

/** The concurrency of the status publisher. */
const maxConcurrentWrites = 10;

/** More rounds would not help. */
const maxRounds = 3;

export interface TargetRequest {
  readonly cluster: string;
  readonly target: MeshTarget;
  readonly mesh: Pick<StoredMesh, 'directory' | 'isGone'>;
  readonly publisher: StatusPublisher;
  /** Also compare the claims with the target itself. */
  readonly verify: boolean;
}

/** How a run ended in one target. */
export interface TargetResult {
  readonly name: string;
  /** Whether every claim was compared with the target in this run. */
  readonly isVerified: boolean;
  /** Another run has to continue what there was no time for. */
  readonly isContinued: boolean;
  /** That run has to compare the claims with the target. */
  readonly isUnverified: boolean;
  /** What the target had read, if all of that is applied or recorded now. */
  readonly inputs?: string | undefined;
  /** Why the run has to be retried. */
  readonly error?: unknown;
}

/**
 * Reconciles one mesh target of a cluster with its mesh objects.
 *   1. read what the target needs from outside the cluster, and the claims on resources
 *   2. desired: which resources the objects want      (pure)
 *   3. verify, if requested: invalidate the claims that the target does not confirm
 *   4. plan: create and update in order of dependency, delete in reverse      (pure)
 *   5. run the plan; write each object's status as soon as its steps have ended
 *   6. write all statuses that changed
 *   7. finish: what the target does after all changes of the run
 * A resource whose claim is up to date costs no call.
 */
export async function reconcileTarget(
  deps: ReconcileDependencies,
  { cluster, target: uninformed, mesh: { directory, isGone }, publisher, verify }: TargetRequest,
): Promise<TargetResult> {
  const target = (await uninformed.informed?.(directory, deps)) ?? uninformed;
  const { rules } = target;
  const claims = await Array.fromAsync(deps.meshClaims.all(rules.claimant));
  const run = new MeshRun(deps, cluster, rules.claimant, claims);
  const desired = desiredMesh(directory, rules, (key) => run.claims.get(key));
  if (verify) await target.verify(run, desired.resources);

  const rounds = { target, desired, isGone, publisher, verify };
  const { error, deferred, unwritten, isNothingDone, verifies } = await runRounds(run, rounds);
  await target.finish?.(run);
  // If work is left and this run made progress, another run follows and retries what failed.
  const isUnfinished = deferred + unwritten > 0;
  const isFailed = error !== undefined && (!isUnfinished || isNothingDone);
  return {
    name: rules.name,
    isVerified: run.isVerified,
    isContinued: !isFailed && (isUnfinished || (verifies && run.isOutOfTime())),
    ...(error === undefined && !isUnfinished && { inputs: target.inputs }),
    isUnverified: verifies && (deferred > 0 || !run.isVerified),
    ...(isFailed && { error }),
  };
}

interface Rounds {
  readonly target: MeshTarget;
  readonly desired: DesiredMesh;
  readonly isGone: KnownMesh['isGone'];
  readonly publisher: StatusPublisher;
  readonly verify: boolean;
}

/**
 * Plans and runs until another round would not help. Deletions may free the quota that creations wait for. A resource
 * that is unexpectedly missing shows that somebody else changed the target: then all claims are verified, once.
 */
async function runRounds(run: MeshRun, { target, desired, isGone, publisher, verify }: Rounds) {
  let verifies = verify;
  let isNothingDone = true;
  for (let round = 1; ; round++) {
    const plan = planMesh(desired, { claims: run.claims, isGone }, target.rules);
    await markReleasing(run, plan.blocked);
    const { released, deferred, unwritten, errors, problems } = await runAndWriteStatuses(run, {
      target,
      desired,
      plan,
      publisher,
    });
    isNothingDone &&= problems.size === plan.steps.length;
    const isFull = [...plan.problems.values(), ...problems.values()].some(isQuotaExceeded);
    const hasFreedQuota = released > 0 && isFull;
    const sawDrift = !verifies && errors.some((error) => error instanceof NotFoundError);
    const [error] = errors;
    if (deferred + unwritten > 0 || round === maxRounds || !(hasFreedQuota || sawDrift))
      return { error, deferred, unwritten, isNothingDone, verifies };
    if (hasFreedQuota) clearQuotaRefusals(run);
    if (sawDrift) await target.verify(run, desired.resources);
    verifies ||= sawDrift;
  }
}

/** A blocked deletion waits with its claim in the phase `releasing`. */
async function markReleasing(run: MeshRun, blocked: MeshPlan['blocked']): Promise<void> {
  for (const claim of blocked)
    if (claim.phase !== 'releasing') await run.put({ ...claim, phase: 'releasing' });
}

function isQuotaExceeded({ reason }: { readonly reason: string }): boolean {
  return reason === 'QuotaExceeded';
}

/** Resources that were refused because of a quota are tried again. */
function clearQuotaRefusals({ claims }: MeshRun): void {
  for (const [key, { refused, ...claim }] of claims)
    if (refused !== undefined && isQuotaExceeded(refused)) claims.set(key, claim);
}

/** Runs a plan and writes the status of every object: of those with steps, as soon as their last step has ended. */
async function runAndWriteStatuses(
  run: MeshRun,
  {
    target,
    desired,
    plan,
    publisher,
  }: Pick<Rounds, 'target' | 'desired' | 'publisher'> & { readonly plan: MeshPlan },
) {
  const open = Map.groupBy(plan.steps, sourceObjectOf);
  const plans = new Map(desired.objects.map((object) => [objectNameText(object.entry.id), object]));
  const writing: Promise<unknown>[] = [];
  const writeStatus = (object: ObjectPlan, problemOf: (key: string) => Problem | undefined) => {
    const { entry } = object;
    const status = meshStatusOf(
      withWaiting(run, target, object),
      run.claims,
      target.rules,
      (key) => problemOf(key) ?? plan.problems.get(key),
    );
    return publisher.publish(
      { ...entry.id, uid: entry.uid },
      { mesh: { target: target.rules.name, status } },
    );
  };
  const result = await runSteps(run, target, plan, (step, problemOf) => {
    const name = sourceObjectOf(step);
    const left = (open.get(name) ?? []).filter((other) => other !== step);
    open.set(name, left);
    const object = plans.get(name);
    // A failure is kept and thrown below, once all steps have ended.
    if (left.length === 0 && object !== undefined)
      writing.push(writeStatus(object, problemOf).catch((error: unknown) => ({ error })));
  });
  for (const statuses of await Promise.all(writing))
    if (statuses) throw (statuses as { error: unknown }).error;
  const unwritten = await untilDeadline(run, desired.objects, (object) =>
    writeStatus(object, (key) => result.problems.get(key)),
  );
  return { ...result, unwritten };
}

function withWaiting(run: MeshRun, target: MeshTarget, object: ObjectPlan): ObjectPlan {
  if (object.keys.length > 0 || object.problems.length > 0) return object;
  const waiting = target.waiting?.(run, object.entry);
  return waiting ? { ...object, problems: [waiting] } : object;
}

/** Writes concurrently; returns how many there was no time for. */
async function untilDeadline(
  run: MeshRun,
  objects: readonly ObjectPlan[],
  writeStatus: (object: ObjectPlan) => Promise<void>,
): Promise<number> {
  const limit = pLimit(maxConcurrentWrites);
  let unwritten = 0;
  const writes = objects.map((object) =>
    limit(async () => {
      if (run.isOverdue()) unwritten += 1;
      else await writeStatus(object);
    }),
  );
  // Wait for all of them, so that no write overlaps the next run.
  for (const result of await Promise.allSettled(writes))
    if (result.status === 'rejected') throw result.reason;
  return unwritten;
}

function sourceObjectOf(step: Step): string {
  return objectNameText(step.do === 'release' ? step.claim.sourceObject : step.desired.sourceObject);
}
