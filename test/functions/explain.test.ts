import { rmSync } from 'node:fs';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EventDetail } from '../../shared/model/events/event.ts';
import { anObject, objectEvent, podEvent } from '../fakes/objects.ts';
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

/** The exported function, on the table and the Cloud Map that the other exported functions wrote. */
type Handler = (event: unknown, context: Context) => Promise<unknown>;
const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
const context = lambdaContext();
let cloud: EmbeddedCloud;
let folder: string;
let explain: Handler;

beforeAll(async () => {
  cloud = await cloudWithoutFunctions(cloudMapService(cloudMap));
  folder = folderWithClusters({ cloudMap: { namespaces: [{ name: '*', create: { kind: 'http' } }] } });
  quiet();
  await writeAll();
  for (const name of ['QUEUE_URL', 'DEAD_LETTER_QUEUE_URL', 'PODS_QUEUE_URL', 'MESH_QUEUE_URL'])
    vi.stubEnv(name, undefined);
  ({ handler: explain } = await import('../../functions/explain.ts'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  cloudMap.stop();
  await cloud.close();
  vi.unstubAllEnvs();
});
beforeEach(quiet);

/** A registered pod, an invalid pod, a virtual node. */
async function writeAll(): Promise<void> {
  stubEnvironment(cloud, 'mesh', folder);
  const { handler: mesh } = await import('../../functions/reconcile-mesh.ts');
  stubEnvironment(cloud, 'pods', folder);
  const { handler: pods } = await import('../../functions/sync-pods.ts');
  const serviceDiscovery = { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } };
  const node = anObject('VirtualNode', {
    podSelector: { matchLabels: { app: 'front' } },
    serviceDiscovery,
  });
  await feed(mesh, 'mesh', objectEvent(anObject('Namespace', undefined, { name: 'shop' })));
  await feed(mesh, 'mesh', objectEvent(node));
  await feed(pods, 'pods', podEvent());
  const bad = podEvent();
  const metadata = { ...bad.pod.metadata, name: 'bad-1' };
  await feed(pods, 'pods', {
    ...bad,
    group: 'local/shop/bad-1',
    correlationId: 'change-of-bad-1',
    pod: { ...bad.pod, metadata, status: { podIPs: [{ ip: 'nowhere' }] } },
  });
}

async function feed(handler: QueueHandler, queue: string, event: EventDetail): Promise<void> {
  const source = cloud.queues.get(queueName(queue));
  source.send({ groupId: event.group, body: JSON.stringify(event) });
  expect((await deliverBatch(source, handler)).again).toEqual([]);
  source.purge();
}

const pod = { cluster: 'local', namespace: 'shop', pod: 'front-1' };

describe('explain', () => {
  it('explain answers text by default', async () => {
    const text = await explain(pod, context);
    expect(text).toContain('Pod shop/front-1 of cluster local\n  last observed: Running, 10.0.0.1');
    expect(text).toContain('✓ VirtualNode front registers it in shop.local/front');
    expect(text).toContain('claim: applied by this pod');
    expect(text).toContain('Cloud Map: managed by eks-mesh-sync\n  DiscoverInstances: HEALTHY');
    expect(text).toMatch(/\nTo do: Nothing\. .+$/);
  });

  it('explain answers an object if JSON is requested', async () => {
    expect(await explain({ ...pod, format: 'json' }, context)).toMatchObject({
      subject: 'pod',
      seen: 'yes',
      eligible: 'ready',
      instances: [{ instanceId: '10.0.0.1', claim: { phase: 'applied' }, discovered: { health: 'HEALTHY' } }],
      readFailures: [],
      cause: { kind: 'Registered' },
    });
  });

  it('explain explains a pod that was not observed by its dead-lettered messages', async () => {
    const text = await explain({ ...pod, pod: 'bad-1' }, context);
    expect(text).toContain('not observed: ');
    expect(text).toContain('pod.status.podIPs[0].ip: expected an IPv4 or IPv6 address');
    expect(text).toMatch(/\(message \S+, correlation id change-of-bad-1\)/);
  });

  it('explain knows services and instances', async () => {
    const service = await explain({ service: 'shop.local/front' }, context);
    expect(service).toContain('Instances: 1 (1 ours, 0 left by the App Mesh controller, 0 foreign)');
    expect(service).toContain('10.0.0.1 ours, pod shop/front-1 of local, HEALTHY, claim applied');
    const instance = await explain({ instance: '10.0.0.1' }, context);
    expect(instance).toContain('ours: its attribute k8s.io/cluster is local');
  });

  it('explain writes nothing, neither to Cloud Map nor to the table', async () => {
    cloudMap.calls.clear();
    const error = { code: 'AccessDeniedException', message: 'explain has no right to write', status: 400 };
    for (const operation of ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'])
      cloud.faults.add({ service: 'dynamodb', operation, times: 9, error });
    const requests = [pod, { service: 'shop.local/front' }, { instance: '10.0.0.1' }];
    for (const request of requests)
      expect(await explain({ ...request, format: 'json' }, context)).toMatchObject({ readFailures: [] });
    cloud.faults.reset();
    const calls = [...cloudMap.calls.keys()];
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter((call) => !/^(Get|List|Discover)/.test(call))).toEqual([]);
  });

  it('explain reports the missing permission of an AccessDenied, with everything else', async () => {
    const message =
      'User: arn:aws:sts::000000000000:assumed-role/explain/f is not authorized to perform: servicediscovery:GetInstance on resource: arn:aws:servicediscovery:us-west-2:000000000000:service/srv-x';
    const error = { code: 'AccessDeniedException', message, status: 400 };
    cloud.faults.add({ service: 'servicediscovery', operation: 'GetInstance', times: 9, error });
    const text = await explain(pod, context);
    cloud.faults.reset();
    expect(text).toContain('claim: applied by this pod');
    expect(text).toContain(
      'Missing permissions\n  - servicediscovery:GetInstance on arn:aws:servicediscovery:us-west-2:000000000000:service/srv-x',
    );
    expect(text).toMatch(/\nTo do: Allow servicediscovery:GetInstance on arn/);
  });

  it('explain explains a mesh object from the table', async () => {
    const object = { kind: 'VirtualNode', namespace: 'shop', name: 'front' };
    const text = await explain({ cluster: 'local', object }, context);
    expect(text).toMatch(
      /^VirtualNode shop\/front of cluster local\n {2}last observed: uid uid-VirtualNode, /,
    );
    expect(text).toMatch(/\nWhy: clusters.yml names no mesh target for cluster local/);
    const answer = await explain({ cluster: 'local', object, format: 'json' }, context);
    expect(answer).toMatchObject({ subject: 'object', seen: 'yes', cause: { kind: 'NoMeshTarget' } });
  });

  it('explain says of an instance that is gone that another program deregistered it', async () => {
    const { Services } = cloudMap.handle('ListServices', {}) as { Services: { Id: string }[] };
    const ServiceId = Services[0]?.Id;
    cloudMap.handle('DeregisterInstance', { ServiceId, InstanceId: '10.0.0.1' });
    const registered = () =>
      (cloudMap.handle('ListInstances', { ServiceId }) as { Instances: unknown[] }).Instances;
    await expect.poll(registered).toEqual([]);
    const later = Date.now() + 60_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await explain(pod, context)).toMatch(/\nWhy: .*another program deregistered it\n/);
  });

  it.each([
    [{}, /the request names nothing to explain; expected \{"cluster", "namespace", "pod"\}/],
    [{ cluster: 'local', pod: 'front-1' }, /^the request is not valid:\nnamespace: is missing/],
    [{ ...pod, pdo: 'x' }, /unknown field pdo; expected/],
    [{ ...pod, format: 'yaml' }, /format: expected text or json/],
    [{ service: 'front' }, /service: expected namespace\/service/],
    [{ instance: 'a b' }, /instance: expected an instance id/],
    [{ instance: '10.0.0.1', pod: 'front-1' }, /pod: cannot be used with instance/],
    [
      { cluster: 'local', object: { kind: 'Pod', name: 'x' } },
      /object.kind: expected one of Mesh, VirtualNode/,
    ],
    [{ ...pod, cluster: 'stray' }, /cluster is "stray"; expected one that clusters.yml names: local/],
    ['front-1', /expected \{"cluster", "namespace", "pod"\}/],
  ])('explain refuses %j with a reason', async (request, message) => {
    await expect(explain(request, context)).rejects.toThrow(message);
  });
});
