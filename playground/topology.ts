import type {
  FunctionDescription,
  MappingDescription,
  QueueDescription,
  QueueSchedule,
  RuleDescription,
  Topology,
} from '@eks-mesh-sync/embedded-aws/topology.ts';
import { pollInput } from '../deploy/schedules/entry-schedules.ts';
import { cloudMapCallGroup, cloudMapCalls } from '../shared/model/events/cloud-map-call.ts';
import { detailTypes, relaySource } from '../shared/model/events/event.ts';

const prefix = 'eks-mesh-sync-local';

/** Settings of the two functions that compare a whole cluster. */
const sweeping = { timeoutSeconds: 900, memoryMegabytes: 1769 };

export const podsQueue = `${prefix}-pods.fifo`;
const queueUrls = { PODS_QUEUE_URL: podsQueue, MESH_QUEUE_URL: `${prefix}-mesh.fifo` };
/** Nothing is undelivered here, so there is no queue for it. */
const deadLetterUrls = {
  PODS_DEAD_LETTER_QUEUE_URL: `${prefix}-pods-dead-letters.fifo`,
  MESH_DEAD_LETTER_QUEUE_URL: `${prefix}-mesh-dead-letters.fifo`,
  ENTRIES_DEAD_LETTER_QUEUE_URL: `${prefix}-service-entries-dead-letters.fifo`,
};
const entriesQueue = `${prefix}-service-entries.fifo`;
const urlsWithEntries = { ...queueUrls, ENTRIES_QUEUE_URL: entriesQueue };

/** What `npm start` runs: the deployment of a stage named local, with a concurrency that suits a laptop. */
export const playground: Topology = {
  eventBus: prefix,
  table: prefix,
  // On AWS it takes from seconds to minutes.
  cloudTrail: { deliveredAfterMs: 250 },
  queues: [
    ...queueWithDeadLetters('pods', 35),
    ...queueWithDeadLetters('mesh', 65),
    ...queueWithDeadLetters('service-entries', 65),
  ],
  rules: [
    rule('pods', [detailTypes.podChanged]),
    rule('mesh', [detailTypes.clusterObjectChanged, detailTypes.clusterListed]),
    cloudMapCallsRule(),
  ],
  functions: [
    { ...functionOf('sync-pods', 4), timeoutSeconds: 30, queueUrls: urlsWithEntries },
    { ...functionOf('reconcile-mesh', 3), queueUrls },
    functionOf('sync-service-entries', 2),
    functionOf('explain', 1),
    { ...functionOf('report', 1), memoryMegabytes: sweeping.memoryMegabytes, queueUrls: deadLetterUrls },
    { ...functionOf('sweep', 1), ...sweeping, queueUrls },
    { ...functionOf('resync', 1), ...sweeping, queueUrls: urlsWithEntries },
  ],
  mappings: [
    mapping('pods', 'sync-pods', 4),
    mapping('mesh', 'reconcile-mesh', 3),
    mapping('service-entries', 'sync-service-entries', 2),
  ],
  schedules: [
    { name: `${prefix}-sweep-local`, everyMinutes: 5, function: 'sweep', input: { cluster: 'local' } },
    entrySchedule(),
  ],
};

/** As deployed if no cluster has the section serviceEntries: nothing is delivered to their queue and nobody polls it. */
export function withoutServiceEntries(topology: Topology): Topology {
  return {
    ...topology,
    rules: topology.rules.filter(({ target }) => target.queue !== entriesQueue),
    mappings: topology.mappings.filter(({ queue }) => queue !== entriesQueue),
    schedules: topology.schedules.filter(
      (schedule) => !('target' in schedule) || schedule.target.queue !== entriesQueue,
    ),
  };
}

function queueWithDeadLetters(queue: string, visibilityTimeoutSeconds: number): readonly QueueDescription[] {
  const deadLetterQueue = `${prefix}-${queue}-dead-letters.fifo`;
  const settings = {
    visibilityTimeoutSeconds,
    contentBasedDeduplication: true,
    deduplicationScope: 'messageGroup',
    fifoThroughputLimit: 'perMessageGroupId',
  } as const;
  return [
    { name: `${prefix}-${queue}.fifo`, ...settings, redrive: { deadLetterQueue, maxReceiveCount: 500 } },
    { name: deadLetterQueue, ...settings },
  ];
}

function rule(queue: string, detailTypes: readonly string[]): RuleDescription {
  return {
    name: `${prefix}-${queue}`,
    eventPattern: { source: [{ prefix: relaySource('') }], 'detail-type': detailTypes },
    target: {
      queue: `${prefix}-${queue}.fifo`,
      inputTransformer: {
        inputPathsMap: { source: '$.source', detail: '$.detail' },
        inputTemplate: '{"source": "<source>", "detail": <detail>}',
      },
      messageGroupId: '$.detail.group',
    },
  };
}

/** Of the default bus: calls of Cloud Map by whomever. */
function cloudMapCallsRule(): RuleDescription {
  return {
    name: `${prefix}-cloud-map-calls`,
    eventBus: 'default',
    eventPattern: {
      source: ['aws.servicediscovery'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['servicediscovery.amazonaws.com'],
        eventName: cloudMapCalls,
        errorCode: [{ exists: false }],
      },
    },
    target: { queue: entriesQueue, messageGroupId: cloudMapCallGroup },
  };
}

function entrySchedule(): QueueSchedule {
  const { InputPathsMap, InputTemplate } = pollInput('local');
  return {
    name: `${prefix}-service-entries-local`,
    everyMinutes: 1,
    target: {
      queue: entriesQueue,
      inputTransformer: { inputPathsMap: InputPathsMap, inputTemplate: InputTemplate },
      messageGroupId: 'local',
    },
  };
}

function functionOf(name: string, maximumConcurrency: number): FunctionDescription {
  return { name, timeoutSeconds: 60, memoryMegabytes: 512, maximumConcurrency: maximumConcurrency + 2 };
}

function mapping(queue: string, name: string, maximumConcurrency: number): MappingDescription {
  return {
    queue: `${prefix}-${queue}.fifo`,
    function: name,
    batchSize: 10,
    maximumConcurrency,
    reportBatchItemFailures: true,
  };
}
