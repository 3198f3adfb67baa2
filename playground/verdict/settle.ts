import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 50;
/** Between two reads of the state, if that takes long. */
const maxPauseMs = 5_000;
/** How long nothing may happen before the work counts as done. */
const quietMs = 1_000;
/** How long to wait without any progress. There is no limit of the time in all: a large cluster takes long. */
const maxIdleMs = 60_000;
/**
 * In a cluster that changes all the time there is no quiet second: how long after the first pause the state is read all the same, and then
 * how long it may be not final.
 */
const maxRestlessMs = 60_000;
/** How often to say what is waited for. */
const reportMs = 30_000;

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

interface SettleOptions {
  readonly clock?: Clock;
  /** Receives from time to time what is waited for. */
  readonly onWait?: (what: string) => void;
}

/**
 * Waits until nothing is queued or running and nothing was done for a second, and then until the state that is read is final. In
 * a cluster that changes all the time, a final state is enough. After a minute without any progress, `unsettled` says what was not
 * final.
 */
export async function settled<S extends State>(
  activity: Activity,
  read: () => Promise<S>,
  { clock = monotonic, onWait = () => {} }: SettleOptions = {},
): Promise<S> {
  const times = new ActivityTimes(activity, clock);
  for (;;) {
    const startedMs = clock.nowMs();
    const what = times.observe();
    const { waitingFor, state } = times.isReadDue ? await readFinal(times, read) : { waitingFor: what };
    if (state !== undefined) return state;
    const fault = times.fault(waitingFor);
    if (fault !== undefined) return { ...(await read()), unsettled: fault };
    if (waitingFor !== null && times.isReportDue()) onWait(waitingFor);
    await clock.sleep(pauseAfter(clock.nowMs() - startedMs));
  }
}

interface FinalRead<S> {
  /** Undefined if it is not final. */
  readonly state?: S;
  readonly waitingFor: string | null;
}

async function readFinal<S extends State>(
  times: ActivityTimes,
  read: () => Promise<S>,
): Promise<FinalRead<S>> {
  const { isRestless } = times;
  const state = await read();
  if (state.unsettled !== null) return { waitingFor: state.unsettled };
  const waitingFor = times.observe();
  const isFinal = isRestless || (waitingFor === null && times.isQuiet);
  return { ...(isFinal && { state }), waitingFor };
}

/** The state of a large cluster takes some time to read, and the functions have their work to do. */
function pauseAfter(tookMs: number): number {
  return Math.min(maxPauseMs, Math.max(pollMs, tookMs * 4));
}

/** When something was last done, last queued or running, and first not. */
class ActivityTimes {
  readonly #activity: Activity;
  readonly #clock: Clock;
  #progress: string;
  #progressMs: number;
  #busyMs: number;
  #nowMs: number;
  #reportedMs: number;
  /** The first pause after the last quiet second. */
  #pauseMs: number | undefined;

  constructor(activity: Activity, clock: Clock) {
    this.#activity = activity;
    this.#clock = clock;
    this.#nowMs = clock.nowMs();
    this.#progressMs = this.#nowMs;
    this.#busyMs = this.#nowMs;
    this.#reportedMs = this.#nowMs;
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
    else this.#pauseMs ??= this.#nowMs;
    if (this.isQuiet) this.#pauseMs = undefined;
    return what;
  }

  get isQuiet(): boolean {
    return this.#nowMs - Math.max(this.#busyMs, this.#progressMs) >= quietMs;
  }

  get isReadDue(): boolean {
    return this.isQuiet || this.isRestless;
  }

  /** What was queued at first has long been done, but there was no quiet second since. */
  get isRestless(): boolean {
    return this.#restlessMs >= maxRestlessMs;
  }

  get #restlessMs(): number {
    return this.#pauseMs === undefined ? 0 : this.#nowMs - this.#pauseMs;
  }

  /** Why to wait no longer. */
  fault(what: string | null): string | undefined {
    if (this.#nowMs - this.#progressMs >= maxIdleMs)
      return `no progress for ${maxIdleMs / 1000} s: ${what ?? 'the cluster changes all the time'}`;
    if (this.#restlessMs < 2 * maxRestlessMs) return undefined;
    return `the cluster changes all the time${what === null ? '' : `: ${what}`}`;
  }

  isReportDue(): boolean {
    if (this.#nowMs - this.#reportedMs < reportMs) return false;
    this.#reportedMs = this.#nowMs;
    return true;
  }
}
