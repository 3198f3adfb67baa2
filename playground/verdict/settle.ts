import { setTimeout as sleep } from 'node:timers/promises';
import type { Verdict } from './verdict.ts';

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

interface Settling {
  readonly activity: Activity;
  readonly readVerdict: () => Promise<Verdict>;
}

/**
 * Waits until nothing is queued or running and nothing was done for a second, and then until the verdict is final. After a
 * minute without any progress the verdict says what was not final.
 */
export async function settledVerdict({ activity, readVerdict }: Settling): Promise<Verdict> {
  const times = new ActivityTimes(activity);
  for (;;) {
    let what = times.observe();
    if (times.isQuiet) {
      const verdict = await readVerdict();
      what = verdict.unsettled ?? times.observe();
      if (what === null && times.isQuiet) return verdict;
    }
    const { lateMs } = times;
    if (lateMs !== undefined) return overdue(await readVerdict(), lateMs, what);
    await sleep(pollMs);
  }
}

/** When something was last done, and last queued or running. */
class ActivityTimes {
  readonly #activity: Activity;
  readonly #startMs = performance.now();
  #progress: string;
  #progressMs = this.#startMs;
  #busyMs = this.#startMs;
  #nowMs = this.#startMs;

  constructor(activity: Activity) {
    this.#activity = activity;
    this.#progress = activity.progress();
  }

  /** What is queued or running, or null. */
  observe(): string | null {
    this.#nowMs = performance.now();
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

function overdue(verdict: Verdict, lateMs: number, what: string | null): Verdict {
  const seconds = lateMs / 1000;
  return {
    ...verdict,
    unsettled: `timed out after ${seconds} s: ${what ?? 'the cluster changes all the time'}`,
  };
}
