import type { Clock } from '../engine/clock.ts';
import { type EngineOptions, engineContext } from '../engine/context.ts';
import { LostAnswerError } from '../engine/lost-answer.ts';
import { Throttle } from '../engine/throttle.ts';
import { AwsError } from '../protocol.ts';
import type { Context } from './context.ts';
import { throttled } from './errors.ts';
import { Faults, faultBefore } from './faults.ts';
import { handlers } from './handlers.ts';
import { type OperationActivity, Operations } from './resources/operations.ts';
import { type Settings, type SettingsInput, settingsFrom } from './settings.ts';
import { isOperationName, type OperationName } from './shapes.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { validate } from './validate.ts';

export type CloudMapOptions = EngineOptions<SettingsInput>;

export interface HostedZone {
  readonly name: string;
  readonly region: string;
  /** Undefined for a public zone. */
  readonly vpcs: readonly string[];
}

/**
 * An in-memory AWS Cloud Map (API version 2017-03-14) of one account and Region. As strict as the real one: operations
 * are asynchronous and may fail, each instance has one operation at a time, reads may lag, calls are throttled and
 * validated, listings filter after paging. Without HTTP: see json11.ts.
 */
export class CloudMap {
  /** Delays, quotas and rates; a test may change them at any time. */
  readonly settings: Settings;
  readonly faults = new Faults();
  readonly clock: Clock;
  /** The number of calls of each operation, including failed ones. */
  readonly calls = new Map<OperationName, number>();
  readonly #context: Context;
  readonly #throttle: Throttle<OperationName>;

  constructor(options: CloudMapOptions = {}) {
    const context = engineContext(options, settingsFrom(options.settings ?? {}));
    this.clock = context.clock;
    this.settings = context.settings;
    this.#throttle = new Throttle(this.clock);
    const operations = new Operations({ ...context, faults: this.faults });
    this.#context = {
      ...context,
      operations,
      namespaces: new Map(),
      services: new Map(),
      tags: new Map(),
    };
  }

  /**
   * Handles a call synchronously; times are Dates. Throws an AwsError, or a LostAnswerError if a fault says that the
   * client gets no response.
   */
  handle(operation: string, input: unknown): object | undefined {
    if (!isOperationName(operation))
      throw new AwsError('UnknownOperationException', `The operation ${operation} is not known`);
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    const fault = this.faults.take(operation, input);
    const error = faultBefore(operation, fault);
    if (error !== undefined) throw error;
    if (!this.#throttle.take(operation, this.settings.rates[operation])) throw throttled(operation);
    const output = this.#perform(operation, input);
    if (fault === 'lost-after') throw new LostAnswerError(operation, true);
    return output;
  }

  /**
   * Calls of another account in the Region, to prepare a test. They are not counted or throttled, and faults do not
   * apply. Its namespaces are shared with this account.
   */
  handleAs(accountId: string, operation: OperationName, input: unknown): object | undefined {
    return this.#perform(operation, input, accountId);
  }

  /** The Route 53 hosted zone of a DNS namespace. */
  hostedZone(id: string): HostedZone | undefined {
    const namespace = [...this.#context.namespaces.values()].find(({ hostedZoneId }) => hostedZoneId === id);
    if (namespace === undefined) return undefined;
    const { name, vpc } = namespace;
    return { name, region: this.#context.region, vpcs: vpc === undefined ? [] : [vpc] };
  }

  /** The current state, even if readers do not see it yet. */
  snapshot(): Snapshot {
    return snapshot(this.#context);
  }

  /** What happens, for whoever asks often: nothing is copied. */
  get activity(): OperationActivity {
    return this.#context.operations.activity;
  }

  /** Cancels all operations in progress. */
  stop(): void {
    this.#context.operations.stop();
  }

  #perform<Name extends OperationName>(
    operation: Name,
    input: unknown,
    accountId = this.#context.accountId,
  ): object | undefined {
    return handlers[operation]({ ...this.#context, accountId }, validate(operation, input));
  }
}
