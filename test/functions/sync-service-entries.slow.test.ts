import { rmSync } from 'node:fs';
import {
  CreateHttpNamespaceCommand,
  CreateServiceCommand,
  ListNamespacesCommand,
  RegisterInstanceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { definitionsOf } from '../../playground/definitions/definitions.ts';
import { cloudMapCallGroup } from '../../shared/model/events/cloud-map-call.ts';
import { pollRequested } from '../../shared/model/events/service-entry-requests.ts';
import { recordedCall } from '../service-entries/cloud-map-calls.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './harness.ts';

/** The function as it is exported, with its middleware, fed by the rules of the topology and by its own requests. */
const cloudMap = new CloudMap({
  settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} },
});
let cloud: EmbeddedCloud;
let kubernetes: Cluster;
let folder: string;
let handler: QueueHandler;
let client: ServiceDiscoveryClient;

beforeAll(async () => {
  kubernetes = await startCluster({ port: 0, definitions: definitionsOf('istio') as never });
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap), { name: 'local', endpoint: kubernetes.url });
  folder = folderWithClusters({ serviceEntries: {} });
  stubEnvironment(cloud, 'service-entries', folder);
  ({ handler } = await import('../../functions/sync-service-entries.ts'));
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  client = new ServiceDiscoveryClient({
    ...{ endpoint: cloud.url, region: 'us-west-2', credentials, disableHostPrefix: true },
  });
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
  queue().purge();
  deadLetters().purge();
});

const queue = () => cloud.queues.get(queueName('service-entries'));
const deadLetters = () => cloud.queues.get(queueName('service-entries-dead-letters'));
const send = (groupId: string, body: unknown) =>
  queue().send({ groupId, body: typeof body === 'string' ? body : JSON.stringify(body) });

/** Handles batches until nothing can be received: what is hidden holds up its group. */
async function workOff(): Promise<string[]> {
  const handled: string[] = [];
  for (;;) {
    if (queue().counts.visible === 0) return handled;
    const { groups } = await deliverBatch(queue(), handler);
    if (groups.length === 0) return handled;
    handled.push(...groups);
  }
}

async function endpoints(): Promise<Readonly<Record<string, readonly string[]>>> {
  const answer = await fetch(`${kubernetes.url}/apis/networking.istio.io/v1/serviceentries`);
  const { items } = (await answer.json()) as {
    items: { spec: { hosts: string[]; endpoints?: { address: string }[] } }[];
  };
  return Object.fromEntries(
    items.map(({ spec }) => [spec.hosts[0], (spec.endpoints ?? []).map(({ address }) => address).sort()]),
  );
}

async function serviceOf(namespaceName: string, name: string): Promise<string> {
  await client.send(new CreateHttpNamespaceCommand({ Name: namespaceName }));
  const { Namespaces = [] } = await client.send(new ListNamespacesCommand({}));
  const NamespaceId = Namespaces.find(({ Name }) => Name === namespaceName)?.Id;
  const { Service } = await client.send(new CreateServiceCommand({ Name: name, NamespaceId }));
  return Service?.Id ?? '';
}

const register = (ServiceId: string, ip: string) =>
  client.send(
    new RegisterInstanceCommand({ ServiceId, InstanceId: ip, Attributes: { AWS_INSTANCE_IPV4: ip } }),
  );

describe('sync-service-entries', () => {
  let run = 0;
  const poll = () => send('local', pollRequested('local', String(++run), 'test'));

  it('sync-service-entries compares the cluster with Cloud Map on request', async () => {
    await register(await serviceOf('shop', 'cart'), '10.0.0.1');
    queue().purge();
    poll();
    expect(await workOff()).toContain('local');
    expect(await endpoints()).toEqual({ 'cart.shop': ['10.0.0.1'] });
  });

  it('sync-service-entries writes what others register when only CloudTrail events report it', async () => {
    const id = await serviceOf('trail', 'cart');
    await register(id, '10.0.0.1');
    await vi.waitFor(async () => {
      await workOff();
      expect((await endpoints())['cart.trail']).toEqual(['10.0.0.1']);
    }, 2_000);
    // Within the same second it is the same request: then the read after two seconds sees it.
    await register(id, '10.0.0.2');
    await vi.waitFor(async () => {
      await workOff();
      expect((await endpoints())['cart.trail']).toEqual(['10.0.0.1', '10.0.0.2']);
    }, 6_000);
  });

  it('sync-service-entries makes one comparison for several requests in a batch', async () => {
    poll();
    poll();
    poll();
    cloudMap.calls.clear();
    await workOff();
    expect(cloudMap.calls.get('ListNamespaces')).toBe(1);
  });

  it.each([
    ['no JSON', '{'],
    ['an unknown cluster', JSON.stringify(pollRequested('other', '1', 'test'))],
    ['another event of AWS', JSON.stringify(recordedCall('TagResource' as never, {}))],
    [
      'no event of a relay',
      JSON.stringify({ source: 'eks-mesh-sync/local', detail: pollRequested('local', '1', 'x') }),
    ],
  ])('a message to sync-service-entries that is %s goes to the dead-letter queue', async (_, body) => {
    send('local', body);
    await workOff();
    expect(deadLetters().counts.visible).toBe(1);
  });

  it('sync-service-entries ignores the CloudTrail event of a refused call', async () => {
    send(
      cloudMapCallGroup,
      recordedCall('RegisterInstance', null, { detail: { errorCode: 'ServiceNotFound' } }),
    );
    expect(await workOff()).toEqual([cloudMapCallGroup]);
    expect(deadLetters().counts.visible).toBe(0);
  });

  it('sync-service-entries sends a message in a wrong message group on to its own group', async () => {
    send('$.detail.group', pollRequested('local', String(++run), 'test'));
    expect(await workOff()).toEqual(['$.detail.group', 'local']);
  });

  it('sync-service-entries retries a comparison when Cloud Map fails', async () => {
    cloud.faults.add({
      ...{ service: 'servicediscovery', operation: 'ListNamespaces', times: 3 },
      error: { code: 'InternalFailure', status: 500 },
    });
    poll();
    const { again } = await deliverBatch(queue(), handler);
    expect(again).toEqual(['local']);
    expect(deadLetters().counts.visible).toBe(0);
  });
});
