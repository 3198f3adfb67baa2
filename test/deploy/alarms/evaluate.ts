import type { Alarm, Series } from '../../../deploy/alarms/alarm.ts';

/** One published value of a metric. */
export interface Sample {
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atMs: number;
}

export type State = 'OK' | 'ALARM';

/**
 * The state of an alarm at a time, as CloudWatch computes it for its kind: the series are aggregated by period, the expression
 * fills in what is missing, and all of the last periods must breach. Periods are whole; the current one is not evaluated.
 */
function stateAt(alarm: Alarm, samples: readonly Sample[], atMs: number): State {
  const periodMs = alarm.periodSeconds * 1000;
  const last = Math.floor(atMs / periodMs);
  const points = Array.from({ length: alarm.periods }, (_, index) =>
    pointAt(alarm, samples, (last - 1 - index) * periodMs, periodMs),
  );
  return points.every((value) => breaches(alarm, value)) ? 'ALARM' : 'OK';
}

/** The times, by the minute, at which the alarm is in ALARM. */
export function alarmMinutes(
  alarm: Alarm,
  samples: readonly Sample[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly number[] {
  const minutes: number[] = [];
  for (let atMs = fromMs; atMs <= toMs; atMs += 60_000)
    if (stateAt(alarm, samples, atMs) === 'ALARM') minutes.push((atMs - fromMs) / 60_000);
  return minutes;
}

function breaches({ comparison, threshold }: Alarm, value: number): boolean {
  if (comparison === 'LessThanThreshold') return value < threshold;
  return comparison === 'GreaterThanThreshold' ? value > threshold : value >= threshold;
}

function pointAt(alarm: Alarm, samples: readonly Sample[], fromMs: number, periodMs: number): number {
  const values = Object.entries(alarm.series).map(([name, series]) => [
    name,
    aggregate(
      series.statistic,
      samples
        .filter((sample) => isOf(sample, series) && sample.atMs >= fromMs && sample.atMs < fromMs + periodMs)
        .map(({ value }) => value),
    ),
  ]);
  return evaluate(alarm.expression, Object.fromEntries(values));
}

function isOf({ metric, dimensions }: Sample, series: Series): boolean {
  return (
    metric === series.metric &&
    JSON.stringify(Object.entries(dimensions).sort()) ===
      JSON.stringify(Object.entries(series.dimensions).sort())
  );
}

function aggregate(statistic: Series['statistic'], values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  if (statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  if (statistic === 'Maximum') return Math.max(...values);
  return [...values].sort((one, other) => one - other)[Math.ceil(values.length * 0.9) - 1];
}

/** The functions of metric math that the alarms use, for one period. */
function evaluate(expression: string, values: Readonly<Record<string, number | undefined>>): number {
  const math = {
    FILL: (value: number | undefined, filling: number) => value ?? filling,
    MIN: (all: readonly number[]) => Math.min(...all),
    MAX: (all: readonly number[]) => Math.max(...all),
  };
  const scope = { ...math, ...values };
  return new Function(...Object.keys(scope), `return ${expression};`)(...Object.values(scope)) as number;
}
