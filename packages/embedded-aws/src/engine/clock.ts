/** The engine's time source. Tests pass a clock that they advance themselves. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `action` once after the delay. Returns a function that cancels it. */
  schedule(delayMs: number, action: () => void): () => void;
}

/** Real time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule: (delayMs, action) => {
    const timer = setTimeout(action, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

interface Entry {
  readonly dueMs: number;
  readonly action: () => void;
}

/** A clock that stands still until a test advances it. Actions due at one instant run in the order of scheduling. */
export class VirtualClock implements Clock {
  #nowMs: number;
  readonly #entries: Entry[] = [];

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule(delayMs: number, action: () => void): () => void {
    const entry = { dueMs: this.#nowMs + Math.max(0, delayMs), action };
    const previous = this.#entries.findLastIndex(({ dueMs }) => dueMs <= entry.dueMs);
    this.#entries.splice(previous + 1, 0, entry);
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index !== -1) this.#entries.splice(index, 1);
    };
  }

  /** When the next action is due, epoch milliseconds; undefined if none is scheduled. */
  nextDueMs(): number | undefined {
    return this.#entries[0]?.dueMs;
  }

  /** Advances time and runs all due actions, including those that actions schedule. */
  advance(milliseconds: number): void {
    const endMs = this.#nowMs + milliseconds;
    for (let next = this.#entries[0]; next !== undefined && next.dueMs <= endMs; next = this.#entries[0]) {
      this.#entries.shift();
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.action();
    }
    this.#nowMs = endMs;
  }

  /** Resolves once a test has advanced time by the delay. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.schedule(milliseconds, resolve);
    });
  }
}
