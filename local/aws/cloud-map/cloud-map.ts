import { AwsError } from '../protocol.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Context } from './context.ts';
import { LostAnswerError } from './errors.ts';
import { Faults, faultBefore } from './faults.ts';
import { handlers } from './handlers.ts';
import { Operations } from './operations.ts';
import { type Settings, type SettingsInput, settingsFrom } from './settings.ts';
import { isOperationName, type OperationName } from './shapes.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { Throttle } from './throttle.ts';
import { validate } from './validate.ts';

export interface CloudMapOptions {
  readonly clock?: Clock;
  readonly accountId?: string;
  readonly region?: string;
  /** In [0, 1): ids and the order of DiscoverInstances come from it. */
  readonly random?: () => number;
  readonly settings?: SettingsInput;
}

/**
 * An AWS Cloud Map (API version 2017-03-14) of one account and Region, in memory. As unkind as the real one:
 * operations are asynchronous and may fail, one at a time works on an instance, reads may lag, calls are throttled and
 * validated, listings filter after paging. Knows no HTTP: see json11.ts.
 */
export class CloudMap {
  /** Delays, quotas and rates; a test may change them at any time. */
  readonly settings: Settings;
  readonly faults = new Faults();
  readonly clock: Clock;
  /** How often each operation was called, failed calls included. */
  readonly calls = new Map<OperationName, number>();
  readonly #context: Context;
  readonly #throttle: Throttle;

  constructor({
    clock = systemClock,
    accountId = '000000000000',
    region = 'us-west-2',
    random = Math.random,
    settings = {},
  }: CloudMapOptions = {}) {
    let last = 0;
    const next = () => ++last;
    this.clock = clock;
    this.settings = settingsFrom(settings);
    this.#throttle = new Throttle(clock, this.settings);
    const operations = new Operations({ clock, settings: this.settings, faults: this.faults, random, next });
    const stores = { namespaces: new Map(), services: new Map(), tags: new Map() };
    this.#context = {
      accountId,
      region,
      clock,
      random,
      settings: this.settings,
      operations,
      next,
      ...stores,
    };
  }

  /**
   * Answers a call at once; times are Dates. Throws an AwsError, or a LostAnswerError where a fault says that the
   * client gets no answer.
   */
  handle(operation: string, input: unknown): object | undefined {
    if (!isOperationName(operation))
      throw new AwsError('UnknownOperationException', `The operation ${operation} is not known`);
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    const fault = this.faults.takeCallFault(operation, input);
    const error = faultBefore(operation, fault);
    if (error !== undefined) throw error;
    this.#throttle.take(operation);
    const output = this.#perform(operation, input);
    if (fault === 'lost-after') throw new LostAnswerError(operation, true);
    return output;
  }

  /** What is true now, whatever readers see yet. */
  snapshot(): Snapshot {
    return snapshot(this.#context);
  }

  /** Cancels everything under way. */
  stop(): void {
    this.#context.operations.stop();
  }

  #perform<Name extends OperationName>(operation: Name, input: unknown): object | undefined {
    return handlers[operation](this.#context, validate(operation, input));
  }
}
