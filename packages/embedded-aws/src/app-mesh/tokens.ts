import type { Clock } from '../engine/clock.ts';
import { conflict } from './errors.ts';
import type { OperationName } from './resources/kinds.ts';
import type { Settings } from './settings.ts';

interface Remembered {
  readonly request: string;
  readonly answer: object;
  readonly untilMs: number;
}

/** Tokens are per account and operation. */
interface Scope {
  readonly accountId: string;
  readonly operation: OperationName;
  readonly token: string | undefined;
}

/** The clientTokens of a Region. */
export class Tokens {
  readonly #remembered = new Map<string, Remembered>();
  readonly #clock: Clock;
  readonly #settings: Settings;

  constructor(clock: Clock, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /**
   * Performs a request once. The same request with the same token gets the first response without a second effect,
   * whatever has happened to the resource since. Throws ConflictException for another request with the token. Failed
   * requests are not remembered.
   */
  once({ accountId, operation, token }: Scope, request: object, perform: () => object): object {
    if (token === undefined) return perform();
    this.#forget();
    const key = `${accountId}/${operation}/${token}`;
    const known = this.#remembered.get(key);
    const text = JSON.stringify(request);
    if (known !== undefined && known.request !== text)
      throw conflict(`clientToken ${token} was used for another ${operation} request; use a new one`);
    if (known !== undefined) return known.answer;
    const answer = perform();
    const untilMs = this.#clock.now() + this.#settings.tokensForMs;
    this.#remembered.set(key, { request: text, answer, untilMs });
    return answer;
  }

  reset(): void {
    this.#remembered.clear();
  }

  /** The oldest come first. */
  #forget(): void {
    const nowMs = this.#clock.now();
    for (const [key, { untilMs }] of this.#remembered) {
      if (untilMs > nowMs) return;
      this.#remembered.delete(key);
    }
  }
}
