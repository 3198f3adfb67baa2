import { rmSync } from 'node:fs';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anObject, objectEvent, podEvent } from '../fakes/objects.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './harness.ts';

const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
let cloud: EmbeddedCloud;
let folder: string;
let handlers: Readonly<Record<'pods' | 'mesh', QueueHandler>>;

beforeAll(async () => {
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap));
  folder = folderWithClusters({ cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } });
  quiet();
  stubEnvironment(cloud, 'mesh', folder);
  const { handler: mesh } = await import('../../functions/reconcile-mesh.ts');
  stubEnvironment(cloud, 'pods', folder);
  const { handler: pods } = await import('../../functions/sync-pods.ts');
  handlers = { mesh, pods };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  vi.unstubAllEnvs();
});
beforeEach(quiet);

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const nestedObjects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const source = 'eks-mesh-sync/local';

/** What a relay that an attacker controls may put on the bus: at most 256 KB. */
function bodyOf(queue: 'pods' | 'mesh', hostile: string): string {
  const event = queue === 'pods' ? podEvent() : objectEvent(anObject('VirtualNode', {}));
  const marked = JSON.parse(JSON.stringify(event)) as Record<string, Record<string, Record<string, unknown>>>;
  if (queue === 'pods') (marked.pod?.metadata as Record<string, unknown>).labels = '@';
  else (marked.object as Record<string, unknown>).spec = '@';
  return JSON.stringify({ source, detail: marked }).replace('"@"', () => hostile);
}

describe('a detail that a relay forged', () => {
  it.each(
    (['pods', 'mesh'] as const).flatMap((queue) =>
      [
        ['deeply nested lists', nested(100_000)],
        ['deeply nested objects', nestedObjects(40_000)],
        ['a prototype', '{"__proto__":{"app":"front"},"constructor":"x"}'],
        ['very many keys', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":"v"`).join()}}`],
      ].map(([what = '', hostile = '']) => [queue, what, hostile] as const),
    ),
  )('is refused or applied once, and holds up nothing: for %s, %s', async (queue, _, hostile) => {
    const messages = cloud.queues.get(queueName(queue));
    messages.send({ groupId: 'local/shop/front-1', body: bodyOf(queue, hostile) });
    const startedAtMs = Date.now();
    expect((await deliverBatch(messages, handlers[queue])).again).toEqual([]);
    expect(Date.now() - startedAtMs).toBeLessThan(2_000);
    messages.purge();
    expect(Object.prototype).not.toHaveProperty('app');
  });

  it.each([
    ['pods', '{"app":"front","constructor":"x","toString":"y","valueOf":"z"}'],
    ['mesh', '{"podSelector":{"matchLabels":{"constructor":"x","hasOwnProperty":"y"}}}'],
  ] as const)(
    'is applied if its labels are only named like members of every object: for %s',
    async (queue, labels) => {
      const [messages, letters] = [queue, `${queue}-dead-letters`].map((name) =>
        cloud.queues.get(queueName(name)),
      );
      letters?.purge();
      messages?.send({ groupId: 'local/shop/front-1', body: bodyOf(queue, labels) });
      if (messages) expect((await deliverBatch(messages, handlers[queue])).again).toEqual([]);
      expect(letters?.counts).toEqual({ visible: 0, inFlight: 0 });
    },
  );
});
