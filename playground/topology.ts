import type {
  FunctionDescription,
  MappingDescription,
  QueueDescription,
  RuleDescription,
  Topology,
} from '@eks-mesh-sync/embedded-aws/topology.ts';
import { detailTypes, relaySource } from '../shared/model/events/event.ts';

const prefix = 'eks-mesh-sync-local';

/** Settings of the two functions that compare a whole cluster. */
const sweeping = { timeoutSeconds: 900, memoryMegabytes: 1769 };

const queueUrls = { PODS_QUEUE_URL: `${prefix}-pods.fifo`, MESH_QUEUE_URL: `${prefix}-mesh.fifo` };

/** What `npm start` runs: the deployment of a stage named local, with a concurrency that suits a laptop. */
export const playground: Topology = {
  eventBus: prefix,
  table: prefix,
  queues: [...queueWithDeadLetters('pods', 35), ...queueWithDeadLetters('mesh', 65)],
  rules: [
    rule('pods', [detailTypes.podChanged]),
    rule('mesh', [detailTypes.clusterObjectChanged, detailTypes.clusterListed]),
  ],
  functions: [
    { ...functionOf('sync-pods', 4), timeoutSeconds: 30, queueUrls },
    { ...functionOf('reconcile-mesh', 3), queueUrls },
    functionOf('explain', 1),
    { ...functionOf('sweep', 1), ...sweeping, queueUrls },
    { ...functionOf('resync', 1), ...sweeping, queueUrls },
  ],
  mappings: [mapping('pods', 'sync-pods', 4), mapping('mesh', 'reconcile-mesh', 3)],
  schedules: [
    { name: `${prefix}-sweep-local`, everyMinutes: 5, function: 'sweep', input: { cluster: 'local' } },
  ],
};

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
