import { globSync, readFileSync } from 'node:fs';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { afterEach, expect, it, vi } from 'vitest';
import { createMetrics } from '../../shared/lambda/metrics.ts';

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

it('no metric has a dimension of its own, each value of which would be paid for as a metric', () => {
  const sources = globSync('{functions,shared}/**/*.ts').map((path) => readFileSync(path, 'utf8'));
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((source) => /\.addDimensions?\(/.test(source))).toEqual([]);
});
