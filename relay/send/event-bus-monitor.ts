import { NotFoundError, RetryableError } from '../../shared/model/errors.ts';
import { Backoff, type BackoffBounds } from '../backoff.ts';
import { errorText, type Logger } from '../logger.ts';
import { pause } from '../pause.ts';
import type { EventBus } from './event-bus.ts';

export interface EventBusMonitorOptions {
  readonly bus: EventBus;
  readonly logger: Logger;
  readonly backoff: BackoffBounds;
  /** Interval between checks that the bus is still the same. */
  readonly checkMs: number;
}

/** Makes sure that the bus exists: PutEvents to a missing bus succeeds, and the events are lost. */
export class EventBusMonitor {
  readonly #options: EventBusMonitorOptions;
  #fault: string;

  constructor(options: EventBusMonitorOptions) {
    this.#options = options;
    this.#fault = `event bus "${options.bus.name}" has not been checked yet`;
  }

  /** What is wrong with the bus; empty once it was found. */
  get fault(): string {
    return this.#fault;
  }

  /** Resolves with the identity of the bus once it exists; undefined when aborted. */
  async found(signal: AbortSignal): Promise<string | undefined> {
    const backoff = new Backoff(this.#options.backoff);
    while (!signal.aborted) {
      try {
        const identity = await this.#options.bus.identity();
        this.#fault = '';
        return identity;
      } catch (error) {
        this.#fault = errorText(error);
        this.#options.logger.error('cannot use the event bus; no events are sent until it is found', {
          error: this.#fault,
        });
        await pause(backoff.nextMs(), signal);
      }
    }
    return undefined;
  }

  /**
   * Throws if the bus was deleted or replaced: events accepted since may be lost, so the relay must restart and list
   * the whole cluster. A failed check alone does not count.
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
          logger.warn('failed to check the event bus; will retry', { error: errorText(error) });
          continue;
        }
      }
      throw new RetryableError(
        `event bus "${bus.name}" was deleted or replaced; the relay must restart and list the cluster again`,
      );
    }
  }
}
