/** What goes wrong, for a test. Everything but the service is optional. */
export interface Fault {
  /** `events`, `sqs`, `dynamodb`, `lambda`, `servicediscovery`, … */
  readonly service: string;
  /** An operation of the service model; any when absent. */
  readonly operation?: string | undefined;
  /** How many requests it strikes, 1 unless given; Infinity for ever. */
  readonly times?: number | undefined;
  /** Let so many matching requests pass first. */
  readonly after?: number | undefined;
  /** Wait before the operation, milliseconds. */
  readonly delayMs?: number | undefined;
  /** Answer this instead of doing the operation. */
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number } | undefined;
  /** Of a function: end its environment so long after the beginning of the invocation, if that still runs then. */
  readonly crashAfterMs?: number | undefined;
  /** Do the operation and cut the connection instead of answering. */
  readonly loseResponse?: boolean | undefined;
}

/** An answer of every AWS service that is asked too often. */
export const throttling = { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } as const;

interface Armed {
  readonly fault: Fault;
  pass: number;
  left: number;
}

/** The faults that are set; each request takes the first that matches it. */
export class Faults {
  #armed: Armed[] = [];

  add(fault: Fault): void {
    this.#armed.push({ fault, pass: fault.after ?? 0, left: fault.times ?? 1 });
  }

  reset(): void {
    this.#armed = [];
  }

  take(service: string, operation: string): Fault | undefined {
    const armed = this.#armed.find(({ fault }) => matches(fault, service, operation));
    if (armed === undefined) return undefined;
    if (armed.pass > 0) {
      armed.pass -= 1;
      return undefined;
    }
    armed.left -= 1;
    if (armed.left <= 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed.fault;
  }
}

function matches(fault: Fault, service: string, operation: string): boolean {
  return fault.service === service && (fault.operation === undefined || fault.operation === operation);
}
