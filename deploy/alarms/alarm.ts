/** One time series of an alarm: a metric with its dimensions and statistic. */
export interface Series {
  readonly namespace: 'eks-mesh-sync' | 'AWS/SQS' | 'AWS/Lambda';
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Maximum' | 'p90';
}

/**
 * An alarm. Most metrics are not sent while there is nothing to count, and CloudWatch takes older data, from before
 * the evaluated periods, in place of data that is missing. So each expression says itself what a period without data counts as (`FILL`).
 */
export interface Alarm {
  /** The name after the stack's, and the name of the runbook: docs/runbooks/<id>.md. */
  readonly id: string;
  /** Distinguishes the alarms of several clusters. */
  readonly of?: string | undefined;
  readonly meaning: string;
  /** By the name that the expression gives each. */
  readonly series: Readonly<Record<string, Series>>;
  readonly expression: string;
  readonly comparison: 'GreaterThanThreshold' | 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  readonly periodSeconds: number;
  /** All of so many periods in a row must breach. */
  readonly periods: number;
  /** If the metric has never been sent, or not for weeks. */
  readonly withoutData: 'breaching' | 'notBreaching';
}
