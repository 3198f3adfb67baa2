import { CallFaults } from '../engine/call-faults.ts';
import { LostAnswerError } from '../engine/lost-answer.ts';
import { AwsError } from '../protocol.ts';
import { throttled } from './errors.ts';
import type { OperationFailure, OperationType } from './records.ts';
import type { OperationName } from './shapes.ts';

/**
 * What happens to a call instead of its answer:
 * - `throttle`: refused, nothing applied.
 * - `error`: a 500, nothing applied.
 * - `lost-before`: no answer, nothing applied.
 * - `lost-after`: applied, but the answer is lost.
 */
export type CallFault = 'throttle' | 'error' | 'lost-before' | 'lost-after';

/** Faults that a test sets; each is used up call by call, in the order set. */
export class Faults extends CallFaults<OperationName, CallFault> {
  readonly #failures = new Map<OperationType, OperationFailure[]>();

  /** Lets the next operations of a type be accepted and then end in FAIL, with no effect. */
  failOperations(type: OperationType, failure: OperationFailure, times = 1): void {
    const set = this.#failures.get(type) ?? [];
    this.#failures.set(type, [...set, ...Array<OperationFailure>(times).fill(failure)]);
  }

  override reset(): void {
    super.reset();
    this.#failures.clear();
  }

  takeOperationFailure(type: OperationType): OperationFailure | undefined {
    return this.#failures.get(type)?.shift();
  }
}

/** What a fault throws before the call takes effect; undefined when the call goes on. */
export function faultBefore(operation: OperationName, fault: CallFault | undefined): Error | undefined {
  switch (fault) {
    case 'throttle':
      return throttled(operation);
    case 'error':
      return new AwsError(
        'InternalFailure',
        'The request processing has failed because of an unknown error',
        {
          status: 500,
        },
      );
    case 'lost-before':
      return new LostAnswerError(operation, false);
    default:
      return undefined;
  }
}
