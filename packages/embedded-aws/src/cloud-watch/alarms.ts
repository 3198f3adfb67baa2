import { alarmState, evaluationRange, type StateValue } from './alarm-state.ts';
import { datapointsOf, type Published } from './datapoints.ts';
import { type MetricAlarm, periodOf } from './metric-alarm.ts';
import type { PeriodValue } from './metric-math.ts';

export interface AlarmView {
  readonly alarm: MetricAlarm;
  readonly state: StateValue;
  readonly sinceMs: number;
  /** Of the newest whole period. */
  readonly value: PeriodValue;
}

export interface StateChange extends AlarmView {
  readonly from: StateValue;
}

interface AlarmsOptions {
  readonly alarms: readonly MetricAlarm[];
  readonly published: Published;
  readonly createdAtMs: number;
  readonly onChange: (change: StateChange) => void;
}

const maxHistory = 1_000;

/**
 * The alarms of the account and their states. Unlike on AWS an alarm stays in INSUFFICIENT_DATA until it is as old as the periods that
 * it evaluates: what was not there before the start is not missing.
 */
export class Alarms {
  readonly #options: AlarmsOptions;
  #views: readonly AlarmView[];
  readonly #history: StateChange[] = [];

  constructor(options: AlarmsOptions) {
    this.#options = options;
    const initial = { state: 'INSUFFICIENT_DATA', sinceMs: options.createdAtMs, value: undefined } as const;
    this.#views = options.alarms.map((alarm) => ({ alarm, ...initial }));
  }

  get views(): readonly AlarmView[] {
    return this.#views;
  }

  /** The newest first. */
  get history(): readonly StateChange[] {
    return this.#history;
  }

  /** Evaluates all alarms on the periods before this time; each is evaluated on windows that end now (a sliding window). */
  evaluate(nowMs: number): void {
    this.#views = this.#views.map((view) => {
      const evaluated = this.#evaluated(view, nowMs);
      if (evaluated.state !== view.state) this.#note({ ...evaluated, from: view.state });
      return evaluated;
    });
  }

  #evaluated(view: AlarmView, nowMs: number): AlarmView {
    const { alarm, state } = view;
    const { published, createdAtMs } = this.#options;
    const periodMs = periodOf(alarm) * 1000;
    if (nowMs - createdAtMs < alarm.EvaluationPeriods * periodMs) return view;
    const range = evaluationRange(alarm.EvaluationPeriods);
    const count = Math.min(range, Math.floor((nowMs - createdAtMs) / periodMs));
    const datapoints = datapointsOf(alarm, published, { untilMs: nowMs, count });
    const next = alarmState(alarm, datapoints, state);
    return { alarm, state: next, sinceMs: next === state ? view.sinceMs : nowMs, value: datapoints.at(-1) };
  }

  #note(change: StateChange): void {
    this.#history.unshift(change);
    this.#history.length = Math.min(this.#history.length, maxHistory);
    this.#options.onChange(change);
  }
}
