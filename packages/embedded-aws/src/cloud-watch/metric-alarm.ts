/** A metric with its dimensions. */
export interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[] | undefined;
}

/** A member of `Metrics`: a series of datapoints, or an expression over others. */
export interface MetricQuery {
  readonly Id: string;
  readonly MetricStat?:
    | { readonly Metric: Metric; readonly Period: number; readonly Stat: string }
    | undefined;
  readonly Expression?: string | undefined;
  readonly Label?: string | undefined;
  readonly ReturnData?: boolean | undefined;
}

export type ComparisonOperator =
  | 'GreaterThanThreshold'
  | 'GreaterThanOrEqualToThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type MissingData = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

/** An alarm as AWS::CloudWatch::Alarm and DescribeAlarms have it. Its periods may be fractions of a second. */
export interface MetricAlarm {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly Metrics: readonly MetricQuery[];
  readonly ComparisonOperator: ComparisonOperator;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number | undefined;
  readonly TreatMissingData?: MissingData | undefined;
}

/** The period of all series of an alarm, in seconds. */
export function periodOf({ AlarmName, Metrics }: Pick<MetricAlarm, 'AlarmName' | 'Metrics'>): number {
  const [first, ...others] = Metrics.flatMap(({ MetricStat }) => MetricStat?.Period ?? []);
  if (first === undefined || others.some((period) => period !== first))
    throw new RangeError(`alarm ${AlarmName}: expected metrics that have one period`);
  return first;
}
