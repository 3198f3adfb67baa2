import { PermanentError, RefusedError, WaitError } from '../model/errors.ts';
import type { ServiceKey } from '../model/identity.ts';
import { failureOf, type Problem } from '../model/problem.ts';
import type { Refusal } from '../model/records/refusal.ts';

/** Longer waits are shown by `explain`. */
const maxShortWaitMs = 5_000;
/** Same, for the turn of a call: in a rollout of 1,000 pods, the last one waits about as long. */
const maxTurnWaitMs = 20_000;

/**
 * The outcome of several steps, none of which may prevent the others. Refusals become problems to report; all other
 * errors are reported as well and thrown at the end, those that a retry may fix first. A wait comes before a failure,
 * because its step must not wait as long as the failure's.
 */
export class Outcome {
  readonly problems: Problem[] = [];
  /** Problems that do not resolve themselves. */
  readonly lasting: Problem[] = [];
  /** Refusals among these. */
  readonly refusals = new Map<Problem, Pick<Refusal, 'isPermanent' | 'dependsOn'>>();
  /** Waits that end within seconds. */
  readonly shortWaits = new Set<Problem>();
  /** Problems of pods that wait for a place in a service. */
  readonly waits = new Map<Problem, ServiceKey>();
  private readonly errors: unknown[] = [];

  /**
   * Returns whether the step succeeded, was refused, or failed; `failed` also if a service or namespace was not created, because
   * nothing is released for that. `isOfAuthor`: values that Cloud Map rejects are for the author of the pod to correct; the problem
   * is stored with the pod, and no message has to be kept for who operates the deployment.
   */
  async attempt(
    source: string,
    step: () => Promise<void>,
    { isOfAuthor = false }: { readonly isOfAuthor?: boolean } = {},
  ): Promise<'done' | 'refused' | 'failed'> {
    try {
      await step();
      return 'done';
    } catch (error) {
      const problem = { source, ...failureOf(error) };
      this.note(problem, error);
      if (error instanceof RefusedError) return error.dependsOn === 'creation' ? 'failed' : 'refused';
      if (!(isOfAuthor && isInvalidInput(error))) this.errors.push(error);
      return 'failed';
    }
  }

  private note(problem: Problem, error: unknown): void {
    this.problems.push(problem);
    if (error instanceof RefusedError || error instanceof PermanentError) this.lasting.push(problem);
    if (error instanceof RefusedError)
      this.refusals.set(problem, { isPermanent: false, dependsOn: error.dependsOn });
    if (error instanceof RefusedError && error.waitsIn !== undefined) this.waits.set(problem, error.waitsIn);
    if (error instanceof PermanentError) this.refusals.set(problem, { isPermanent: true });
    if (isShortWait(error)) this.shortWaits.add(problem);
  }

  /** Adds the outcome of other steps, as if they had run here. */
  include({ problems, lasting, shortWaits, refusals, waits, errors }: Outcome): void {
    this.problems.push(...problems);
    this.lasting.push(...lasting);
    for (const problem of shortWaits) this.shortWaits.add(problem);
    for (const [problem, refusal] of refusals) this.refusals.set(problem, refusal);
    for (const [problem, service] of waits) this.waits.set(problem, service);
    this.errors.push(...errors);
  }

  rethrow(): void {
    const [wait] = this.errors
      .filter((error) => error instanceof WaitError)
      .sort((one, other) => (one.retryAfterMs ?? 0) - (other.retryAfterMs ?? 0));
    const worthRetrying = this.errors.find((error) => !(error instanceof PermanentError));
    const [first] = this.errors;
    if (first !== undefined) throw wait ?? worthRetrying ?? first;
  }
}

function isInvalidInput(error: unknown): boolean {
  return error instanceof PermanentError && error.code === 'InvalidInput';
}

function isShortWait(error: unknown): boolean {
  if (!(error instanceof WaitError)) return false;
  const { code, retryAfterMs = Number.POSITIVE_INFINITY } = error;
  return retryAfterMs <= (code === 'Throttled' ? maxTurnWaitMs : maxShortWaitMs);
}
