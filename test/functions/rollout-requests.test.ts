import { rmSync } from 'node:fs';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
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

const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
let cloud: EmbeddedCloud;
let folder: string;
let handler: QueueHandler;

beforeAll(async () => {
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap));
  folder = folderWithClusters({ cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } });
  stubEnvironment(cloud, 'pods', folder);
  handler = (await import('../../functions/sync-pods.ts')).handler;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  vi.unstubAllEnvs();
});
beforeEach(quiet);
afterEach(() => {
  vi.restoreAllMocks();
});

function readyPod(index: number): EventDetail {
  return podEvent({
    pod: aPodObject({
      metadata: {
        ...{ name: `front-${index}`, uid: `uid-${index}`, resourceVersion: '1' },
        annotations: {
          'eks-mesh-sync/cloud-map-namespace': 'shop.local',
          'eks-mesh-sync/cloud-map-service': 'front',
        },
      },
      status: {
        phase: 'Running',
        podIPs: [{ ip: `10.0.0.${index}` }],
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'ContainersReady', status: 'True' },
        ],
      },
    }),
  });
}

/** Handles the events as one batch; the requests of the function by service. */
async function deliver(events: readonly EventDetail[]): Promise<Record<string, number>> {
  const requests: Record<string, number> = {};
  const { faults } = cloud;
  const take = faults.take.bind(faults);
  const spy = vi.spyOn(faults, 'take').mockImplementation((service, operation) => {
    requests[service] = (requests[service] ?? 0) + 1;
    return take(service, operation);
  });
  const queue = cloud.queues.get(queueName('pods'));
  for (const event of events) queue.send({ groupId: event.group, body: JSON.stringify(event) });
  await deliverBatch(queue, handler);
  spy.mockRestore();
  return requests;
}

describe('the requests of a rollout', () => {
  it('the requests of a rollout are few for ten pods of one service in one batch: what they all need is read together', async () => {
    await deliver([readyPod(100)]); // the service and the connections are known then
    const requests = await deliver(Array.from({ length: 10 }, (_, index) => readyPod(index)));
    expect(requests.servicediscovery).toBe(20);
    // Four writes of each pod's own; what is read, and the turns, together. Each pod alone takes fourteen.
    expect(requests.dynamodb).toBeLessThan(100);
    expect(cloudMap.calls.get('RegisterInstance')).toBe(11);
  });
});
