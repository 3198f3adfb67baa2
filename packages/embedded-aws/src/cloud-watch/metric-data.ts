import type { JsonInput } from '../json-service.ts';
import { AwsError } from '../protocol.ts';
import { datapointsOf } from './datapoints.ts';
import { queriesOf } from './inputs.ts';
import type { MetricStore } from './metric-store.ts';

/** GetMetricData: the series of each query that returns data, the newest value first. */
export function metricData(metrics: MetricStore, input: JsonInput): object {
  const { StartTime, EndTime, MetricDataQueries: queries } = queriesOf(input);
  const period = queries.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period;
  if (period === undefined)
    throw new AwsError('ValidationError', 'expected at least one query with a MetricStat');
  const from = Math.floor(StartTime / period) * period;
  const count = Math.ceil((EndTime - from) / period);
  const results = queries.filter(({ ReturnData }) => ReturnData);
  return {
    MetricDataResults: results.map(({ Id, Label = Id }) => {
      const only = queries.map((query) => ({ ...query, ReturnData: query.Id === Id }));
      const values = datapointsOf({ AlarmName: Id, Metrics: only }, metrics, {
        untilMs: (from + count * period) * 1000,
        count,
      });
      const found = values
        .flatMap((value, index) => (value === undefined ? [] : { value, at: from + index * period }))
        .reverse();
      return {
        Id,
        Label,
        Timestamps: found.map(({ at }) => at),
        Values: found.map(({ value }) => value),
        StatusCode: 'Complete',
      };
    }),
    Messages: [],
  };
}
