import { PermanentError, RefusedError, WaitError } from '../model/errors.ts';
import type { ServiceKey } from '../model/identity.ts';
import type { Problem } from '../model/problem.ts';
import type { Refusal } from '../model/refusal.ts';

/**
 * What came of several steps of which none may keep the others from being done. Refusals are problems to be told;
 * everything else is told and thrown in the end, what may go well the next time first. A wait comes before a failure: its
 * step must not have to wait as long as the failure's.
 */
export class Outcome {
  readonly problems: Problem[] = [];
  /** Those that will not go away by themselves. */
  readonly lasting: Problem[] = [];
  /** Of those. */
  readonly refusals = new Map<Problem, Pick<Refusal, 'isPermanent' | 'dependsOn'>>();
  /** Those of pods that wait for a place in a service. */
  readonly waits = new Map<Problem, ServiceKey>();
  private readonly errors: unknown[] = [];

  /** Answers whether the step succeeded, was refused, or failed. */
  async attempt(source: string, step: () => Promise<void>): Promise<'done' | 'refused' | 'failed'> {
    try {
      await step();
      return 'done';
    } catch (error) {
      const problem = { source, reason: error instanceof Error ? error.message : String(error) };
      this.problems.push(problem);
      if (error instanceof RefusedError || error instanceof PermanentError) this.lasting.push(problem);
      if (error instanceof RefusedError)
        this.refusals.set(problem, { isPermanent: false, dependsOn: error.dependsOn });
      if (error instanceof RefusedError && error.waitsIn !== undefined)
        this.waits.set(problem, error.waitsIn);
      if (error instanceof PermanentError) this.refusals.set(problem, { isPermanent: true });
      if (error instanceof RefusedError) return 'refused';
      this.errors.push(error);
      return 'failed';
    }
  }

  /** What came of other steps, as if they had been taken here. */
  include({ problems, lasting, refusals, waits, errors }: Outcome): void {
    this.problems.push(...problems);
    this.lasting.push(...lasting);
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
