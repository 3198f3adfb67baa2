import pLimit from 'p-limit';
import { NotFoundError } from '../model/errors.ts';
import { meshReconcileRequested } from '../model/events/mesh-reconcile-requested.ts';
import { objectNameText } from '../model/records/mesh-claim.ts';
import type { StatusRecord } from '../ports/mesh-ports.ts';
import { MeshRun } from './mesh-run.ts';
import type { MeshTarget, ReconcileDependencies } from './mesh-target.ts';
import { desiredMesh } from './plan/desired.ts';
import type { KnownMesh } from './plan/known-mesh.ts';
import { planMesh } from './plan/plan.ts';
import type { Problem } from './plan/problem.ts';
import type { DesiredMesh, ObjectPlan } from './plan/resource.ts';
import { meshStatusOf } from './plan/status.ts';
import type { MeshPlan, Step } from './plan/steps.ts';
import { StatusPublisher } from './publish-status.ts';
import { readMesh } from './read-mesh.ts';
import { runSteps } from './run-steps.ts';

export interface MeshRequest {
  readonly cluster: string;
  /** Also compare the claims with the mesh target itself. */
  readonly verify?: boolean | undefined;
}

/** The concurrency of the status publisher. */
const maxConcurrentWrites = 10;

/** More rounds would not help. */
const maxRounds = 3;

/**
 * Reconciles the mesh target with the stored mesh objects of a cluster. May run at any time, any number of times, by the one
 * writer of the cluster's mesh.
 *   1. read the objects, the claims on resources and the written statuses
 *   2. desired: which resources the objects want      (pure)
 *   3. verify, if requested: invalidate the claims that the target does not confirm
 *   4. plan: create and update in order of dependency, delete in reverse      (pure)
 *   5. run the plan; write each object's status as soon as its steps have ended
 *   6. write all statuses that changed
 * A resource whose claim is up to date costs no call. A retryable error is thrown at the end. For steps that did not fit
 * into the time, another run is requested.
 */
export async function reconcileMesh(
  deps: ReconcileDependencies,
  { cluster, verify }: MeshRequest,
): Promise<void> {
  const config = deps.cluster(cluster);
  const target = deps.meshTarget(config);
  if (target === undefined) return;
  const { rules } = target;
  const { directory, isGone } = await readMesh(deps.objects, cluster);
  const claims = await all(deps.meshClaims.all(rules.claimant));
  const run = new MeshRun(deps, cluster, rules.claimant, claims);
  const statuses = await all(deps.statuses.all(cluster));
  const publisher = new StatusPublisher(deps, config, statuses);

  const desired = desiredMesh(directory, rules, (key) => run.claims.get(key));
  if (verify) await target.verify(run, desired.resources);

  const rounds = { target, desired, isGone, publisher, verify: verify === true };
  const { error, deferred, unwritten, isNothingDone, verifies } = await runRounds(run, rounds);
  await forgetGone(publisher, statuses, desired.objects);
  // If work is left and this run made progress, another run follows and retries what failed.
  const isUnfinished = deferred + unwritten > 0;
  const isFailed = error !== undefined && (!isUnfinished || isNothingDone);
  const isContinued = !isFailed && (isUnfinished || (verifies && run.isOutOfTime()));
  if (!isContinued || run.isVerified) await note(run);
  if (isFailed) throw error;
  if (isContinued) await continueLater(deps, cluster, verifies && (deferred > 0 || !run.isVerified));
}

/** Records the run even if steps failed: those are retried by the queue. */
async function note({ deps, cluster, isVerified }: MeshRun): Promise<void> {
  const endedAtMs = deps.clock.now();
  const last = await deps.meshRuns.last(cluster);
  await deps.meshRuns.save(cluster, {
    endedAtMs,
    verifiedAtMs: isVerified ? endedAtMs : last?.verifiedAtMs,
  });
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

async function continueLater(deps: ReconcileDependencies, cluster: string, verify = false): Promise<void> {
  const run = `continued ${deps.newToken()}`;
  const reason = 'the previous run did not have time for all steps';
  await deps.requests.send([meshReconcileRequested(cluster, { run, reason, verify })]);
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
    const mesh = meshStatusOf(
      object,
      run.claims,
      target.rules,
      (key) => problemOf(key) ?? plan.problems.get(key),
    );
    return publisher.publish({ ...entry.id, uid: entry.uid }, { mesh });
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

async function forgetGone(
  publisher: StatusPublisher,
  statuses: readonly StatusRecord[],
  objects: readonly ObjectPlan[],
): Promise<void> {
  const live = new Set(objects.map(({ entry }) => objectNameText(entry.id)));
  for (const record of statuses) if (!live.has(objectNameText(record.object))) await publisher.forget(record);
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(items);
}
