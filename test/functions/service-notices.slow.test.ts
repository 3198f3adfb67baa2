import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { aPodObject, podEvent } from '../fakes/objects.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  lambdaContext,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './harness.ts';

/** What sync-pods and resync send to the writer of ServiceEntries, as they are exported. */
const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
let cloud: EmbeddedCloud;
let folder: string;
let syncPods: QueueHandler;
let resync: (event: unknown, context: never) => Promise<unknown>;

beforeAll(async () => {
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap));
  folder = folderWithClusters({
    cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] },
    serviceEntries: { importOwnPods: true, namespaces: [{ name: 'shop.*' }] },
  });
  stubEnvironment(cloud, 'pods', folder);
  syncPods = (await import('../../functions/sync-pods.ts')).handler;
  resync = (await import('../../functions/resync.ts')).handler as never;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  vi.unstubAllEnvs();
});
beforeEach(() => {
  quiet();
  entries().purge();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const entries = () => cloud.queues.get(queueName('service-entries'));

/** The requests of functions; the events of CloudTrail come later and in another group. */
function requested(): object[] {
  return entries()
    .receive({ maximum: 10 })
    .filter(({ groupId }) => groupId === 'local')
    .map(({ body }) => JSON.parse(body) as object);
}

const services = () => cloudMap.snapshot().namespaces.flatMap((namespace) => namespace.services);

async function observe(namespaceName: string, more: object = {}): Promise<void> {
  const annotations = {
    'eks-mesh-sync/cloud-map-namespace': namespaceName,
    'eks-mesh-sync/cloud-map-service': 'front',
  };
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({ type, status: 'True' }));
  const pod = aPodObject({
    metadata: { name: namespaceName, uid: namespaceName, annotations, ...more },
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], conditions },
  });
  const event = podEvent({ pod });
  const queue = cloud.queues.get(queueName('pods'));
  queue.send({ groupId: event.group, body: JSON.stringify(event) });
  expect((await deliverBatch(queue, syncPods)).again).toEqual([]);
}

it('sync-pods announces each service that it changes in Cloud Map, and nothing if nothing changes', async () => {
  await observe('shop.local');
  const [service] = services();
  expect(requested()).toMatchObject([{ type: 'Cloud Map Service Changed', serviceId: service?.id }]);
  entries().purge();
  await observe('shop.local', { resourceVersion: '200' });
  expect(requested()).toEqual([]);
  await sleep(1_100); // changes within a second are one message
  await observe('shop.local', { resourceVersion: '300', deletionTimestamp: '2026-11-20T12:00:00Z' });
  expect(requested()).toMatchObject([{ type: 'Cloud Map Service Changed', serviceId: service?.id }]);
});

it('sync-pods announces nothing of a namespace that no cluster imports', async () => {
  await observe('other.local');
  expect(services()).toHaveLength(2);
  expect(requested()).toEqual([]);
});

it('resync has all ServiceEntries compared, except as a dry run or of a part', async () => {
  const run = (event: object) => resync({ cluster: 'local', ...event }, lambdaContext(900_000) as never);
  await run({ dryRun: true });
  await run({ namespace: 'shop' });
  expect(requested()).toEqual([]);
  await run({});
  expect(requested()).toMatchObject([{ type: 'Service Entries Poll Requested', isFull: true }]);
});
