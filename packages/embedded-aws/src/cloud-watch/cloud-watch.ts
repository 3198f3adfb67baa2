import { Alarms, type StateChange } from './alarms.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { functionMetrics, type InvocationNote } from './function-metrics.ts';
import type { MetricAlarm } from './metric-alarm.ts';
import { type Datum, MetricStore } from './metric-store.ts';

export interface CloudWatchDescription {
  readonly alarms: readonly MetricAlarm[];
  /** The time between two evaluations of an alarm, which is a minute on AWS. */
  readonly evaluatedEveryMs: number;
}

interface CloudWatchOptions {
  readonly description: CloudWatchDescription | undefined;
  /** What services publish by themselves, at this time. */
  readonly sample: (atMs: number) => readonly Datum[];
  readonly onChange: (change: StateChange) => void;
}

const samplesPerEvaluation = 4;

/** The metrics of the embedded AWS, and the alarms on them. Without a description it has metrics alone. */
export class CloudWatch {
  readonly metrics = new MetricStore();
  readonly alarms: Alarms;
  readonly #timers: readonly NodeJS.Timeout[];

  constructor({ description, sample, onChange }: CloudWatchOptions) {
    const { alarms = [], evaluatedEveryMs = 60_000 } = description ?? {};
    this.alarms = new Alarms({ alarms, published: this.metrics, createdAtMs: Date.now(), onChange });
    this.#timers = [
      setInterval(() => this.#put(sample(Date.now())), evaluatedEveryMs / samplesPerEvaluation),
      setInterval(() => this.alarms.evaluate(Date.now()), evaluatedEveryMs),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  noteLog(line: string): void {
    this.#put(embeddedMetrics(line));
  }

  noteInvocation(note: InvocationNote): void {
    this.#put(functionMetrics(note));
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #put(data: readonly Datum[]): void {
    for (const datum of data) this.metrics.put(datum);
  }
}
