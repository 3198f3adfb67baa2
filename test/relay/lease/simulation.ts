import { setImmediate as turn } from 'node:timers/promises';
import type { LeaseClock } from '../../../relay/lease/candidate.ts';
import { Elector } from '../../../relay/lease/elector.ts';
import type { Lease, LeaseSpec, LeaseTiming } from '../../../relay/lease/lease.ts';
import type { LeaseStore } from '../../../relay/lease/lease-store.ts';
import { ConflictError, NotFoundError, RetryableError } from '../../../shared/model/errors.ts';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Time that passes only when everything waits; in milliseconds. */
export class SimulatedTime {
  now = 0;
  readonly #sleepers = new Set<Sleeper>();

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { at: this.now + Math.max(0, ms), wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  async run(untilMs: number, each: () => void): Promise<void> {
    while (this.now < untilMs) {
      await turn();
      each();
      let next: Sleeper | undefined;
      for (const sleeper of this.#sleepers) if (!next || sleeper.at < next.at) next = sleeper;
      if (!next) return;
      this.now = Math.max(this.now, Math.min(next.at, untilMs));
      if (next.at <= this.now) next.wake();
    }
  }
}

/** A clock that starts anywhere and runs at its own rate, and a process that can be stopped for a while. */
export function clockOf(time: SimulatedTime, offset: number, rate: number): LeaseClock {
  return {
    now: () => offset + time.now * rate,
    pause: (ms, signal) => time.sleep(ms / rate, signal),
    time: () => new Date(1.7e12 + time.now + offset).toISOString(),
  };
}

/** How one request fares: how long it is on its way there and back, and whether it arrives at all. */
export interface Fate {
  readonly thereMs: number;
  readonly backMs: number;
  readonly fails: 'no' | 'on its way' | 'on its way back';
}

/** One Lease in an API server that refuses writes of an older state, and a network in between. */
export class SimulatedLease {
  readonly #time: SimulatedTime;
  #lease: Lease | undefined;
  #version = 0;
  writes = 0;
  /** Each holder that was written after another one; empty for a lease that was released. */
  readonly holders: string[] = [];

  constructor(time: SimulatedTime) {
    this.#time = time;
  }

  get lease(): Lease | undefined {
    return this.#lease;
  }

  delete(): void {
    this.#lease = undefined;
  }

  put(spec: LeaseSpec): void {
    this.#write(this.#lease?.resourceVersion, spec);
  }

  /** As one process reaches it. */
  by(fate: () => Fate): LeaseStore {
    const send = async <T>(work: () => T, signal: AbortSignal): Promise<T> => {
      const { thereMs, backMs, fails } = fate();
      const reply = (async () => {
        await this.#time.sleep(thereMs);
        if (fails === 'on its way') throw new RetryableError('connection lost');
        const result = work();
        await this.#time.sleep(backMs);
        if (fails === 'on its way back') throw new RetryableError('connection lost');
        return result;
      })();
      reply.catch(() => undefined);
      // A request that is aborted can still arrive.
      return Promise.race([reply, aborted(signal)]);
    };
    return {
      text: 'Lease test/relay',
      read: (signal) => send(() => this.#lease, signal),
      create: (spec, signal) => send(() => this.#write(undefined, spec), signal),
      replace: (version, spec, signal) => send(() => this.#write(version, spec), signal),
    };
  }

  #write(version: string | undefined, spec: LeaseSpec): Lease {
    if (version !== undefined && !this.#lease) throw new NotFoundError('object', 'no lease');
    if (this.#lease?.resourceVersion !== version) throw new ConflictError('the lease has changed');
    this.#version += 1;
    this.writes += 1;
    if (this.holders.at(-1) !== spec.holder) this.holders.push(spec.holder);
    this.#lease = { ...spec, resourceVersion: `${this.#version}` };
    return this.#lease;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

const quiet = () => undefined;

/** A process that takes part: it sends whenever it believes that it holds the lease. */
export class Process {
  readonly identity: string;
  #holds: (() => boolean) | undefined;
  readonly #stopping = new AbortController();
  readonly ended: Promise<void>;

  constructor(identity: string, store: LeaseStore, timing: LeaseTiming, clock: LeaseClock) {
    this.identity = identity;
    const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
    const elector = new Elector({ store, identity, timing, clock, logger });
    const { signal } = this.#stopping;
    this.ended = elector.run(async (term) => {
      this.#holds = () => term.isHeld();
      await abortOf(AbortSignal.any([term.signal, signal]));
      this.#holds = undefined;
    }, signal);
  }

  /** Whether it watches: from the beginning of its term until the end of the term is signalled. */
  get leads(): boolean {
    return this.#holds !== undefined;
  }

  /** Whether it would send now. */
  get sends(): boolean {
    return this.#holds?.() ?? false;
  }

  /** Ends as by SIGTERM. */
  stop(): void {
    this.#stopping.abort();
  }
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
}
