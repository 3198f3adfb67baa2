import { globSync, readFileSync } from 'node:fs';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { afterEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../../shared/lambda/telemetry/metrics.ts';
import { metricDimensions } from '../../shared/model/metrics.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('an invocation that counted nothing writes nothing into the log', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const metrics = createMetrics();
  const written = vi.spyOn(metrics['console' as never] as Console, 'log').mockImplementation(() => {});
  metrics.publishStoredMetrics();
  expect(written).not.toHaveBeenCalled();
  expect(warned).not.toHaveBeenCalled();
  metrics.addMetric('Counted', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
  expect(written).toHaveBeenCalledWith(expect.stringContaining('"Counted":1'));
});

it('a fault in the use of metrics is reported', () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  createMetrics().addDimension('empty', '');
  expect(warned).toHaveBeenCalledWith(expect.stringContaining('empty'));
});

it('only one place gives a metric a dimension, each value of which is paid for as a metric', () => {
  const paths = globSync('{functions,shared}/**/*.ts');
  expect(paths.length).toBeGreaterThan(100);
  expect(paths.filter((path) => /\.addDimensions?\(/.test(readFileSync(path, 'utf8')))).toEqual([
    'shared/lambda/telemetry/lambda-telemetry.ts',
  ]);
  expect(metricDimensions).toEqual({ Refusals: 'reason', SweepFindings: 'kind', RelayHeartbeat: 'cluster' });
});
