import { type MetricAlarm, type MetricQuery, periodOf } from './metric-alarm.ts';
import { metricMath, type PeriodValue } from './metric-math.ts';
import type { MetricStore } from './metric-store.ts';
import { statisticOf } from './statistics.ts';

/** The values of the metrics, as a function of the time alone. */
export type Published = Pick<MetricStore, 'values'>;

/** The datapoints of the series that an alarm evaluates: of the last `count` periods before `untilMs`, the oldest first. */
export function datapointsOf(
  alarm: Pick<MetricAlarm, 'AlarmName' | 'Metrics'>,
  published: Published,
  { untilMs, count }: { readonly untilMs: number; readonly count: number },
): readonly PeriodValue[] {
  const periodMs = periodOf(alarm) * 1000;
  return Array.from({ length: count }, (_, index) =>
    periodValue(alarm.Metrics, published, untilMs - (count - index) * periodMs),
  );
}

/** The value of the returned query in the period that begins at `fromMs`. */
function periodValue(queries: readonly MetricQuery[], published: Published, fromMs: number): PeriodValue {
  const values = valuesOf(queries, published, fromMs);
  const returned = queries.find(({ ReturnData }) => ReturnData !== false);
  return values?.get(returned?.Id ?? '');
}

/** By id of each query; undefined if none of the metrics was ever published: FILL has nothing to fill then. */
function valuesOf(
  queries: readonly MetricQuery[],
  published: Published,
  fromMs: number,
): ReadonlyMap<string, PeriodValue> | undefined {
  const values = new Map<string, PeriodValue>();
  let isKnown = false;
  for (const { Id, MetricStat } of queries) {
    if (MetricStat === undefined) continue;
    const found = published.values(MetricStat.Metric, fromMs, fromMs + MetricStat.Period * 1000);
    isKnown ||= found !== undefined;
    values.set(Id, statisticOf(MetricStat.Stat, found ?? []));
  }
  if (!isKnown) return undefined;
  for (const { Id, Expression } of queries)
    if (Expression !== undefined) values.set(Id, metricMath(Expression, values));
  return values;
}
