import { Metrics } from '@aws-lambda-powertools/metrics';

/**
 * The metrics of a function, sent through its log. Each name costs as much a month as 600,000 messages, and again as
 * much for each value of a dimension. So there are few, none with a cluster or another name, and none that Lambda and
 * SQS count free of charge (invocations, durations, messages). A metric with nothing to count is not sent.
 */
export function createMetrics(): Metrics {
  return new Metrics({ namespace: 'eks-mesh-sync', logger: { ...console, warn } });
}

/** Having nothing to send is normal here. */
function warn(text: string, ...more: readonly unknown[]): void {
  if (!text.startsWith('No application metrics to publish')) console.warn(text, ...more);
}
