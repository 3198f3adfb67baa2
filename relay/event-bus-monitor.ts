import { NotFoundError, RetryableError } from '../shared/model/errors.ts';
import { Backoff, type BackoffBounds } from './backoff.ts';
import type { EventBus } from './event-bus.ts';
import { errorText, type Logger } from './logger.ts';
import { pause } from './pause.ts';

export interface BusGuardOptions {
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly backoff: BackoffBounds;
  /** How often to look whether the bus is still the same. */
  readonly checkMs: number;
}

/**
 * Makes sure that the bus exists, because PutEvents to a bus that does not succeeds, and the events are lost.
 */
export class EventBusMonitor {
  readonly #options: BusGuardOptions;
  #fault: string;

  constructor(options: BusGuardOptions) {
    this.#options = options;
    this.#fault = `the event bus ${options.bus.name} was not looked up yet`;
  }

  /** What is wrong with the bus; empty when it was found. */
  get fault(): string {
    return this.#fault;
  }

  /** Resolves with the identity of the bus once it is there; undefined when aborted. */
  async found(signal: AbortSignal): Promise<string | undefined> {
    const backoff = new Backoff(this.#options.backoff);
    while (!signal.aborted) {
      try {
        const identity = await this.#options.bus.identity();
        this.#fault = '';
        return identity;
      } catch (error) {
        this.#fault = errorText(error);
        this.#options.logger.error('the event bus is not usable; nothing is sent', { error: this.#fault });
        await pause(backoff.nextMs(), signal);
      }
    }
    return undefined;
  }

  /**
   * Throws when the bus has gone or is another one: what was accepted meanwhile may be lost, so the whole cluster must
   * be listed again, as it is at a start. That it cannot be looked up just now says nothing.
   */
  async watch(identity: string, signal: AbortSignal): Promise<void> {
    const { bus, logger, checkMs } = this.#options;
    for (;;) {
      await pause(checkMs, signal);
      if (signal.aborted) return;
      try {
        if ((await bus.identity()) === identity) continue;
      } catch (error) {
        if (!(error instanceof NotFoundError)) {
          logger.warn('the event bus could not be looked up', { error: errorText(error) });
          continue;
        }
      }
      throw new RetryableError(
        `the event bus ${bus.name} was deleted or replaced; expected a start from anew`,
      );
    }
  }
}
