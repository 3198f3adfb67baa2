import { CallFaults } from '../engine/call-faults.ts';
import type { Clock } from '../engine/clock.ts';
import { type EngineOptions, engineContext } from '../engine/context.ts';
import { LostAnswerError } from '../engine/lost-answer.ts';
import { Throttle } from '../engine/throttle.ts';
import { AwsError } from '../protocol.ts';
import type { Context } from './context.ts';
import { throttled } from './errors.ts';
import { type CallFault, faultBefore } from './faults.ts';
import { isOperationName, perform } from './handlers.ts';
import type { OperationName } from './resources/kinds.ts';
import { type Rates, type Settings, type SettingsInput, settingsFrom } from './settings.ts';
import { type ResourceSnapshot, snapshot } from './snapshot.ts';
import { Tokens } from './tokens.ts';

export type AppMeshOptions = EngineOptions<SettingsInput>;

/**
 * An in-memory AWS App Mesh (API version 2019-01-25) of one account and Region. As strict as the real one: it
 * validates, throttles, enforces quotas and dependencies, remembers clientTokens, and releases the dependencies of
 * deleted resources with a delay. Without HTTP: see rest-json.ts.
 */
export class AppMesh {
  /** Quotas, rates and times; a test may change them at any time. */
  readonly settings: Settings;
  readonly faults = new CallFaults<OperationName, CallFault>();
  readonly clock: Clock;
  /** The number of calls of each operation, including failed ones. */
  readonly calls = new Map<OperationName, number>();
  readonly #context: Context;
  readonly #throttle: Throttle<keyof Rates>;

  constructor(options: AppMeshOptions = {}) {
    const context = engineContext(options, settingsFrom(options.settings ?? {}));
    const { clock, settings } = context;
    this.clock = clock;
    this.settings = settings;
    this.#throttle = new Throttle(clock);
    this.#context = { ...context, meshes: new Map(), tokens: new Tokens(clock, settings) };
  }

  /**
   * Handles a call synchronously; times are Dates. Throws an AwsError, or a LostAnswerError if a fault says that the
   * client gets no response.
   */
  handle(operation: string, input: unknown): object {
    if (!isOperationName(operation))
      throw new AwsError('UnknownOperationException', `The operation ${operation} is not known`, {
        status: 404,
      });
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    const fault = this.faults.take(operation, input);
    const error = faultBefore(operation, fault);
    if (error !== undefined) throw error;
    const bucket = /^(Describe|List)/.test(operation) ? 'reads' : 'writes';
    if (!this.#throttle.take(bucket, this.settings.rates[bucket])) throw throttled();
    const output = perform(this.#context, operation, input);
    if (fault === 'lost-after') throw new LostAnswerError(operation, true);
    return output;
  }

  /**
   * Calls of another account in the Region, to prepare a test. They are not counted or throttled, and faults do not
   * apply. Its meshes are shared with this account.
   */
  handleAs(accountId: string, operation: OperationName, input: unknown): object {
    return perform({ ...this.#context, accountId }, operation, input);
  }

  /** All current resources, including meshes, in the order of creation. */
  snapshot(): readonly ResourceSnapshot[] {
    return snapshot(this.#context);
  }

  /** Removes all resources, tokens, faults and counts. Settings stay. */
  reset(): void {
    this.#context.meshes.clear();
    this.#context.tokens.reset();
    this.#throttle.reset();
    this.faults.reset();
    this.calls.clear();
  }
}
