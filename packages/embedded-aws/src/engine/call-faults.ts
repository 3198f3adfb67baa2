/** Delays of a call, in milliseconds: before it takes effect, and from then until its response. */
export interface CallDelay {
  readonly beforeMs?: number;
  readonly afterMs?: number;
}

/** Faults set by a test; calls consume them in the order set. */
export class CallFaults<Operation extends string, Fault extends string> {
  readonly #calls = new Map<Operation | '*', Fault[]>();
  readonly #delays = new Map<Operation | '*', CallDelay>();
  /** Called for every call that no set fault applies to, for random faults of a test. */
  onCall: ((operation: Operation, input: unknown) => Fault | undefined) | undefined;

  /** Applies to the next calls of an operation (`*`: any operation). */
  failNext(operation: Operation | '*', fault: Fault, times = 1): void {
    const set = this.#calls.get(operation) ?? [];
    this.#calls.set(operation, [...set, ...Array<Fault>(times).fill(fault)]);
  }

  /** Delays every call of an operation (`*`: any operation) until set again, over HTTP and in process. */
  delay(operation: Operation | '*', delay: CallDelay): void {
    this.#delays.set(operation, delay);
  }

  reset(): void {
    this.#calls.clear();
    this.#delays.clear();
    this.onCall = undefined;
  }

  take(operation: Operation, input: unknown): Fault | undefined {
    const fault = this.#calls.get(operation)?.shift() ?? this.#calls.get('*')?.shift();
    return fault ?? this.onCall?.(operation, input);
  }

  delayOf(operation: Operation): CallDelay | undefined {
    return this.#delays.get(operation) ?? this.#delays.get('*');
  }
}
