import { alarmState } from '@eks-mesh-sync/embedded-aws/cloud-watch/alarm-state.ts';
import { datapointsOf, type Published } from '@eks-mesh-sync/embedded-aws/cloud-watch/datapoints.ts';
import type { Alarm } from '../../../deploy/alarms/alarm.ts';
import { alarmProperties } from '../../../deploy/alarms/alarm-resources.ts';

/** One published value of a metric. */
export interface Sample {
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly atMs: number;
}

/** The times, by the minute, at which the alarm is in ALARM: CloudWatch evaluates an alarm each minute. */
export function alarmMinutes(
  alarm: Alarm,
  samples: readonly Sample[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly number[] {
  const properties = alarmProperties(alarm, 'prefix');
  const published = publishedOf(samples);
  const minutes: number[] = [];
  for (let untilMs = fromMs; untilMs <= toMs; untilMs += 60_000) {
    const datapoints = datapointsOf(properties, published, { untilMs, count: alarm.periods });
    if (alarmState(properties, datapoints, 'OK') === 'ALARM') minutes.push((untilMs - fromMs) / 60_000);
  }
  return minutes;
}

/** A metric without samples in a period was published earlier. */
function publishedOf(samples: readonly Sample[]): Published {
  return {
    values: ({ MetricName, Dimensions = [] }, fromMs, toMs) =>
      samples
        .filter(
          ({ metric, dimensions, atMs }) =>
            metric === MetricName &&
            atMs >= fromMs &&
            atMs < toMs &&
            Object.keys(dimensions).length === Dimensions.length &&
            Dimensions.every(({ Name, Value }) => dimensions[Name] === Value),
        )
        .map(({ value }) => value),
  };
}
