import { PermanentError, RefusedError } from '../model/errors.ts';
import type { Problem } from '../plan/desired.ts';

/**
 * What came of several steps of which none may keep the others from being done. Refusals are problems to be told;
 * everything else is told and thrown in the end, what may go well the next time first.
 */
export class Outcome {
  readonly problems: Problem[] = [];
  /** Those that will not go away by themselves. */
  readonly lasting: Problem[] = [];
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
      if (error instanceof RefusedError) return 'refused';
      this.errors.push(error);
      return 'failed';
    }
  }

  rethrow(): void {
    const worthRetrying = this.errors.find((error) => !(error instanceof PermanentError));
    const [first] = this.errors;
    if (first !== undefined) throw worthRetrying ?? first;
  }
}
