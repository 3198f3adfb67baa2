import { rmSync } from 'node:fs';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { CloudMap } from '@eks-mesh-sync/embedded-aws/cloud-map/cloud-map.ts';
import { cloudMapService } from '@eks-mesh-sync/embedded-aws/cloud-map-service.ts';
import { noLatencies } from '@eks-mesh-sync/embedded-aws/no-latencies.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import {
  credentials,
  eventBridgeClient,
  clientRegion as region,
} from '../../packages/embedded-aws/test/support/clients.ts';
import { playground } from '../../playground/topology.ts';
import { type EventDetail, relaySource } from '../../shared/model/events/event.ts';
import { resyncRequested } from '../../shared/model/events/resync-requested.ts';
import { trimClusterObject } from '../../shared/model/events/trim.ts';
import { type ClusterObject, cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { aGatedPod } from '../fakes/gated-pods.ts';
import { anObject, aPodObject, objectEvent, podEvent } from '../fakes/objects.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './kit.ts';

/**
 * The functions as they are exported, with their middleware, fed as on AWS: PutEvents, a rule, a FIFO queue, the event
 * of an event source mapping. Only the poller is played by the test, so that a batch holds what the test wants.
 */
type QueueName = 'pods' | 'mesh';

const cloudMap = new CloudMap({ settings: { latenciesMs: noLatencies, customHealthAfterMs: 0, rates: {} } });
let cloud: EmbeddedCloud;
let kubernetes: Cluster;
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
function put(queue: QueueName, ...details: readonly EventDetail[]): Promise<void> {
  return putFrom(({ cluster }) => relaySource(cluster), queue, ...details);
}

async function putFrom(
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
function send(queue: QueueName, groupId: string, body: string): void {
  cloud.queues.get(queueName(queue)).send({ groupId, body });
}

async function invoke(queue: QueueName, options: { remainingMs?: number; receipts?: number } = {}) {
  const { groups, again } = await deliverBatch(cloud.queues.get(queueName(queue)), handlers[queue], options);
  return { received: groups.length, again };
}

/** Polls the queue, until what comes of it is as expected. */
function again(queue: QueueName, look: () => unknown) {
  const invoked = async () => {
    await invoke(queue);
    return look();
  };
  return expect.poll(invoked, { timeout: 15_000 });
}

/** By group: in which order groups put messages aside is not said. */
function deadLetter(queue: QueueName) {
  const messages = deadLetters(queue).receive({ maximum: 10 });
  const sorted = messages.toSorted((one, other) => (one.groupId < other.groupId ? -1 : 1));
  return sorted.map(({ groupId, body, attributes }) => ({
    groupId,
    body,
    reason: attributes.Reason?.StringValue,
  }));
}

function instances(): Record<string, string | undefined> {
  const services = cloudMap.snapshot().namespaces.flatMap(({ services }) => services);
  const entries = services.flatMap(({ name, instances }) =>
    Object.entries(instances).map(([id, { attributes }]) => [`${name}/${id}`, attributes['k8s.io/pod']]),
  );
  return Object.fromEntries(entries);
}

/** Of what is stored of a pod, epoch seconds. */
async function expiryOf(name: string): Promise<number> {
  const table = new DynamoDBClient({ endpoint: cloud.url, region, credentials });
  const Key = { pk: { S: 'POD#local' }, sk: { S: `shop/${name}` } };
  const { Item } = await table.send(new GetItemCommand({ TableName: playground.table, Key }));
  return Number(Item?.expiresAt?.N);
}

let count = 0;
/** A ready pod that says by annotations that it belongs to the service; with an address of its own. */
function aNewPod(service: string) {
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

describe('a relay that speaks for another cluster', () => {
  const fromStaging = () => relaySource('staging');

  it('is refused with the reason, and counted', async () => {
    const pod = aNewPod('front');
    const counted = vi.spyOn(Metrics.prototype, 'addMetric');
    await put('pods', pod.event('1'));
    await invoke('pods');
    await putFrom(fromStaging, 'pods', pod.event('2', { change: 'Deleted' }));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
    expect(deadLetter('pods').map(({ reason }) => reason)).toEqual([
      `event "Pod Changed" of Pod shop/${pod.name} from cluster local, sent as eks-mesh-sync/staging: ` +
        'expected the source eks-mesh-sync/local: a relay may send only events of its own cluster',
    ]);
    expect(counted).toHaveBeenCalledWith('ForgedEvents', 'Count', 1);
  });

  it('cannot say that its pods or objects are gone', async () => {
    const listing = { id: 'l', resourceVersion: '9', part: 1, parts: 1, from: '', to: null, objects: [] };
    const empty = (kind: 'Pod' | 'Mesh'): EventDetail => ({
      ...{ type: 'Cluster Listed', version: 1, cluster: 'local', group: 'local' },
      listing: { ...listing, kind },
    });
    await putFrom(fromStaging, 'mesh', empty('Pod'), empty('Mesh'));
    expect(await invoke('mesh')).toEqual({ received: 2, again: [] });
    expect(deadLetter('mesh').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('sent as eks-mesh-sync/staging'),
      expect.stringContaining('sent as eks-mesh-sync/staging'),
    ]);
  });
});

describe('sync-pods', () => {
  it('registers and deregisters what the bus tells of', async () => {
    const pod = aNewPod('front');
    await put('pods', pod.event('1'));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
    await put('pods', pod.event('2', { change: 'Deleted' }));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).not.toHaveProperty([pod.id]);
    expect(await expiryOf(pod.name), 'the deregistration may fail yet').toBeNaN();
    const [, instanceId = ''] = pod.id.split('/');
    const { id: endedOperationId } =
      cloudMap.snapshot().operations.findLast((operation) => operation.instanceId === instanceId) ?? {};
    const names = { namespaceName: 'shop.local', serviceName: 'front', instanceId };
    const request = resyncRequested(
      { cluster: 'local', namespace: 'shop', name: pod.name },
      'run-1',
      'released',
    );
    const instancesToVerify = [{ ...names, endedOperationId }];
    send('pods', pod.group, JSON.stringify({ ...request, instancesToVerify }));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(deadLetter('pods')).toEqual([]);
    const sixDays = Date.now() / 1000 + 6 * 24 * 3600;
    expect(await expiryOf(pod.name), 'the tombstone outlives every late event').toBeCloseTo(sixDays, -2);
  });

  it('puts bad messages aside with a reason that names object and field; their neighbours are done', async () => {
    const [good, other, misplaced] = [aNewPod('front'), aNewPod('front'), aNewPod('front')];
    send('pods', 'a', '{"type": "Pod Changed", ');
    send('pods', 'b', JSON.stringify({ ...other.event('1'), version: 2 }));
    send('pods', 'c', JSON.stringify(misplaced.event('1', { group: 'c' })));
    send(
      'pods',
      'd',
      JSON.stringify(other.event('1', { cluster: 'stray', group: `stray/shop/${other.name}` })),
    );
    send('pods', 'e', JSON.stringify(objectEvent(anObject('Mesh', {}))));
    await put('pods', good.event('1'));
    expect(await invoke('pods')).toEqual({ received: 6, again: [] });
    expect(deadLetter('pods').map(({ groupId, reason }) => [groupId, reason])).toEqual([
      ['a', expect.stringMatching(/^the message is not JSON: /)],
      [
        'b',
        `event "Pod Changed" of Pod shop/${other.name} from cluster local: version: Invalid input: expected 1`,
      ],
      ['d', 'cluster is "stray"; expected one that clusters.yml names: local'],
      [
        'e',
        expect.stringContaining(
          `of Mesh /front from cluster local: type: Invalid discriminator value. Expected 'Pod Changed' | 'Pod Resync Requested'`,
        ),
      ],
    ]);
    expect(instances()).toMatchObject({ [good.id]: good.name });
    expect(instances()).not.toHaveProperty([other.id]);
    expect(console.error).toHaveBeenCalledTimes(4);
    expect(vi.mocked(console.error).mock.calls.join()).toContain('message moved to the dead-letter queue');

    expect(cloud.queues.get(queueName('pods')).groups, 'what came in another group').toEqual([
      misplaced.group,
    ]);
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [misplaced.id]: misplaced.name });
  });

  it('keeps what was put aside as it was', async () => {
    const body = JSON.stringify({ ...aNewPod('front').event('1'), version: 'x', text: 'ä€😀' });
    send('pods', 'local/shop/x', body);
    await invoke('pods');
    expect(deadLetter('pods')).toEqual([
      { groupId: 'local/shop/x', body, reason: expect.stringContaining('version') },
    ]);
  });

  it('stops the group of a pod at a failure; it and what follows come again when the queue is told, others are done', async () => {
    const [failing, neighbour] = [aNewPod('front'), aNewPod('front')];
    await put('pods', neighbour.event('1'));
    await invoke('pods'); // namespace and service are there
    cloud.faults.add({
      service: 'servicediscovery',
      operation: 'RegisterInstance',
      error: { code: 'ResourceInUse', message: 'as the test says' },
    });
    await put('pods', failing.event('1'));
    await put('pods', failing.event('2'));
    await put('pods', neighbour.event('2'));
    expect(await invoke('pods')).toEqual({ received: 3, again: [failing.group, failing.group] });
    expect(instances()).not.toHaveProperty([failing.id]);
    expect(vi.mocked(console.warn).mock.calls.join()).toContain('message will be retried');
    const queue = cloud.queues.get(queueName('pods'));
    expect(queue.counts).toEqual({ visible: 0, inFlight: 2 });
    await expect.poll(() => queue.counts, { timeout: 3_000 }).toEqual({ visible: 2, inFlight: 0 });
    expect(await invoke('pods')).toEqual({ received: 2, again: [] });
    expect(instances()).toMatchObject({ [failing.id]: failing.name });
  });

  it('acts on the newest state: of a pod that is deleted by now, nothing is registered first', async () => {
    const pod = aNewPod('front');
    cloudMap.calls.clear();
    await put('pods', pod.event('1'));
    await put('pods', pod.event('2', { change: 'Deleted' }));
    expect(await invoke('pods')).toEqual({ received: 2, again: [] });
    expect([...cloudMap.calls.keys()]).toEqual([]);
  });

  it('defers what somebody has to do something about first, and goes on with the group', async () => {
    const pod = aNewPod('front');
    cloud.faults.add({
      service: 'servicediscovery',
      operation: 'RegisterInstance',
      error: {
        code: 'AccessDeniedException',
        message: 'not authorized to perform servicediscovery:RegisterInstance',
      },
    });
    const queue = cloud.queues.get(queueName('pods'));
    await put('pods', pod.event('1'));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(queue.counts).toEqual({ visible: 1, inFlight: 0 });
    const changed = vi.spyOn(queue, 'changeVisibility');
    const { again } = await invoke('pods');
    expect(again, 'it is not due').toEqual([expect.stringContaining(`${pod.group}~`)]);
    const [delayMs = 0] = changed.mock.calls.map(([, timeoutMs]) => timeoutMs).filter((ms) => ms !== 8_000);
    expect(delayMs).toBeGreaterThanOrEqual(60_000);
    expect(delayMs).toBeLessThanOrEqual(124_000);
  });

  it('puts a message aside that was tried for an hour, with the reason it fails for', async () => {
    const pod = aNewPod('front');
    cloud.faults.add({
      service: 'dynamodb',
      operation: 'UpdateItem',
      times: Number.POSITIVE_INFINITY,
      error: { code: 'AccessDeniedException', message: 'not authorized to perform dynamodb:UpdateItem' },
    });
    const anHourAgo = { DataType: 'Number', StringValue: String(Date.now() - 3_600_000) };
    cloud.queues.get(queueName('pods')).send({
      groupId: pod.group,
      body: JSON.stringify(pod.event('1')),
      attributes: { FailingSince: anHourAgo },
    });
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(deadLetter('pods').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('AccessDeniedException: not authorized to perform dynamodb:UpdateItem'),
    ]);
  });

  it('loses nothing where the dead-letter queue cannot be reached', async () => {
    cloud.faults.add({
      service: 'sqs',
      operation: 'SendMessage',
      times: Number.POSITIVE_INFINITY,
      error: { code: 'AccessDenied', message: 'no' },
    });
    send('pods', 'a', 'no JSON');
    expect(await invoke('pods')).toEqual({ received: 1, again: ['a'] });
    cloud.faults.reset();
    await expect.poll(() => cloud.queues.get(queueName('pods')).counts.visible, { timeout: 3_000 }).toBe(1);
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(deadLetter('pods')).toHaveLength(1);
  });

  it('begins nothing with little time left; it comes again at once', async () => {
    const pod = aNewPod('front');
    await put('pods', pod.event('1'));
    cloudMap.calls.clear();
    expect(await invoke('pods', { remainingMs: 5_000 })).toEqual({ received: 1, again: [pod.group] });
    expect([...cloudMap.calls]).toEqual([]);
    expect(cloud.queues.get(queueName('pods')).counts).toEqual({ visible: 1, inFlight: 0 });
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
  });

  it('sets the readiness gate of a pod that declares it, in the cluster, and says why when it cannot be discovered', async () => {
    const pod = aGatedPod(kubernetes, 'gated');
    await expect.poll(() => pod.condition('ContainersReady')?.status).toBe('True');
    expect(pod.condition('Ready')).toMatchObject({ status: 'False' });
    await put('pods', pod.event());
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(pod.condition(cloudMapReadinessGate)).toMatchObject({
      status: 'True',
      reason: 'Registered',
      message: `registered in shop.local/gated as ${pod.ip()}`,
      lastTransitionTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    await expect.poll(() => pod.condition('Ready')?.status).toBe('True');

    const patches = () => kubernetes.requests.get('patch pods/status');
    expect(patches()).toBe(1);
    cloudMap.calls.clear();
    await put('pods', pod.event());
    expect(await invoke('pods'), 'what the gate itself has changed').toEqual({ received: 1, again: [] });
    expect([...cloudMap.calls]).toEqual([]);
    expect(patches()).toBe(1);
    expect(instances()).toMatchObject({ [`gated/${pod.ip()}`]: 'gated' });

    pod.moveTo('-');
    await put('pods', pod.event());
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).not.toHaveProperty([`gated/${pod.ip()}`]);
    expect(pod.condition(cloudMapReadinessGate)).toMatchObject({
      status: 'False',
      reason: 'NotRegistered',
      message: expect.stringContaining('annotation eks-mesh-sync/cloud-map-service is "-"'),
    });
    await expect.poll(() => pod.condition('Ready')?.status).toBe('False');
  });

  it('registers a pod whose gate it may not set, and is done with the message', async () => {
    const pod = aGatedPod(kubernetes, 'barred');
    await expect.poll(() => pod.condition('ContainersReady')?.status).toBe('True');
    const allow = kubernetes.faults.inject({ verb: 'patch', subresource: 'status', error: { code: 403 } });
    await put('pods', pod.event());
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [`barred/${pod.ip()}`]: 'barred' });
    expect(pod.condition(cloudMapReadinessGate)).toBeUndefined();
    allow();
    const key = { cluster: 'local', namespace: 'default', name: 'barred' };
    send('pods', 'local/default/barred', JSON.stringify(resyncRequested(key, 'run', 'as a sweep does')));
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(pod.condition(cloudMapReadinessGate)).toMatchObject({ status: 'True' });
  });

  it('has the message come again in a second for a registration that is not done yet', async () => {
    const pod = aGatedPod(kubernetes, 'slow');
    await expect.poll(() => pod.condition('ContainersReady')?.status).toBe('True');
    cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 1_200;
    const changed = vi.spyOn(cloud.queues.get(queueName('pods')), 'changeVisibility');
    await put('pods', pod.event());
    expect(await invoke('pods')).toEqual({ received: 1, again: ['local/default/slow'] });
    cloudMap.settings.latenciesMs.REGISTER_INSTANCE = 0;
    const delays = changed.mock.calls.map(([, timeoutMs]) => timeoutMs);
    expect(delays.filter((ms) => ms !== 8_000)).toEqual([1_000]);
    expect(pod.condition(cloudMapReadinessGate)).toBeUndefined();
    await expect.poll(() => cloud.queues.get(queueName('pods')).counts.visible, { timeout: 3_000 }).toBe(1);
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(pod.condition(cloudMapReadinessGate)).toMatchObject({ status: 'True' });
  });

  it('looks at a pod again when asked to', async () => {
    const pod = aNewPod('front');
    await put('pods', pod.event('1'));
    await invoke('pods');
    const resync = resyncRequested(
      { cluster: 'local', namespace: 'shop', name: pod.name },
      'run',
      'a test asks',
    );
    send('pods', resync.group, JSON.stringify(resync));
    cloudMap.calls.clear();
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect([...cloudMap.calls]).toEqual([]);
  });
});

describe('reconcile-mesh', () => {
  it('has the pods of a virtual node look again, and the pods that a listing misses end', async () => {
    const pod = aNewPod('unannotated');
    const event = pod.event('1');
    await put('pods', {
      ...event,
      pod: { ...event.pod, metadata: { ...event.pod.metadata, annotations: {} } },
    });
    await invoke('pods');
    expect(instances()).not.toHaveProperty([pod.id]);

    const spec = {
      podSelector: { matchLabels: { app: 'front' } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'unannotated' } },
    };
    await put('mesh', objectEvent(anObject('VirtualNode', spec)));
    expect(await invoke('mesh')).toEqual({ received: 1, again: [] });
    await again('pods', instances).toMatchObject({ [pod.id]: pod.name }); // a new service takes scarce calls
    const queued = () => cloud.queues.get(queueName('pods')).counts;
    await again('pods', queued).toEqual({ visible: 0, inFlight: 0 });

    const listing = { id: 'l', kind: 'Pod', resourceVersion: '9', part: 1, parts: 1, objects: [] };
    const range = { from: `shop/${pod.name}`, to: `shop/${pod.name}0` };
    await put('mesh', {
      type: 'Cluster Listed',
      version: 1,
      group: 'local',
      cluster: 'local',
      listing: { ...listing, ...range },
    });
    expect((await invoke('mesh')).again).not.toContain('local');
    await expect.poll(() => cloud.queues.get(queueName('pods')).counts.visible).toBe(1);
    await invoke('pods');
    expect(instances()).not.toHaveProperty([pod.id]);
  });

  it('tells a virtual node of its pods in the cluster, when the request is due; its early receipt is no failure', async () => {
    const spec = {
      podSelector: { matchLabels: { app: 'received' } },
      serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'received' } },
    };
    const namespace = 'received'; // of its own: SQS has not seen a request for it
    kubernetes.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      {
        apiVersion: 'appmesh.k8s.aws/v1beta2',
        kind: 'VirtualNode',
        metadata: { namespace, name: 'n' },
        spec,
      },
    ]);
    const node = () =>
      kubernetes.api.get('virtualnodes.appmesh.k8s.aws', namespace, 'n') as unknown as ClusterObject;
    const queue = cloud.queues.get(queueName('mesh'));
    await put('mesh', objectEvent(trimClusterObject(node())));
    expect((await invoke('mesh')).again).toEqual([]);
    await expect.poll(() => queue.counts.visible).toBe(1);
    vi.mocked(console.warn).mockClear();
    expect(await invoke('mesh')).toEqual({ received: 1, again: ['local/status'] });
    expect(console.warn).not.toHaveBeenCalled();

    const pod = aNewPod('received');
    const event = pod.event('1');
    const metadata = { ...event.pod.metadata, namespace, labels: { app: 'received' }, annotations: {} };
    const group = `local/${namespace}/${pod.name}`;
    await put('pods', { ...event, group, pod: { ...event.pod, metadata } });
    await again('pods', instances).toMatchObject({ [pod.id]: pod.name });
    const message = '1 of 1 pods registered in shop.local/received';
    const condition = {
      type: 'CloudMapInstancesRegistered',
      status: 'True',
      reason: 'AllRegistered',
      message,
    };
    await again('mesh', () => node().status).toMatchObject({ conditions: [condition] });
  }, 30_000);

  it('puts a faulty object aside with its field; the next one of the group is done', async () => {
    const faulty = objectEvent(
      anObject('VirtualNode', { listeners: [{ portMapping: { port: 0 } }] }, { name: 'faulty' }),
    );
    await put('mesh', faulty);
    await put('mesh', objectEvent(anObject('VirtualService', {}, { name: 'next' })));
    expect(await invoke('mesh')).toEqual({ received: 2, again: [] });
    expect(deadLetter('mesh').map(({ reason }) => reason)).toEqual([
      'VirtualNode shop/faulty: spec.listeners[0].portMapping.port: Too small: expected number to be >=1',
    ]);
  });

  it('takes no pods', async () => {
    send('mesh', 'local', JSON.stringify(aNewPod('front').event('1')));
    await invoke('mesh');
    expect(deadLetter('mesh').map(({ reason }) => reason)).toEqual([
      expect.stringContaining(
        "type: Invalid discriminator value. Expected 'Cluster Object Changed' | 'Cluster Listed'",
      ),
    ]);
  });
});
