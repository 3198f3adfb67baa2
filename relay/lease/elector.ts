import { SyncError } from '../../shared/model/errors.ts';
import { errorText, type Logger } from '../logger.ts';
import { Candidate, type CandidateOptions } from './candidate.ts';

export interface ElectorOptions extends CandidateOptions {
  readonly logger: Logger;
}

/** The time in which this process holds the lease. */
export interface Term {
  /** Aborted when the lease is lost. */
  readonly signal: AbortSignal;
  /** To be asked before each effect: the process may have been stopped or busy for longer than the lease lasts. */
  isHeld(): boolean;
}

export type Lead = (term: Term) => Promise<void>;

/**
 * Acquires a lease, renews it and ends the term when it is lost, by the protocol of client-go's leader election. A term
 * ends `giveUpMs` after the start of the last successful renewal at the latest. Nobody else's begins before `durationMs`
 * after it, because a candidate counts from when it saw that renewal. Only intervals of each machine's own clock count.
 */
export class Elector {
  readonly #options: ElectorOptions;
  readonly #candidate: Candidate;
  #fault = '';

  constructor(options: ElectorOptions) {
    this.#options = options;
    this.#candidate = new Candidate(options);
  }

  get isHeld(): boolean {
    return this.#candidate.isHeld;
  }

  /** Why this process could not take over; empty if it holds the lease, or has read it lately. */
  get fault(): string {
    const { timing, store } = this.#options;
    if (this.isHeld || this.#candidate.ageMs < timing.durationMs) return '';
    return this.#fault || `${store.text} has not been read`;
  }

  /**
   * Waits for the lease, calls `lead`, and starts again when the lease was lost. When `lead` ends by itself, the lease is
   * released. An abort ends the wait; a term goes on until `lead` ends. Rejects if `lead` does.
   */
  async run(lead: Lead, signal: AbortSignal): Promise<void> {
    while (await this.#acquired(signal)) if (await this.#led(lead)) return;
  }

  async #acquired(signal: AbortSignal): Promise<boolean> {
    const { clock, timing } = this.#options;
    while (!signal.aborted) {
      if (await this.#attempt(() => this.#candidate.take(signal), signal)) return true;
      await clock.pause(timing.retryMs * (1 + Math.random() / 5), signal);
    }
    return false;
  }

  /** One term. Returns whether `lead` ended by itself, not because the lease was lost. */
  async #led(lead: Lead): Promise<boolean> {
    const { store, logger, identity } = this.#options;
    const [lost, ended] = [new AbortController(), new AbortController()];
    const over = AbortSignal.any([ended.signal, lost.signal]);
    logger.info('the lease is held; this relay sends events', { lease: store.text, identity });
    const renewed = Promise.all([this.#expire(lost, over), this.#renew(lost, over)]);
    renewed.catch(() => lost.abort());
    try {
      await lead({ signal: lost.signal, isHeld: () => !lost.signal.aborted && this.isHeld });
    } finally {
      ended.abort();
      await renewed;
      if (!lost.signal.aborted) await this.#release();
    }
    return !lost.signal.aborted;
  }

  async #renew(lost: AbortController, over: AbortSignal): Promise<void> {
    const { clock, timing } = this.#options;
    for (;;) {
      await clock.pause(timing.retryMs, over);
      if (over.aborted) return;
      await this.#attempt(() => this.#candidate.renew(over), over);
      if (!this.isHeld && !over.aborted) this.#lose(lost);
    }
  }

  /** Ends the term in time, also while a renewal waits for its answer. */
  async #expire(lost: AbortController, over: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!over.aborted) {
      const leftMs = this.#candidate.heldUntil - clock.now();
      if (leftMs <= 0) this.#lose(lost);
      else await clock.pause(leftMs, over);
    }
  }

  #lose(lost: AbortController): void {
    const { store, timing, logger } = this.#options;
    lost.abort();
    logger.warn('the lease is lost; this relay has stopped sending and waits for the lease', {
      lease: store.text,
      reason: this.#fault || `another holder, or no renewal within ${timing.giveUpMs} ms`,
    });
  }

  async #release(): Promise<void> {
    const { clock, timing, store, logger } = this.#options;
    const timeout = new AbortController();
    const timer = clock.pause(timing.retryMs, timeout.signal).then(() => timeout.abort());
    await this.#attempt(async () => {
      await this.#candidate.release(timeout.signal);
      logger.info('the lease is released', { lease: store.text });
      return true;
    }, timeout.signal);
    timeout.abort();
    await timer;
  }

  /** A request that fails is one attempt that failed. */
  async #attempt(request: () => Promise<boolean>, signal: AbortSignal): Promise<boolean> {
    const { logger, store } = this.#options;
    try {
      const isHeld = await request();
      this.#fault = '';
      return isHeld;
    } catch (error) {
      if (signal.aborted) return false;
      if (!(error instanceof SyncError)) throw error;
      this.#fault = `${store.text}: ${errorText(error)}`;
      logger.warn('cannot read or write the lease; will retry', { error: this.#fault });
      return false;
    }
  }
}
