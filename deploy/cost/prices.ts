/** AWS's list prices in US dollars, Region us-east-1, without free tiers and savings plans. */
export const pricesAsOf = 'November 2026';

export const prices = {
  /** Custom events, 64 KB each; a scheduled rule costs nothing. https://aws.amazon.com/eventbridge/pricing/ */
  eventBridge: { perMillionEvents: 1 },
  /** FIFO; 64 KB of a message are a request. https://aws.amazon.com/sqs/pricing/ */
  sqs: { perMillionRequests: 0.5 },
  /** arm64. https://aws.amazon.com/lambda/pricing/ */
  lambda: { perMillionInvocations: 0.2, perMillionGigabyteSeconds: 13.3334 },
  /** On demand; point-in-time recovery beside the storage. https://aws.amazon.com/dynamodb/pricing/on-demand/ */
  dynamoDb: { perMillionWriteUnits: 0.625, perMillionReadUnits: 0.125, perGigabyte: 0.25 + 0.2 },
  /** https://aws.amazon.com/kms/pricing/ */
  kms: { perKey: 1, perMillionRequests: 3 },
  /** Logs, and custom metrics. https://aws.amazon.com/cloudwatch/pricing/ */
  cloudWatch: { perGigabyte: 0.5, perMetric: 0.3, perAlarmMetric: 0.1 },
  /** https://aws.amazon.com/xray/pricing/ */
  xRay: { perMillionTraces: 5 },
  /** Registered resources, and calls of DiscoverInstances. https://aws.amazon.com/cloud-map/pricing/ */
  cloudMap: { perResource: 0.1, perMillionDiscoveries: 1 },
  /** A DNS namespace is a hosted zone. https://aws.amazon.com/route53/pricing/ */
  route53: { perHostedZone: 0.5 },
} as const;
