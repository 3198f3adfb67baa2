import type { FifoQueue } from '../sqs/fifo-queue.ts';
import type { Datum } from './metric-store.ts';

/** What SQS publishes of a queue, of which the alarms of a queue read these. */
export function queueMetrics(queue: FifoQueue, atMs: number): readonly Datum[] {
  const { counts, oldestSentAtMs } = queue;
  const Dimensions = [{ Name: 'QueueName', Value: queue.settings.name }];
  const datum = (MetricName: string, value: number): Datum => ({
    metric: { Namespace: 'AWS/SQS', MetricName, Dimensions },
    value,
    atMs,
  });
  return [
    datum('ApproximateNumberOfMessagesVisible', counts.visible),
    datum('ApproximateNumberOfMessagesNotVisible', counts.inFlight),
    datum(
      'ApproximateAgeOfOldestMessage',
      oldestSentAtMs === undefined ? 0 : Math.max(0, atMs - oldestSentAtMs) / 1000,
    ),
  ];
}
