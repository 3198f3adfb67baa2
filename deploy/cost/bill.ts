import { prices } from './prices.ts';
import {
  alarmMetrics,
  entries,
  gigabytes,
  idleReceives,
  keyRequests,
  latency,
  listing,
  logBytesPerInvocation,
  metricsOfCluster,
  podEvent,
  steadyMetrics,
  storedBytesPerPod,
  sweep,
} from './usage.ts';

/** The load of a month. */
export interface Load {
  readonly clusters: number;
  readonly pods: number;
  readonly events: number;
  readonly services: number;
  /** DNS namespaces of Cloud Map. */
  readonly namespaces: number;
  readonly sweepEveryMinutes: number;
  /** Cloud Map services that are imported as ServiceEntries, by all clusters together; 0: no cluster has ServiceEntries. */
  readonly importedServices: number;
  /** Changes of them that are notified: registrations, deregistrations, health. */
  readonly importedChanges: number;
  readonly entriesEveryMinutes: number;
  readonly tracing: boolean;
}

export interface Line {
  readonly service: string;
  readonly what: string;
  readonly quantity: number;
  readonly dollars: number;
}

export interface Bill {
  /** The costs of this system. */
  readonly lines: readonly Line[];
  /** The costs of the instances on AWS, regardless of who registers them. */
  readonly cloudMapItself: readonly Line[];
}

const minutes = 30 * 24 * 60;
const million = 1_000_000;
const gigabyte = 1024 ** 3;

/** The bill of a month of 30 days, line by line. Every message counts as a separate invocation. */
export function billOf(load: Load): Bill {
  const traffic = trafficOf(load);
  return {
    lines: [
      ...messaging(traffic),
      ...functions(load, traffic),
      ...table(load, traffic),
      ...observation(load, traffic),
      line(
        'Cloud Map',
        'DiscoverInstances of sweeps',
        traffic.discoveries,
        prices.cloudMap.perMillionDiscoveries / million,
      ),
      ...serviceEntries(load),
    ],
    cloudMapItself: [
      line('Cloud Map', 'registered instances', load.pods, prices.cloudMap.perResource),
      line('Route 53', 'hosted zones of DNS namespaces', load.namespaces, prices.route53.perHostedZone),
    ],
  };
}

export function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}

interface Traffic {
  readonly messages: number;
  readonly busEvents: number;
  readonly sweeps: number;
  readonly listings: number;
  readonly parts: number;
  readonly discoveries: number;
}

function trafficOf({ clusters, pods, events, services, sweepEveryMinutes }: Load): Traffic {
  const sweeps = (clusters * minutes) / sweepEveryMinutes;
  const listings = minutes / listing.everyMinutes;
  const podParts = Math.max(clusters, Math.ceil(pods / listing.podsPerEvent));
  const parts = listings * (podParts + clusters * listing.otherKinds);
  const listedChunks = Math.ceil((Math.min(pods, listing.podsPerEvent) * listing.bytesPerPod) / (64 * 1024));
  return {
    messages: events + parts,
    busEvents: events + parts * listedChunks,
    sweeps,
    listings,
    parts,
    // Each sweep reads the services of its own cluster.
    discoveries: (minutes / sweepEveryMinutes) * services,
  };
}

function messaging({ messages, busEvents }: Traffic): Line[] {
  const { queues, pollers, seconds } = idleReceives;
  const polls = (queues * pollers * minutes * 60) / seconds;
  const perRequest = prices.sqs.perMillionRequests / million;
  return [
    line(
      'EventBridge',
      'events, in chunks of 64 KB',
      busEvents,
      prices.eventBridge.perMillionEvents / million,
    ),
    line('SQS', 'messages sent, received, deleted', 3 * messages, perRequest),
    line('SQS', 'empty receives', polls, perRequest),
    line('KMS', 'the key of the queues', 1, prices.kms.perKey),
    line(
      'KMS',
      'data keys of the queues',
      (keyRequests.queues * keyRequests.perFiveMinutes * minutes) / 5,
      prices.kms.perMillionRequests / million,
    ),
  ];
}

function functions({ pods, services, clusters }: Load, { messages, sweeps }: Traffic): Line[] {
  const { readUnits, writeUnits, cloudMapCalls } = podEvent;
  const secondsOfMessage =
    latency.invocation + (readUnits + writeUnits) * latency.dynamoDb + cloudMapCalls * latency.cloudMap;
  // A page of 1 MB takes as long as ten small reads; a service is discovered, and its instances are listed if they changed.
  const pages = ((pods / clusters) * sweep.readUnitsPerPod) / 256;
  const secondsOfSweep =
    1 + pages * 10 * latency.dynamoDb + (services / clusters) * (latency.discovery + latency.dynamoDb);
  const seconds =
    messages * secondsOfMessage * gigabytes.queueFunction + sweeps * secondsOfSweep * gigabytes.sweep;
  const { perMillionInvocations, perMillionGigabyteSeconds } = prices.lambda;
  return [
    line('Lambda', 'invocations', messages + sweeps, perMillionInvocations / million),
    line('Lambda', 'GB-seconds', seconds, perMillionGigabyteSeconds / million),
  ];
}

function table({ pods, events, clusters }: Load, { sweeps, listings, parts }: Traffic): Line[] {
  const { perMillionReadUnits, perMillionWriteUnits, perGigabyte } = prices.dynamoDb;
  const podsOfCluster = pods / clusters;
  const reads = [
    ['reads for events', events * podEvent.readUnits],
    ['reads of sweeps', sweeps * (sweep.readUnits + podsOfCluster * sweep.readUnitsPerPod)],
    ["reads for the relays' listings", parts * listing.readUnits + listings * pods * listing.readUnitsPerPod],
  ] as const;
  const writes = events * podEvent.writeUnits + sweeps * sweep.writeUnits;
  return [
    line('DynamoDB', 'write units', writes, perMillionWriteUnits / million),
    ...reads.map(([what, units]) => line('DynamoDB', what, units, perMillionReadUnits / million)),
    line('DynamoDB', 'GB stored and backed up', (pods * storedBytesPerPod) / gigabyte, perGigabyte),
  ];
}

/**
 * ServiceEntries: a comparison reads the revision of each service, which is taken to cost as much as DiscoverInstances; a
 * notified change is read some times until it is seen.
 */
function serviceEntries(load: Load): Line[] {
  const { importedServices: services, importedChanges: changes, entriesEveryMinutes, clusters } = load;
  if (services === 0) return [];
  const comparisons = (clusters * minutes) / entriesEveryMinutes;
  const { checks, invocationsPerCheck, requestsPerCheck, bytesPerService, concurrentReads } = entries;
  const invocations = comparisons + changes * (1 + checks * invocationsPerCheck);
  const secondsOfComparison =
    4 * latency.cloudMap + (services / clusters / concurrentReads) * latency.discovery;
  const seconds =
    comparisons * secondsOfComparison + changes * checks * (latency.invocation + latency.discovery);
  const reads = comparisons * (3 + (services / clusters) * (bytesPerService / 4096)) + changes * checks * 2;
  const { queues, pollers, seconds: pollSeconds } = { ...idleReceives, queues: 1 };
  const polls = (queues * pollers * minutes * 60) / pollSeconds;
  const requests = 3 * comparisons + changes * (3 + checks * requestsPerCheck) + polls;
  const discoveries = comparisons * (services / clusters) + changes * checks;
  const perDiscovery = prices.cloudMap.perMillionDiscoveries / million;
  const { perMillionInvocations, perMillionGigabyteSeconds } = prices.lambda;
  return [
    line('Cloud Map', 'revisions and instances of ServiceEntries', discoveries, perDiscovery),
    line('Lambda', 'invocations for ServiceEntries', invocations, perMillionInvocations / million),
    line(
      'Lambda',
      'GB-seconds for ServiceEntries',
      seconds * gigabytes.queueFunction,
      perMillionGigabyteSeconds / million,
    ),
    line('SQS', 'requests for ServiceEntries', requests, prices.sqs.perMillionRequests / million),
    line('DynamoDB', 'reads for ServiceEntries', reads, prices.dynamoDb.perMillionReadUnits / million),
    line(
      'KMS',
      "data keys of the ServiceEntries' queue",
      (keyRequests.perFiveMinutes * minutes) / 5,
      prices.kms.perMillionRequests / million,
    ),
  ];
}

function observation({ tracing, clusters }: Load, { messages, sweeps }: Traffic): Line[] {
  const invocations = messages + sweeps;
  const { perGigabyte, perMetric, perAlarmMetric } = prices.cloudWatch;
  return [
    line('CloudWatch', 'GB of logs', (invocations * logBytesPerInvocation) / gigabyte, perGigabyte),
    line('CloudWatch', 'metrics', steadyMetrics + clusters * metricsOfCluster, perMetric),
    line('CloudWatch', 'alarms', alarmMetrics + clusters, perAlarmMetric),
    ...(tracing ? [line('X-Ray', 'traces', invocations, prices.xRay.perMillionTraces / million)] : []),
  ];
}

function line(service: string, what: string, quantity: number, price: number): Line {
  return { service, what, quantity, dollars: quantity * price };
}
