/** A fault for a test. All fields except the service are optional. */
export interface Fault {
  /** `events`, `sqs`, `dynamodb`, `lambda`, `servicediscovery`, … */
  readonly service: string;
  /** An operation of the service model; any if absent. */
  readonly operation?: string | undefined;
  /** The number of requests it applies to; 1 by default, Infinity for all. */
  readonly times?: number | undefined;
  /** The number of matching requests to let pass first. */
  readonly after?: number | undefined;
  /** Delay before the operation, in milliseconds. */
  readonly delayMs?: number | undefined;
  /** The error to return instead of performing the operation. */
  readonly error?:
    | { readonly code: string; readonly message?: string | undefined; readonly status?: number | undefined }
    | undefined;
  /** For a function: end its environment this long after the invocation began, if it still runs then. */
  readonly crashAfterMs?: number | undefined;
  /** Perform the operation, then close the connection without a response. */
  readonly loseResponse?: boolean | undefined;
}

/** The throttling error of AWS services. */
export const throttling = { code: 'ThrottlingException', message: 'Rate exceeded', status: 400 } as const;

interface Armed {
  readonly fault: Fault;
  pass: number;
  left: number;
}

/** The set faults; each request takes the first that matches. */
export class Faults {
  #armed: Armed[] = [];

  add(fault: Fault): void {
    this.#armed.push({ fault, pass: fault.after ?? 0, left: fault.times ?? 1 });
  }

  /** Removes all, or those of a service. */
  reset(service?: string): void {
    this.#armed = this.#armed.filter(({ fault }) => service !== undefined && fault.service !== service);
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
