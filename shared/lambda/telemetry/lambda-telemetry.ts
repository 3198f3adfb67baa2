import { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Change } from '../../model/journey.ts';
import { type MetricName, metricDimensions, metricUnits } from '../../model/metrics.ts';
import type { LogFields, Telemetry } from '../../ports/telemetry.ts';
import { currentChange } from './current-change.ts';

const dimensions: Readonly<Partial<Record<MetricName, string>>> = metricDimensions;

/** The telemetry of a function. Its lines lack the fields of Lambda's context, which would be most of their size. */
export function lambdaTelemetry(metrics: Metrics, logger = new Logger()): Telemetry {
  return {
    change: currentChange,
    log: (message, fields = {}) => logger.info(message, { ...idsOf(currentChange()), ...fields }),
    count: (metric, value = 1, dimension = undefined) => count(metrics, metric, value, dimension),
  };
}

/** The fields by which the log lines of a change are found. */
export function idsOf(change: Change | undefined): LogFields {
  if (change === undefined) return {};
  const { correlationId, run } = change;
  return { correlationId, ...(run !== undefined && { run }) };
}

function count(metrics: Metrics, metric: MetricName, value: number, dimension: string | undefined): void {
  const name = dimensions[metric];
  const unit = metricUnits[metric];
  if (name === undefined || dimension === undefined) metrics.addMetric(metric, unit, value);
  else metrics.singleMetric().addDimension(name, dimension).addMetric(metric, unit, value);
}
