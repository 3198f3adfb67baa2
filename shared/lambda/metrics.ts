import { Metrics } from '@aws-lambda-powertools/metrics';

/**
 * The metrics of a function, sent by its log. Each name costs as much a month as 600,000 messages do, and so much again
 * for each value of a dimension: there are a few, none with a cluster or another name, and none of what Lambda and SQS
 * count without charge (invocations, durations, messages). One that has nothing to count is not sent.
 */
export function createMetrics(): Metrics {
  return new Metrics({ namespace: 'eks-mesh-sync', logger: { ...console, warn } });
}

/** To have nothing to send is the rule here. */
function warn(text: string, ...more: readonly unknown[]): void {
  if (!text.startsWith('No application metrics to publish')) console.warn(text, ...more);
}
