import { describe, expect, it } from 'vitest';
import { createMetrics, exposition } from '../../relay/metrics.ts';

/** The samples of one metric, in the Prometheus text format. */
function samplesOf(metrics: ReturnType<typeof createMetrics>, name: string): readonly string[] {
  const prefix = `eks_mesh_sync_relay_${name}`;
  return exposition(metrics)
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => line.slice(prefix.length));
}

describe('the metrics of the relay', () => {
  it('have a type and a help each, and no sample before something happened', () => {
    const lines = exposition(createMetrics()).split('\n');
    const typed = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ').slice(2));
    expect(typed.map(([name, type]) => [name?.replace('eks_mesh_sync_relay_', ''), type])).toEqual([
      ['events_sent_total', 'counter'],
      ['event_failures_total', 'counter'],
      ['event_retries_total', 'counter'],
      ['events_coalesced_total', 'counter'],
      ['observations_unchanged_total', 'counter'],
      ['pending_events', 'gauge'],
      ['lag_seconds', 'histogram'],
      ['watch_restarts_total', 'counter'],
      ['listings_total', 'counter'],
      ['lease_held', 'gauge'],
      ['objects', 'gauge'],
    ]);
    for (const [index, [name]] of typed.entries()) {
      const help = lines.filter((line) => line.startsWith('# HELP '))[index];
      expect(help).toMatch(new RegExp(`^# HELP ${name} [A-Z].*\\.$`));
    }
    expect(lines.filter((line) => !line.startsWith('#') && !line.includes('lag_seconds'))).toEqual(['']);
  });

  it('count by label, and a gauge has the last value', () => {
    const metrics = createMetrics();
    metrics.sent.add({ type: 'Pod Changed' });
    metrics.sent.add({ type: 'Pod Changed' }, 2);
    metrics.sent.add({ type: 'Cluster Listed' });
    metrics.pending.set({}, 7);
    metrics.pending.set({}, 3);
    expect(samplesOf(metrics, 'events_sent_total')).toEqual([
      '{type="Pod Changed"} 3',
      '{type="Cluster Listed"} 1',
    ]);
    expect(samplesOf(metrics, 'pending_events')).toEqual([' 3']);
    expect([metrics.pending.get({}), metrics.sent.get({ type: 'none' })]).toEqual([3, 0]);
    metrics.sent.clear();
    expect(samplesOf(metrics, 'events_sent_total')).toEqual([]);
  });

  it('have several labels, whose values are escaped', () => {
    const metrics = createMetrics();
    metrics.watches.add({ kind: 'Pod', reason: 'a "b" \\ c\nd' });
    expect(samplesOf(metrics, 'watch_restarts_total')).toEqual([
      '{kind="Pod",reason="a \\"b\\" \\\\ c\\nd"} 1',
    ]);
  });

  it('count a lag in every bucket that it fits into', () => {
    const metrics = createMetrics();
    for (const seconds of [0.005, 2, 400]) metrics.lag.observe(seconds);
    const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1].map((bound) => `_bucket{le="${bound}"} 1`);
    const later = [2.5, 5, 10, 30, 60, 300].map((bound) => `_bucket{le="${bound}"} 2`);
    expect(samplesOf(metrics, 'lag_seconds')).toEqual([
      ...[...buckets, ...later, '_bucket{le="+Inf"} 3'],
      ...['_sum 402.005', '_count 3'],
    ]);
  });
});
