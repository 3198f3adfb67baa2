/** Waits of a call, in milliseconds: before it takes effect, and from then until its answer. */
export interface CallDelay {
  readonly beforeMs?: number;
  readonly afterMs?: number;
}

/** Faults of calls that a test sets; each is used up call by call, in the order set. */
export class CallFaults<Operation extends string, Fault extends string> {
  readonly #calls = new Map<Operation | '*', Fault[]>();
  readonly #delays = new Map<Operation | '*', CallDelay>();
  /** Decides on every call itself, after the faults that are set: a test's own random source. */
  onCall: ((operation: Operation, input: unknown) => Fault | undefined) | undefined;

  /** Strikes the next calls of an operation (`*`: of any). */
  failNext(operation: Operation | '*', fault: Fault, times = 1): void {
    const set = this.#calls.get(operation) ?? [];
    this.#calls.set(operation, [...set, ...Array<Fault>(times).fill(fault)]);
  }

  /** Slows every call of an operation (`*`: of any) until set again. Counts over HTTP and for in-process clients. */
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
