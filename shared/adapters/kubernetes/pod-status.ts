import { PermanentError, RetryableError } from '../../model/errors.ts';
import type { NewCondition, PodStatus } from '../../ports/ports.ts';
import { UnreachableError } from './errors.ts';
import type { StatusWriter } from './status-writer.ts';

/** For so long a cluster that was out of reach is not tried again: every try keeps its caller waiting. */
const outOfReachMs = 30_000;

/** Sets conditions of one cluster's pods, as sync/ports.ts has it. Errors: those of `StatusWriter`. */
export class PodStatusAdapter implements PodStatus {
  readonly #writer: Pick<StatusWriter, 'patch'>;
  readonly #now: () => number;
  #outOfReach: { readonly error: PermanentError; readonly untilMs: number } | undefined;

  constructor(writer: Pick<StatusWriter, 'patch'>, now: () => number) {
    this.#writer = writer;
    this.#now = now;
  }

  /**
   * Answers the pod's resourceVersion since. A PermanentError also where the API server cannot be reached, or not looked
   * up: the next second is no better time.
   */
  async setCondition(
    { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string },
    condition: NewCondition,
  ): Promise<string> {
    if (this.#outOfReach !== undefined && this.#now() < this.#outOfReach.untilMs)
      throw this.#outOfReach.error;
    this.#outOfReach = undefined;
    try {
      return await this.#writer.patch({ kind: 'Pod', namespace, name, uid }, { conditions: [condition] });
    } catch (cause) {
      if (!(cause instanceof RetryableError) || !isLasting(cause)) throw cause;
      const error = new PermanentError(cause.message, { cause });
      this.#outOfReach = { error, untilMs: this.#now() + outOfReachMs };
      throw error;
    }
  }
}

/** What is out of reach, or needs people to allow it, is so in a second, too. */
function isLasting(error: RetryableError): boolean {
  return error instanceof UnreachableError || (error.retryAfterMs ?? 0) > outOfReachMs;
}
