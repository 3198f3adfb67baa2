import type { Metric } from './metric-alarm.ts';

/** A published value. */
export interface Datum {
  readonly metric: Metric;
  readonly value: number;
  readonly atMs: number;
}

interface Stored {
  readonly metric: Metric;
  samples: { readonly atMs: number; readonly value: number }[];
}

/** CloudWatch keeps values for months; here they are kept as long as the longest alarm evaluates, several times over. */
const keptMs = 6 * 3_600_000;
const prunedAt = 5_000;

/** The published values of all metrics. */
export class MetricStore {
  readonly #metrics = new Map<string, Stored>();

  put({ metric, value, atMs }: Datum): void {
    const key = keyOf(metric);
    const stored = this.#metrics.get(key) ?? { metric, samples: [] };
    stored.samples.push({ atMs, value });
    if (stored.samples.length % prunedAt === 0)
      stored.samples = stored.samples.filter((sample) => sample.atMs > atMs - keptMs);
    this.#metrics.set(key, stored);
  }

  /** The values from `fromMs` inclusive to `toMs` exclusive; undefined if the metric was never published. */
  values(metric: Metric, fromMs: number, toMs: number): readonly number[] | undefined {
    return this.#metrics
      .get(keyOf(metric))
      ?.samples.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .map(({ value }) => value);
  }

  /** All metrics that were ever published. */
  list(): readonly Metric[] {
    return [...this.#metrics.values()].map(({ metric }) => metric);
  }
}

/** The order of dimensions does not count. */
function keyOf({ Namespace, MetricName, Dimensions = [] }: Metric): string {
  const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value]).sort();
  return JSON.stringify([Namespace, MetricName, dimensions]);
}
