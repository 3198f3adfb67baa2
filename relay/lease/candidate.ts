import { ConflictError, NotFoundError } from '../../shared/model/errors.ts';
import {
  heldBy,
  isFree,
  type Lease,
  type LeaseTiming,
  type Observation,
  observe,
  released,
} from './lease.ts';
import type { LeaseStore } from './lease-store.ts';

/** The clock of this machine, which never goes back. */
export interface LeaseClock {
  /** Milliseconds. */
  now(): number;
  /** Ends early, without an error, when aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** The time of day as a Lease has it, for people. */
  time(): string;
}

export interface CandidateOptions {
  readonly store: LeaseStore;
  /** Unique among all processes, also those of one pod. */
  readonly identity: string;
  readonly timing: LeaseTiming;
  readonly clock: LeaseClock;
}

/** One process's view of a lease: the requests by which it takes, renews and releases it, and until when it holds it. */
export class Candidate {
  readonly #options: CandidateOptions;
  #observed: Observation | undefined;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(options: CandidateOptions) {
    this.#options = options;
  }

  /** When the lease is lost without another renewal, by the clock. */
  get heldUntil(): number {
    return this.#heldUntil;
  }

  get isHeld(): boolean {
    return this.#options.clock.now() < this.#heldUntil;
  }

  /** How long ago the state of the lease was last known; milliseconds. */
  get ageMs(): number {
    return this.#options.clock.now() - this.#readAt;
  }

  /** Reads the lease and takes it if it is free. Returns whether it is held now. */
  async take(signal: AbortSignal): Promise<boolean> {
    const { store, clock, identity } = this.#options;
    const lease = await store.read(signal);
    const now = clock.now();
    this.#readAt = now;
    // Who holds a deleted lease finds out at its next renewal: the lease counts as unchanged until then.
    this.#observed = lease ? observe(this.#observed, lease, now) : this.#observed;
    if (this.#observed && !isFree(this.#observed, identity, now)) return this.#lose();
    const spec = this.#spec(lease ?? this.#observed?.lease);
    return this.#hold(() =>
      lease ? store.replace(lease.resourceVersion, spec, signal) : store.create(spec, signal),
    );
  }

  /** Renews the lease. If it has changed meanwhile, reads it and decides again. Returns whether it is held. */
  async renew(signal: AbortSignal): Promise<boolean> {
    const lease = this.#observed?.lease;
    if (!lease) return this.take(signal);
    try {
      const spec = this.#spec(lease);
      return await this.#hold(() => this.#options.store.replace(lease.resourceVersion, spec, signal));
    } catch (error) {
      if (error instanceof ConflictError || error instanceof NotFoundError) return this.take(signal);
      throw error;
    }
  }

  /** Lets others take the lease at once. Nothing may be done under it any more. */
  async release(signal: AbortSignal): Promise<void> {
    const { store, clock } = this.#options;
    const lease = this.#observed?.lease;
    if (!this.isHeld || !lease) return;
    this.#lose();
    await store.replace(lease.resourceVersion, released(lease, clock.time()), signal);
  }

  #spec(lease: Lease | undefined) {
    const { identity, timing, clock } = this.#options;
    return heldBy(identity, lease, timing, clock.time());
  }

  /** The term counts from before the write, because others count from after it. */
  async #hold(write: () => Promise<Lease>): Promise<boolean> {
    const { clock, timing } = this.#options;
    const startedAt = clock.now();
    const lease = await write();
    this.#readAt = clock.now();
    this.#observed = { lease, at: this.#readAt };
    this.#heldUntil = startedAt + timing.giveUpMs;
    return this.isHeld;
  }

  #lose(): false {
    this.#heldUntil = Number.NEGATIVE_INFINITY;
    return false;
  }
}
