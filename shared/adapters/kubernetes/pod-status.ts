import { PermanentError, RetryableError } from '../../model/errors.ts';
import type { NewCondition, PodStatus } from '../../ports/ports.ts';
import { UnreachableError } from './errors.ts';
import type { StatusWriter } from './status-writer.ts';

/** How long an unreachable cluster is not tried again: every attempt makes its caller wait. */
const outOfReachMs = 30_000;

/** Sets conditions of one cluster's pods, as defined in ports/ports.ts. Errors: those of `StatusWriter`. */
export class PodStatusAdapter implements PodStatus {
  readonly #writer: Pick<StatusWriter, 'patch'>;
  readonly #now: () => number;
  #outOfReach: { readonly error: PermanentError; readonly untilMs: number } | undefined;

  constructor(writer: Pick<StatusWriter, 'patch'>, now: () => number) {
    this.#writer = writer;
    this.#now = now;
  }

  /**
   * Returns the pod's new resourceVersion. Also throws a PermanentError if the API server cannot be reached or found: a
   * retry in the next second would not help.
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

/** An unreachable server, or a missing permission, is the same a second later. */
function isLasting(error: RetryableError): boolean {
  return error instanceof UnreachableError || (error.retryAfterMs ?? 0) > outOfReachMs;
}
