import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { Topology } from '@eks-mesh-sync/embedded-aws/topology.ts';
import { expect, it } from 'vitest';
import { contractTopology } from '../../packages/embedded-aws/test/harness/topology.ts';
import type { Crash } from './handlers/crashing.ts';

/** As deployed, but for the function's timeout: one that hangs is not to hold up the test for half a minute. */
const topology: Topology = {
  ...contractTopology,
  queues: contractTopology.queues.map((queue) => ({
    ...queue,
    visibilityTimeoutSeconds: 35,
    ...(queue.redrive && { redrive: { ...queue.redrive, maxReceiveCount: 500 } }),
  })),
  functions: [{ name: 'worker', timeoutSeconds: 20, memoryMegabytes: 64, maximumConcurrency: 3 }],
  mappings: [
    {
      queue: 'work.fifo',
      function: 'worker',
      batchSize: 10,
      maximumConcurrency: 2,
      reportBatchItemFailures: true,
    },
  ],
};

it.concurrent.each<[Crash, number]>([
  ['exit', 9_000],
  ['exhaust memory', 9_000],
  ['unhandled rejection', 9_000],
  ['throw in the handler', 2_500],
  ['hang', 9_000],
])(
  'a message is received again after "%s" within %i ms of the end',
  { timeout: 60_000 },
  async (crash, limitMs) => {
    const journal = join(mkdtempSync(join(tmpdir(), 'crash-')), 'journal');
    writeFileSync(journal, '');
    let endedAtMs = 0;
    const running = await startCloud({
      port: 0,
      topology,
      handlers: { worker: new URL('./handlers/crashing.ts', import.meta.url).href },
      variables: { JOURNAL: journal },
      log: ({ text }) => {
        if (text.startsWith('ERROR')) endedAtMs ||= Date.now();
      },
    });
    try {
      const queue = running.queues.get('work.fifo');
      const receive = queue.receive.bind(queue);
      let receivedAgainAtMs = 0;
      queue.receive = (options) => {
        const messages = receive(options);
        if (messages.some(({ receiveCount }) => receiveCount === 2)) receivedAgainAtMs = Date.now();
        return messages;
      };
      queue.send({ body: JSON.stringify({ crash }), groupId: 'g' });
      const entries = () =>
        readFileSync(journal, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { begun?: string; done?: string; atMs: number });
      await expect.poll(() => entries().some(({ done }) => done === crash), { timeout: 50_000 }).toBe(true);
      const tookMs = receivedAgainAtMs - endedAtMs;
      expect(endedAtMs).toBeGreaterThan(0);
      expect(tookMs).toBeLessThan(limitMs);
      if (crash === 'hang') expect(tookMs, 'while it runs, the message is its own').toBeGreaterThan(0);
    } finally {
      await running.close();
    }
  },
);
