import type { JsonInput } from '../json-service.ts';
import { statisticsOf } from './inputs.ts';
import type { MetricStore } from './metric-store.ts';
import { statisticOf } from './statistics.ts';

/** GetMetricStatistics: one datapoint for each period that has a value. */
export function metricStatistics(metrics: MetricStore, input: JsonInput): object {
  const { StartTime, EndTime, Period, Statistics, ExtendedStatistics, ...metric } = statisticsOf(input);
  const datapoints = [];
  for (let from = Math.floor(StartTime / Period) * Period; from < EndTime; from += Period) {
    const values = metrics.values(metric, from * 1000, (from + Period) * 1000) ?? [];
    if (values.length === 0) continue;
    const extended = ExtendedStatistics.map((name) => [name, statisticOf(name, values)]);
    datapoints.push({
      Timestamp: from,
      ...Object.fromEntries(Statistics.map((name) => [name, statisticOf(name, values)])),
      ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
      Unit: 'None',
    });
  }
  return { Label: metric.MetricName, Datapoints: datapoints };
}
