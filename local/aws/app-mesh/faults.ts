import { LostAnswerError } from '../cloud-map/errors.ts';
import { AwsError } from '../protocol.ts';
import { throttled } from './errors.ts';
import type { OperationName } from './kinds.ts';

/**
 * What happens to a call instead of its answer:
 * - `throttle`: 429, nothing applied.
 * - `error`: 500, nothing applied.
 * - `unavailable`: 503, nothing applied.
 * - `lost-before`: no answer, nothing applied.
 * - `lost-after`: applied, but the answer is lost.
 */
export type CallFault = 'throttle' | 'error' | 'unavailable' | 'lost-before' | 'lost-after';

/** Waits of a call, in milliseconds: before it takes effect, and from then until its answer. */
export interface CallDelay {
  readonly beforeMs?: number;
  readonly afterMs?: number;
}

/** Faults that a test sets; each is used up call by call, in the order set. */
export class Faults {
  readonly #calls = new Map<OperationName | '*', CallFault[]>();
  readonly #delays = new Map<OperationName | '*', CallDelay>();
  /** Decides on every call itself, after the faults that are set: a test's own random source. */
  onCall: ((operation: OperationName, input: unknown) => CallFault | undefined) | undefined;

  /** Strikes the next calls of an operation (`*`: of any). */
  failNext(operation: OperationName | '*', fault: CallFault, times = 1): void {
    const set = this.#calls.get(operation) ?? [];
    this.#calls.set(operation, [...set, ...Array<CallFault>(times).fill(fault)]);
  }

  /** Slows every call of an operation (`*`: of any) until set again. Counts over HTTP and for in-process clients. */
  delay(operation: OperationName | '*', delay: CallDelay): void {
    this.#delays.set(operation, delay);
  }

  reset(): void {
    this.#calls.clear();
    this.#delays.clear();
    this.onCall = undefined;
  }

  take(operation: OperationName, input: unknown): CallFault | undefined {
    const fault = this.#calls.get(operation)?.shift() ?? this.#calls.get('*')?.shift();
    return fault ?? this.onCall?.(operation, input);
  }

  delayOf(operation: OperationName): CallDelay | undefined {
    return this.#delays.get(operation) ?? this.#delays.get('*');
  }
}

/** What a fault throws before the call takes effect; undefined when the call goes on. */
export function faultBefore(operation: OperationName, fault: CallFault | undefined): Error | undefined {
  switch (fault) {
    case 'throttle':
      return throttled();
    case 'error':
      return new AwsError('InternalServerErrorException', 'The service failed', { status: 500 });
    case 'unavailable':
      return new AwsError('ServiceUnavailableException', 'The service is unavailable', { status: 503 });
    case 'lost-before':
      return new LostAnswerError(operation, false);
    default:
      return undefined;
  }
}
