import { describe, expect, it } from 'vitest';
import { embeddedMetrics } from '../../src/cloud-watch/embedded-metrics.ts';

const line = (more: object, dimensions: readonly (readonly string[])[] = [['service']]) =>
  JSON.stringify({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        { Namespace: 'shop', Dimensions: dimensions, Metrics: [{ Name: 'Lag', Unit: 'Count' }] },
      ],
    },
    service: 'orders',
    ...more,
  });
const metric = { Namespace: 'shop', MetricName: 'Lag', Dimensions: [{ Name: 'service', Value: 'orders' }] };

describe('metrics in log lines', () => {
  it('are read with their dimensions and time, each value of several', () => {
    expect(embeddedMetrics(line({ Lag: 3 }))).toEqual([{ metric, value: 3, atMs: 1_000 }]);
    expect(embeddedMetrics(line({ Lag: [3, 4] })).map(({ value }) => value)).toEqual([3, 4]);
  });

  it('count once for each set of dimensions that the line has', () => {
    const sets = embeddedMetrics(
      line({ Lag: 1, region: 'eu' }, [['service'], ['service', 'region'], ['pod']]),
    );
    expect(sets.map(({ metric: { Dimensions = [] } }) => Dimensions.map(({ Name }) => Name))).toEqual([
      ['service'],
      ['service', 'region'],
    ]);
  });

  it.each([
    '',
    'START "CloudWatchMetrics"',
    '{"message":"\\"CloudWatchMetrics\\""}',
    '{"CloudWatchMetrics',
    line({ Lag: 'x' }),
  ])('are none in %j', (text) => {
    expect(embeddedMetrics(text)).toEqual([]);
  });
});
