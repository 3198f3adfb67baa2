import pLimit from 'p-limit';
import {
  NotDueError,
  NotFoundError,
  PermanentError,
  QuotaExceededError,
  RefusedError,
} from '../model/errors.ts';
import { failureOf } from '../model/problem.ts';
import type { MeshRun } from './mesh-run.ts';
import type { MeshTarget } from './mesh-target.ts';
import { type Problem, waitsFor } from './plan/problem.ts';
import type { MeshPlan, Step } from './plan/steps.ts';

/**
 * Concurrent steps: enough for 50 changes a second at 0.2 seconds per change, and few enough
 * for the last of them to end soon after the run's deadline.
 */
const concurrency = 10;

/**
 * A step that takes this long to fail has met an unresponsive endpoint, where each call costs its timeouts, about 15
 * seconds: the function would time out during another such step.
 */
const hungMs = 5_000;

export interface StepsResult {
  /** By step key; only steps that did not succeed. */
  readonly problems: ReadonlyMap<string, Problem>;
  /** Retryable errors. */
  readonly errors: readonly unknown[];
  readonly released: number;
  /** Steps that were not started before the deadline. */
  readonly deferred: number;
}

/**
 * Runs the steps of a plan, each as soon as its predecessors have ended and the concurrency limit allows. A failed step
 * blocks only the steps that depend on it; one that hangs before it fails blocks all steps that have not started.
 */
export async function runSteps(
  run: MeshRun,
  target: MeshTarget,
  { steps }: MeshPlan,
  onEnded: (step: Step, problemOf: (key: string) => Problem | undefined) => void,
): Promise<StepsResult> {
  const limit = pLimit(concurrency);
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const problems = new Map<string, Problem>();
  const errors: unknown[] = [];
  let deferred = 0;
  const ended = new Map<string, Promise<void>>();

  const end = (key: string): Promise<void> => {
    const known = ended.get(key);
    if (known !== undefined) return known;
    const step = byKey.get(key);
    const ending = step === undefined ? Promise.resolve() : perform(step);
    ended.set(key, ending);
    return ending;
  };
  const begin = async (step: Step): Promise<Problem | null> => {
    const isRefusalFinal = !step.after.some((key) => isTriedAgain(problems, key));
    if (!run.isOutOfTime()) return attempt(run, target, step, { errors, isRefusalFinal });
    deferred++;
    return { reason: 'Pending', message: `${step.key} is deferred to the next run` };
  };
  const perform = async (step: Step): Promise<void> => {
    await Promise.all(step.after.map(end));
    const problem = obstacle(run, step, problems) ?? (await limit(() => begin(step)));
    if (problem !== null) problems.set(step.key, problem);
    onEnded(step, (key) => problems.get(key));
  };

  await Promise.all(steps.map(({ key }) => end(key)));
  const released = steps.filter((step) => step.do === 'release' && !problems.has(step.key)).length;
  return { problems, errors, released, deferred };
}

/** Whether a step failed for now, or waits for one that did. */
function isTriedAgain(problems: ReadonlyMap<string, Problem>, key: string): boolean {
  const { reason, waitsFor: cause = key } = problems.get(key) ?? {};
  return reason === 'Pending' && (cause === key || isTriedAgain(problems, cause));
}

/** Why a step cannot begin: one before it has failed, and it needs more of that one than that its resource exists. */
function obstacle(run: MeshRun, step: Step, problems: ReadonlyMap<string, Problem>): Problem | null {
  const isEnough = (key: string) =>
    step.do !== 'release' && step.needsToExist.includes(key) && run.claims.get(key)?.id !== undefined;
  const failed = step.after.find((key) => problems.has(key) && !isEnough(key));
  if (failed === undefined) return null;
  const cause = problems.get(failed);
  // In a chain of waiting steps, only the first cause is named.
  return cause?.waitsFor === undefined ? waitsFor(failed, cause) : cause;
}

interface AttemptOptions {
  readonly errors: unknown[];
  /** Not if a step before this one is to be tried again: what is refused may be right once that has succeeded. */
  readonly isRefusalFinal: boolean;
}

async function attempt(
  run: MeshRun,
  target: MeshTarget,
  step: Step,
  { errors, isRefusalFinal }: AttemptOptions,
): Promise<Problem | null> {
  const { clock } = run.deps;
  const begunAtMs = clock.now();
  try {
    return await perform(run, target, step);
  } catch (error) {
    const problem = problemOf(error, run);
    const isWaiting = error instanceof NotDueError;
    if (!isWaiting && clock.now() - begunAtMs > hungMs) run.stop();
    if (problem.reason === 'Pending') errors.push(error);
    else if (isRefusalFinal)
      await refuse(run, step, problem).catch((failure: unknown) => errors.push(failure));
    return problem;
  }
}

async function perform(run: MeshRun, target: MeshTarget, step: Step): Promise<Problem | null> {
  if (step.do === 'release') return target.release(run, step.claim);
  if (step.do === 'prepare') {
    await target.prepare?.(run, step);
    return null;
  }
  // An earlier step may have changed the claim.
  await target.ensure(run, { ...step, claim: run.claims.get(step.key) });
  const claim = run.claims.get(step.key);
  return (claim && target.pending?.(run, claim)) ?? null;
}

/** A resource that is missing although all claims were verified will be missing the next time, too. */
function problemOf(error: unknown, { isVerified }: MeshRun): Problem {
  const { message, permission } = failureOf(error);
  const text = { message, ...(permission && { permission }) };
  if (error instanceof QuotaExceededError) return { reason: 'QuotaExceeded', ...text };
  const isMissing = error instanceof NotFoundError && isVerified;
  if (isMissing || error instanceof PermanentError || error instanceof RefusedError)
    return { reason: 'Refused', ...text };
  return { reason: 'Pending', ...text };
}

/** Records the refusal in the claim, so that the resource costs no call until its inputs change. */
async function refuse(run: MeshRun, step: Step, problem: Problem): Promise<void> {
  const claim = run.claims.get(step.key);
  if (claim === undefined || step.do !== 'ensure') return;
  const { inputsHash } = step.desired;
  await run.put({
    ...claim,
    phase: claim.id === undefined ? 'claimed' : 'applied',
    fingerprint: undefined,
    refused: { inputsHash, ...problem },
  });
}
