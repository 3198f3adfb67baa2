import { AwsError } from '../protocol.ts';
import { LostAnswerError } from './errors.ts';
import type { OperationFailure, OperationType } from './records.ts';
import type { OperationName } from './shapes.ts';
import { throttled } from './throttle.ts';

/**
 * What happens to a call instead of its answer:
 * - `throttle`: refused, nothing applied.
 * - `error`: a 500, nothing applied.
 * - `lost-before`: no answer, nothing applied.
 * - `lost-after`: applied, but the answer is lost.
 */
export type CallFault = 'throttle' | 'error' | 'lost-before' | 'lost-after';

/** Waits of a call, in milliseconds: before it takes effect, and from then until its answer. */
export interface CallDelay {
  readonly beforeMs?: number;
  readonly afterMs?: number;
}

/** Faults that a test sets; each is used up call by call, in the order set. */
export class Faults {
  readonly #calls = new Map<OperationName | '*', CallFault[]>();
  readonly #delays = new Map<OperationName | '*', CallDelay>();
  readonly #failures = new Map<OperationType, OperationFailure[]>();
  /** Decides on every call itself, after the faults that are set: a test's own random source. */
  onCall: ((operation: OperationName, input: unknown) => CallFault | undefined) | undefined;

  /** Strikes the next calls of an operation (`*`: of any). */
  failNext(operation: OperationName | '*', fault: CallFault, times = 1): void {
    this.#push(this.#calls, operation, Array<CallFault>(times).fill(fault));
  }

  /** Lets the next operations of a type be accepted and then end in FAIL, with no effect. */
  failOperations(type: OperationType, failure: OperationFailure, times = 1): void {
    this.#push(this.#failures, type, Array<OperationFailure>(times).fill(failure));
  }

  /** Slows every call of an operation (`*`: of any) until set again. Counts over HTTP and for in-process clients. */
  delay(operation: OperationName | '*', delay: CallDelay): void {
    this.#delays.set(operation, delay);
  }

  reset(): void {
    this.#calls.clear();
    this.#delays.clear();
    this.#failures.clear();
    this.onCall = undefined;
  }

  takeCallFault(operation: OperationName, input: unknown): CallFault | undefined {
    const fault = this.#calls.get(operation)?.shift() ?? this.#calls.get('*')?.shift();
    return fault ?? this.onCall?.(operation, input);
  }

  takeOperationFailure(type: OperationType): OperationFailure | undefined {
    return this.#failures.get(type)?.shift();
  }

  delayOf(operation: OperationName): CallDelay | undefined {
    return this.#delays.get(operation) ?? this.#delays.get('*');
  }

  #push<Key, Item>(map: Map<Key, Item[]>, key: Key, items: readonly Item[]): void {
    map.set(key, [...(map.get(key) ?? []), ...items]);
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
