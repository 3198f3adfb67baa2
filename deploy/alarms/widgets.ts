import { type MetricName, metricDimensions, metricNamespace } from '../../shared/model/metrics.ts';

/** A graph, titled by the question that it answers. */
export interface Widget {
  readonly question: string;
  readonly unit: string;
  readonly metrics: readonly {
    readonly namespace: string;
    readonly metric: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly statistic: string;
  }[];
  /** Metrics with a dimension, each value of which is a line. */
  readonly searches?: readonly {
    readonly metric: MetricName;
    readonly dimension: string;
    readonly service: string;
  }[];
}

/** In the order of an incident: are pods late, does anything arrive, is it handled, what refuses it, what is left over. */
export function widgetsOf(prefix: string): readonly Widget[] {
  const own = (statistic: string, ...names: readonly MetricName[]) =>
    names.map((metric) => ({
      namespace: metricNamespace,
      metric,
      dimensions: { service: prefix },
      statistic,
    }));
  const by = (metric: keyof typeof metricDimensions) => [
    { metric, dimension: metricDimensions[metric], service: prefix },
  ];
  const queues = (metric: string, ...names: readonly string[]) =>
    names.map((name) => ({
      ...{ namespace: 'AWS/SQS', metric, statistic: 'Maximum' },
      dimensions: { QueueName: `${prefix}-${name}` },
    }));
  const functions = (metric: string, statistic: string) =>
    ['sync-pods', 'reconcile-mesh', 'sync-service-entries', 'sweep'].map((name) => ({
      ...{ namespace: 'AWS/Lambda', metric, statistic },
      dimensions: { FunctionName: `${prefix}-${name}` },
    }));
  return [
    {
      question: 'How long until a ready pod is registered, and an unready one deregistered?',
      unit: 'ms',
      metrics: [...own('p50', 'RegistrationLag'), ...own('p90', 'RegistrationLag', 'DeregistrationLag')],
    },
    { question: 'Do the relays send?', unit: 'listings', metrics: [], searches: by('RelayHeartbeat') },
    {
      question: 'Do messages wait?',
      unit: 'seconds',
      metrics: queues('ApproximateAgeOfOldestMessage', 'pods.fifo', 'mesh.fifo', 'service-entries.fifo'),
    },
    { question: 'Do the functions fail?', unit: 'errors', metrics: functions('Errors', 'Sum') },
    {
      question: 'What does Cloud Map accept?',
      unit: 'calls',
      metrics: own('Sum', 'RegisterAccepted', 'DeregisterAccepted', 'HealthAccepted'),
    },
    {
      question: 'What does Cloud Map not accept?',
      unit: 'calls',
      metrics: own(
        'Sum',
        ...(['RegisterFailed', 'DeregisterFailed', 'HealthFailed'] as const),
        ...(['RegisterThrottled', 'DeregisterThrottled', 'HealthThrottled', 'CloudMapThrottles'] as const),
      ),
    },
    {
      question: 'Which pods and objects are refused?',
      unit: 'pods or objects',
      metrics: own('Sum', 'OversizedObjects'),
      searches: by('Refusals'),
    },
    {
      question: 'Which messages need a person?',
      unit: 'messages',
      metrics: [
        ...queues(
          'ApproximateNumberOfMessagesVisible',
          ...['pods-dead-letters.fifo', 'mesh-dead-letters.fifo'],
          ...['service-entries-dead-letters.fifo', 'undelivered-events'],
        ),
        ...own('Sum', 'MessagesDeadLettered', 'MessageRetried', 'ForgedEvents', 'MisroutedMessages'),
      ],
    },
    { question: 'What do sweeps find?', unit: 'findings', metrics: [], searches: by('SweepFindings') },
    {
      question: 'Does the drift shrink?',
      unit: 'findings',
      metrics: own('Sum', 'SweepRepairs', 'DriftPersisting'),
    },
    {
      question: 'Which deletions are refused?',
      unit: 'deletions',
      metrics: own('Sum', 'SweepDeletionsRefused', 'ListingRefused', 'EntryDeletionsRefused'),
    },
    {
      question: 'How full is the fullest service?',
      unit: 'instances',
      metrics: own('Maximum', 'FullestServiceInstances'),
    },
    {
      question: 'Are ServiceEntries in sync?',
      unit: 'entries',
      metrics: own('Sum', 'EntryFindings'),
    },
    { question: 'How long do the functions run?', unit: 'ms', metrics: functions('Duration', 'p90') },
    { question: 'How often do they run?', unit: 'invocations', metrics: functions('Invocations', 'Sum') },
  ];
}
