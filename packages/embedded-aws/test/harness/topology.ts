import type { QueueDescription, Topology } from '../../src/topology.ts';

const fifo = {
  visibilityTimeoutSeconds: 30,
  contentBasedDeduplication: true,
  deduplicationScope: 'messageGroup',
  fifoThroughputLimit: 'perMessageGroupId',
} as const satisfies Omit<QueueDescription, 'name'>;

/** Queues and rules that the contract cases run on, against the embedded cloud and against moto. */
export const contractTopology: Topology = {
  eventBus: 'contract',
  table: 'contract',
  queues: [
    { name: 'dead-letters.fifo', ...fifo },
    {
      name: 'work.fifo',
      ...fifo,
      redrive: { deadLetterQueue: 'dead-letters.fifo', maxReceiveCount: 2 },
    },
    { name: 'explicit.fifo', ...fifo, contentBasedDeduplication: false },
    { name: 'events.fifo', ...fifo },
  ],
  rules: [
    {
      name: 'pods',
      eventPattern: {
        source: ['contract', { prefix: 'contract/' }],
        'detail-type': ['Pod Changed', { prefix: 'Pod Resync' }],
      },
      target: {
        queue: 'events.fifo',
        inputTransformer: {
          inputPathsMap: { source: '$.source', detail: '$.detail' },
          inputTemplate: '{"source": "<source>", "detail": <detail>}',
        },
        messageGroupId: '$.detail.group',
      },
    },
  ],
  functions: [],
  mappings: [],
  schedules: [],
};
