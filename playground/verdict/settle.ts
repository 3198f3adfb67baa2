import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;
/** How long nothing may happen before the work counts as done. */
const quietMs = 1_000;
/** How long to wait without any progress, and in all. */
const maxIdleMs = 60_000;
const maxMs = 900_000;

/** What still happens. */
export interface Activity {
  /** What is queued or running, or null. */
  underWay(): string | null;
  /** Differs when anything was done. */
  progress(): string;
}

/** Time, which tests make go faster. */
interface Clock {
  nowMs(): number;
  sleep(ms: number): Promise<unknown>;
}

const monotonic: Clock = { nowMs: () => performance.now(), sleep };

interface State {
  /** What is not final although nothing happens, or null. */
  readonly unsettled: string | null;
}

/**
 * Waits until nothing is queued or running and nothing was done for a second, and then until the state that is read is final.
 * After a minute without any progress, `unsettled` says what was not final.
 */
export async function settled<S extends State>(
  activity: Activity,
  read: () => Promise<S>,
  clock = monotonic,
): Promise<S> {
  const times = new ActivityTimes(activity, clock);
  for (;;) {
    let what = times.observe();
    if (times.isQuiet) {
      const state = await read();
      what = state.unsettled ?? times.observe();
      if (what === null && times.isQuiet) return state;
    }
    const { lateMs } = times;
    if (lateMs !== undefined) return { ...(await read()), unsettled: overdue(lateMs, what) };
    await clock.sleep(pollMs);
  }
}

function overdue(lateMs: number, what: string | null): string {
  return `timed out after ${lateMs / 1000} s: ${what ?? 'the cluster changes all the time'}`;
}

/** When something was last done, and last queued or running. */
class ActivityTimes {
  readonly #activity: Activity;
  readonly #clock: Clock;
  readonly #startMs: number;
  #progress: string;
  #progressMs: number;
  #busyMs: number;
  #nowMs: number;

  constructor(activity: Activity, clock: Clock) {
    this.#activity = activity;
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#progressMs = this.#startMs;
    this.#busyMs = this.#startMs;
    this.#nowMs = this.#startMs;
    this.#progress = activity.progress();
  }

  /** What is queued or running, or null. */
  observe(): string | null {
    this.#nowMs = this.#clock.nowMs();
    const progress = this.#activity.progress();
    if (progress !== this.#progress) this.#progressMs = this.#nowMs;
    this.#progress = progress;
    const what = this.#activity.underWay();
    if (what !== null) this.#busyMs = this.#nowMs;
    return what;
  }

  get isQuiet(): boolean {
    return this.#nowMs - Math.max(this.#busyMs, this.#progressMs) >= quietMs;
  }

  /** The limit that is exceeded. */
  get lateMs(): number | undefined {
    if (this.#nowMs - this.#progressMs >= maxIdleMs) return maxIdleMs;
    return this.#nowMs - this.#startMs >= maxMs ? maxMs : undefined;
  }
}
