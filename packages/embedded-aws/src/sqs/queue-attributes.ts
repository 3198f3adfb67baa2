import { arn } from '../account.ts';
import { invalidAttributeName } from './errors.ts';
import type { FifoQueue } from './fifo-queue.ts';
import { maximumBytes } from './send.ts';

/** GetQueueAttributes; all values are text. */
export function queueAttributes(queue: FifoQueue, names: readonly unknown[]): Record<string, string> {
  const attributes = allAttributes(queue);
  if (names.includes('All')) return attributes;
  const unknown = names.find((name) => !known.has(String(name)));
  if (unknown !== undefined) throw invalidAttributeName(unknown);
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)));
}

function allAttributes(queue: FifoQueue): Record<string, string> {
  const { settings, counts, createdAtMs } = queue;
  const created = String(Math.floor(createdAtMs / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: '0',
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MaximumMessageSize: String(maximumBytes),
    MessageRetentionPeriod: '1209600',
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'false',
    FifoQueue: 'true',
    ContentBasedDeduplication: String(settings.contentBasedDeduplication),
    DeduplicationScope: settings.deduplicationScope,
    FifoThroughputLimit: settings.fifoThroughputLimit,
    ...(settings.redrive && { RedrivePolicy: redrivePolicy(settings.redrive) }),
  };
}

function redrivePolicy(redrive: NonNullable<FifoQueue['settings']['redrive']>): string {
  const { deadLetterQueue, maxReceiveCount } = redrive;
  return JSON.stringify({ deadLetterTargetArn: arn('sqs', deadLetterQueue), maxReceiveCount });
}

/** The enumeration QueueAttributeName of the service model. */
const known = new Set([
  'Policy',
  'VisibilityTimeout',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
  'ApproximateNumberOfMessagesDelayed',
  'DelaySeconds',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'FifoQueue',
  'ContentBasedDeduplication',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
]);
