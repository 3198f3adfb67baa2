import type { ClustersFile } from '../../shared/model/cluster-config.ts';
import { type MetricName, metricNamespace, relaySilentAfterMinutes } from '../../shared/model/metrics.ts';
import type { Alarm, Series } from './alarm.ts';

/** Above it there is one alarm for ten clusters: a stack has at most 500 resources. */
const maxClustersAlone = 100;
const clustersOfAlarm = 10;

const minute = 60;

/** All alarms of a stack. `prefix` begins the names of its queues and functions. */
export function alarmsOf({ clusters }: ClustersFile, prefix: string): readonly Alarm[] {
  const own = (metric: MetricName, statistic: Series['statistic'], more = {}): Series => ({
    namespace: metricNamespace,
    metric,
    dimensions: { service: prefix, ...more },
    statistic,
  });
  const sweepSeconds = Math.max(...clusters.map(({ sweep }) => sweep.everyMinutes)) * minute;
  // CloudWatch evaluates each minute, on periods that end then: two sweeps in a row would be in two periods.
  const lasting = { periodSeconds: Math.max(20 * minute, 2 * sweepSeconds), periods: 3 };
  return [
    ...relaySilent(
      clusters.map(({ name }) => name),
      (cluster) => own('RelayHeartbeat', 'Sum', { cluster }),
    ),
    {
      id: 'registration-lag',
      meaning: 'One in ten pods was registered more than a minute after it became ready.',
      series: { lag: own('RegistrationLag', 'p90') },
      ...{ expression: 'FILL(lag, 0)', comparison: 'GreaterThanThreshold', threshold: 60_000 },
      ...{ periodSeconds: 5 * minute, periods: 3, withoutData: 'notBreaching' },
    },
    {
      id: 'queue-age',
      meaning: 'Messages about pods or mesh objects wait for more than 15 minutes.',
      series: {
        pods: queue(prefix, 'pods.fifo', 'ApproximateAgeOfOldestMessage'),
        mesh: queue(prefix, 'mesh.fifo', 'ApproximateAgeOfOldestMessage'),
      },
      expression: 'MAX([FILL(pods, 0), FILL(mesh, 0)])',
      ...{ comparison: 'GreaterThanThreshold', threshold: 15 * minute },
      ...{ periodSeconds: 5 * minute, periods: 3, withoutData: 'notBreaching' },
    },
    {
      id: 'dead-letters',
      meaning: 'Messages could not be processed, or events not delivered: something needs a person.',
      series: {
        pods: queue(prefix, 'pods-dead-letters.fifo', 'ApproximateNumberOfMessagesVisible'),
        mesh: queue(prefix, 'mesh-dead-letters.fifo', 'ApproximateNumberOfMessagesVisible'),
        entries: queue(prefix, 'service-entries-dead-letters.fifo', 'ApproximateNumberOfMessagesVisible'),
        events: queue(prefix, 'undelivered-events', 'ApproximateNumberOfMessagesVisible'),
      },
      expression: 'FILL(pods, 0) + FILL(mesh, 0) + FILL(entries, 0) + FILL(events, 0)',
      ...{ comparison: 'GreaterThanThreshold', threshold: 0 },
      ...{ periodSeconds: 5 * minute, periods: 1, withoutData: 'notBreaching' },
    },
    {
      id: 'drift-not-shrinking',
      meaning: 'Sweeps find the same differences again and again: their repairs have no effect.',
      series: { persisting: own('DriftPersisting', 'Sum') },
      ...{ expression: 'FILL(persisting, 0)', comparison: 'GreaterThanThreshold', threshold: 0 },
      ...{ ...lasting, withoutData: 'notBreaching' },
    },
    {
      id: 'deletions-refused',
      meaning:
        'Deletions were refused for an hour: over the cap, on an incomplete listing, or of a kind that is not served.',
      series: {
        sweeps: own('SweepDeletionsRefused', 'Sum'),
        entries: own('EntryDeletionsRefused', 'Sum'),
      },
      ...{
        expression: 'FILL(sweeps, 0) + FILL(entries, 0)',
        comparison: 'GreaterThanThreshold',
        threshold: 0,
      },
      ...{ ...lasting, withoutData: 'notBreaching' },
    },
    {
      id: 'throttling',
      meaning: 'AWS throttles many calls of Cloud Map.',
      series: { throttles: own('CloudMapThrottles', 'Sum') },
      ...{ expression: 'FILL(throttles, 0)', comparison: 'GreaterThanThreshold', threshold: 50 },
      ...{ periodSeconds: 5 * minute, periods: 3, withoutData: 'notBreaching' },
    },
    {
      id: 'service-nearly-full',
      meaning: 'A Cloud Map service has 900 instances or more. It can have 1,000.',
      series: { instances: own('FullestServiceInstances', 'Maximum') },
      ...{ expression: 'FILL(instances, 0)', comparison: 'GreaterThanOrEqualToThreshold', threshold: 900 },
      ...{ periodSeconds: Math.max(15 * minute, 2 * sweepSeconds), periods: 1, withoutData: 'notBreaching' },
    },
    {
      id: 'forged-events',
      meaning: 'Events were refused because their sender may not send them.',
      series: { forged: own('ForgedEvents', 'Sum') },
      ...{ expression: 'FILL(forged, 0)', comparison: 'GreaterThanThreshold', threshold: 0 },
      ...{ periodSeconds: 5 * minute, periods: 1, withoutData: 'notBreaching' },
    },
    {
      id: 'function-errors',
      meaning: 'A function failed as a whole: it crashed, timed out or could not start.',
      series: {
        pods: invocations(prefix, 'sync-pods', 'Errors'),
        mesh: invocations(prefix, 'reconcile-mesh', 'Errors'),
        entries: invocations(prefix, 'sync-service-entries', 'Errors'),
        sweep: invocations(prefix, 'sweep', 'Errors'),
      },
      expression: 'FILL(pods, 0) + FILL(mesh, 0) + FILL(entries, 0) + FILL(sweep, 0)',
      ...{ comparison: 'GreaterThanThreshold', threshold: 0 },
      // A sweep that fails every five minutes is in each period of ten.
      ...{ periodSeconds: 10 * minute, periods: 2, withoutData: 'notBreaching' },
    },
    {
      id: 'sweep-not-running',
      meaning: 'No sweep has ended without an error for three intervals: drift is not found.',
      series: {
        runs: invocations(prefix, 'sweep', 'Invocations'),
        errors: invocations(prefix, 'sweep', 'Errors'),
      },
      expression: 'FILL(runs, 0) - FILL(errors, 0)',
      ...{ comparison: 'LessThanThreshold', threshold: 1 },
      ...{ periodSeconds: Math.max(5 * minute, sweepSeconds), periods: 3, withoutData: 'breaching' },
    },
  ];
}

function relaySilent(clusters: readonly string[], heartbeat: (cluster: string) => Series): readonly Alarm[] {
  const size = clusters.length > maxClustersAlone ? clustersOfAlarm : 1;
  const groups = Array.from({ length: Math.ceil(clusters.length / size) }, (_, index) =>
    clusters.slice(index * size, (index + 1) * size),
  );
  return groups.map((some) => {
    const series = Object.fromEntries(
      some.map((cluster, index) => [`beats${index + 1}`, heartbeat(cluster)]),
    );
    const filled = Object.keys(series).map((name) => `FILL(${name}, 0)`);
    return {
      id: 'relay-silent',
      of: some.join(', '),
      meaning: `Nothing was received from the relay of cluster ${some.join(' or ')} for ${relaySilentAfterMinutes} minutes.`,
      series,
      expression: filled.length === 1 ? (filled[0] ?? '') : `MIN([${filled.join(', ')}])`,
      ...{ comparison: 'LessThanThreshold', threshold: 1 },
      ...{ periodSeconds: 5 * minute, periods: relaySilentAfterMinutes / 5, withoutData: 'breaching' },
    };
  });
}

function queue(prefix: string, name: string, metric: string): Series {
  const dimensions = { QueueName: `${prefix}-${name}` };
  return { namespace: 'AWS/SQS', metric, dimensions, statistic: 'Maximum' };
}

function invocations(prefix: string, name: string, metric: 'Errors' | 'Invocations'): Series {
  return {
    namespace: 'AWS/Lambda',
    metric,
    dimensions: { FunctionName: `${prefix}-${name}` },
    statistic: 'Sum',
  };
}
