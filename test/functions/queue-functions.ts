import { rmSync } from 'node:fs';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { eventBridgeClient } from '../../packages/embedded-aws/test/harness/clients.ts';
import { playground } from '../../playground/topology.ts';
import { type EventDetail, relaySource } from '../../shared/model/events/event.ts';
import { aPodObject, podEvent } from '../fakes/objects.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './harness.ts';

/**
 * The functions as they are exported, with their middleware, fed as on AWS: PutEvents, a rule, a FIFO queue, the event
 * of an event source mapping. Only the poller is played by the test, so that a batch holds what the test wants.
 */
export type QueueName = 'pods' | 'mesh';

export const cloudMap = new CloudMap({
  settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} },
});

export let cloud: EmbeddedCloud;

export let kubernetes: Cluster;

let folder: string;

let handlers: Readonly<Record<QueueName, QueueHandler>>;

beforeAll(async () => {
  kubernetes = await startCluster({ port: 0, definitions: meshDefinitions(), timings: { podStartMs: 10 } });
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap), { name: 'local', endpoint: kubernetes.url });
  folder = folderWithClusters({ cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } });
  stubEnvironment(cloud, 'pods', folder);
  const { handler: pods } = await import('../../functions/sync-pods.ts');
  stubEnvironment(cloud, 'mesh', folder);
  const { handler: mesh } = await import('../../functions/reconcile-mesh.ts');
  handlers = { pods, mesh };
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  await kubernetes.stop();
  vi.unstubAllEnvs();
});

beforeEach(quiet);

afterEach(() => {
  vi.restoreAllMocks();
  cloud.faults.reset();
  for (const { name } of playground.queues) cloud.queues.get(name).purge();
});

const deadLetters = (queue: QueueName) => cloud.queues.get(queueName(`${queue}-dead-letters`));

/** By the bus and its rules, as relays send them; resolves when the queue has them. */
export function put(queue: QueueName, ...details: readonly EventDetail[]): Promise<void> {
  return putFrom(({ cluster }) => relaySource(cluster), queue, ...details);
}

export async function putFrom(
  sourceOf: (detail: EventDetail) => string,
  queue: QueueName,
  ...details: readonly EventDetail[]
): Promise<void> {
  const before = cloud.queues.get(queueName(queue)).counts.visible;
  const Entries = details.map((detail) => ({
    EventBusName: playground.eventBus,
    Source: sourceOf(detail),
    DetailType: detail.type,
    Detail: JSON.stringify(detail),
  }));
  await eventBridgeClient(cloud.url).send(new PutEventsCommand({ Entries }));
  await expect.poll(() => cloud.queues.get(queueName(queue)).counts.visible).toBe(before + details.length);
}

/** Past the bus, for what nobody would put there. */
export function send(queue: QueueName, groupId: string, body: string): void {
  cloud.queues.get(queueName(queue)).send({ groupId, body });
}

export async function invoke(queue: QueueName, options: { remainingMs?: number; receipts?: number } = {}) {
  const { groups, again } = await deliverBatch(cloud.queues.get(queueName(queue)), handlers[queue], options);
  return { received: groups.length, again };
}

/** Polls the queue, until what comes of it is as expected. */
export function again(queue: QueueName, check: () => unknown) {
  const invoked = async () => {
    await invoke(queue);
    return check();
  };
  return expect.poll(invoked, { timeout: 15_000 });
}

/** By group: in which order groups put messages aside is not said. */
export function deadLetter(queue: QueueName) {
  const messages = deadLetters(queue).receive({ maximum: 10 });
  const sorted = messages.toSorted((one, other) => (one.groupId < other.groupId ? -1 : 1));
  return sorted.map(({ groupId, body, attributes }) => ({
    groupId,
    body,
    reason: attributes.Reason?.StringValue,
  }));
}

export function instances(): Record<string, string | undefined> {
  const services = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  const entries = services.flatMap(({ name, instances }) =>
    Object.entries(instances).map(([id, { attributes }]) => [`${name}/${id}`, attributes['k8s.io/pod']]),
  );
  return Object.fromEntries(entries);
}

let count = 0;

/** A ready pod that says by annotations that it belongs to the service; with an address of its own. */
export function aNewPod(service: string) {
  count += 1;
  const name = `${service}-${count}`;
  const ip = `10.0.1.${count}`;
  const annotations = {
    'eks-mesh-sync/cloud-map-namespace': 'shop.local',
    'eks-mesh-sync/cloud-map-service': service,
  };
  const event = (resourceVersion: string, changes: Partial<ReturnType<typeof podEvent>> = {}) =>
    podEvent({
      pod: aPodObject({
        metadata: { name, uid: `uid-${name}`, resourceVersion, annotations },
        status: {
          phase: 'Running',
          podIPs: [{ ip }],
          conditions: [{ type: 'ContainersReady', status: 'True' }],
        },
      }),
      ...changes,
    });
  return { name, id: `${service}/${ip}`, group: `local/shop/${name}`, event };
}
