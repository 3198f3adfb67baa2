import { CallFaults } from '../engine/call-faults.ts';
import { LostAnswerError } from '../engine/lost-answer.ts';
import { AwsError } from '../protocol.ts';
import { throttled } from './errors.ts';
import type { OperationFailure, OperationType } from './records.ts';
import type { OperationName } from './shapes.ts';

/**
 * What happens to a call instead of a response:
 * - `throttle`: refused, nothing applied.
 * - `error`: a 500, nothing applied.
 * - `lost-before`: no response, nothing applied.
 * - `lost-after`: applied, but the response is lost.
 */
export type CallFault = 'throttle' | 'error' | 'lost-before' | 'lost-after';

/** Faults set by a test; calls consume them in the order set. */
export class Faults extends CallFaults<OperationName, CallFault> {
  readonly #failures = new Map<OperationType, OperationFailure[]>();

  /** Makes the next operations of a type end in FAIL without effect, after they are accepted. */
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

/** The error of a fault before the call takes effect; undefined if the call continues. */
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
