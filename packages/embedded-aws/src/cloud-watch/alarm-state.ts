import type { ComparisonOperator, MetricAlarm } from './metric-alarm.ts';
import type { PeriodValue } from './metric-math.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

type Rule = Pick<
  MetricAlarm,
  'ComparisonOperator' | 'Threshold' | 'EvaluationPeriods' | 'DatapointsToAlarm' | 'TreatMissingData'
>;

/** CloudWatch reads some periods more than it evaluates, for older datapoints in place of missing ones. */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + Math.max(2, Math.ceil(evaluationPeriods / 5));
}

/**
 * The state of an alarm by the datapoints of its evaluation range, the oldest first, as CloudWatch's user guide has it ("How alarm
 * state is evaluated when data is missing"): with enough datapoints the newest count, however old; otherwise the missing ones are
 * filled in. `current`: the state up to now.
 */
export function alarmState(rule: Rule, datapoints: readonly PeriodValue[], current: StateValue): StateValue {
  const { EvaluationPeriods: periods, DatapointsToAlarm: needed = periods } = rule;
  const existing = datapoints.filter((value) => value !== undefined).slice(-periods);
  const breaching = existing.filter((value) => breaches(rule, value)).length;
  const missing = periods - existing.length;
  const treatment = missing === 0 ? 'notBreaching' : (rule.TreatMissingData ?? 'missing');
  if (breaching >= needed) return 'ALARM';
  if (treatment === 'notBreaching') return 'OK';
  if (treatment === 'breaching') return breaching + missing >= needed ? 'ALARM' : 'OK';
  if (treatment === 'ignore') return breaching < existing.length ? 'OK' : current;
  if (existing.length === 0) return 'INSUFFICIENT_DATA';
  return onlyBreaching(rule, datapoints, needed) ? 'ALARM' : 'OK';
}

/** Whether the oldest breaching datapoint is as old as the datapoints to alarm, and all since are breaching or missing. */
function onlyBreaching(rule: Rule, datapoints: readonly PeriodValue[], needed: number): boolean {
  const evaluated = datapoints.slice(-rule.EvaluationPeriods);
  const oldest = evaluated.findIndex((value) => value !== undefined);
  const isOld = oldest >= 0 && evaluated.length - oldest >= needed;
  return isOld && datapoints.every((value) => value === undefined || breaches(rule, value));
}

export function breaches({ ComparisonOperator, Threshold }: Rule, value: number): boolean {
  return comparisons[ComparisonOperator](value, Threshold);
}

const comparisons: Readonly<Record<ComparisonOperator, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
