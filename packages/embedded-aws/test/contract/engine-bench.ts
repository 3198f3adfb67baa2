import { VirtualClock } from '../../src/engine/clock.ts';

export type Json = Record<string, unknown>;

interface Engine {
  handle(operation: string, input: unknown): object | undefined;
}

/** An engine on a virtual clock, and ways to call it. */
export class EngineBench<Service extends Engine> {
  readonly clock = new VirtualClock();
  readonly engine: Service;

  constructor(start: (clock: VirtualClock) => Service) {
    this.engine = start(this.clock);
  }

  call(operation: string, input: Json = {}): Json {
    return (this.engine.handle(operation, input) ?? {}) as Json;
  }

  /** The error that a call throws. */
  refusal(operation: string, input: Json = {}): Error {
    try {
      this.engine.handle(operation, input);
    } catch (error) {
      return error as Error;
    }
    throw new Error(`${operation} succeeded; expected a refusal`);
  }
}
