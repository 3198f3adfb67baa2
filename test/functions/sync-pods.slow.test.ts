import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { credentials, clientRegion as region } from '../../packages/embedded-aws/test/harness/clients.ts';
import { playground } from '../../playground/topology.ts';
import { resyncRequested } from '../../shared/model/events/resync-requested.ts';
import { cloudMapReadinessGate } from '../../shared/model/kubernetes.ts';
import { aGatedPod } from '../fakes/gated-pods.ts';
import { anObject, objectEvent } from '../fakes/objects.ts';
import { queueName } from './harness.ts';
import {
  aNewPod,
  cloud,
  cloudMap,
  deadLetter,
  instances,
  invoke,
  kubernetes,
  put,
  send,
} from './queue-functions.ts';

/** Of what is stored of a pod, epoch seconds. */
async function expiryOf(name: string): Promise<number> {
  const table = new DynamoDBClient({ endpoint: cloud.url, region, credentials });
  const Key = { pk: { S: 'POD#local' }, sk: { S: `shop/${name}` } };
  const { Item } = await table.send(new GetItemCommand({ TableName: playground.table, Key }));
  return Number(Item?.expiresAt?.N);
}

describe('sync-pods', () => {
  it('sync-pods registers and deregisters what the bus reports', async () => {
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

  it('sync-pods puts bad messages aside with a reason that names object and field; their neighbours are done', async () => {
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

  it('sync-pods keeps what was dead-lettered as it was', async () => {
    const body = JSON.stringify({ ...aNewPod('front').event('1'), version: 'x', text: 'ä€😀' });
    send('pods', 'local/shop/x', body);
    await invoke('pods');
    expect(deadLetter('pods')).toEqual([
      { groupId: 'local/shop/x', body, reason: expect.stringContaining('version') },
    ]);
  });

  it('sync-pods stops the group of a pod at a failure; it and what follows are retried when the queue is informed, others are done', async () => {
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

  it('sync-pods acts on the newest state: of a pod that is deleted by now, nothing is registered first', async () => {
    const pod = aNewPod('front');
    cloudMap.calls.clear();
    await put('pods', pod.event('1'));
    await put('pods', pod.event('2', { change: 'Deleted' }));
    expect(await invoke('pods')).toEqual({ received: 2, again: [] });
    expect([...cloudMap.calls.keys()]).toEqual([]);
  });

  it('sync-pods defers what somebody has to do something about first, and goes on with the group', async () => {
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

  it('sync-pods puts a message aside that was tried for an hour, with the reason it fails for', async () => {
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

  it('sync-pods loses nothing where the dead-letter queue cannot be reached', async () => {
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

  it('sync-pods begins nothing with little time left; it is retried at once', async () => {
    const pod = aNewPod('front');
    await put('pods', pod.event('1'));
    cloudMap.calls.clear();
    expect(await invoke('pods', { remainingMs: 5_000 })).toEqual({ received: 1, again: [pod.group] });
    expect([...cloudMap.calls]).toEqual([]);
    expect(cloud.queues.get(queueName('pods')).counts).toEqual({ visible: 1, inFlight: 0 });
    expect(await invoke('pods')).toEqual({ received: 1, again: [] });
    expect(instances()).toMatchObject({ [pod.id]: pod.name });
  });

  it('sync-pods sets the readiness gate of a pod that declares it, in the cluster, and says why when it cannot be discovered', async () => {
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

  it('sync-pods registers a pod whose gate it may not set, and is done with the message', async () => {
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

  it('sync-pods retries the message in a second for a registration that is not done yet', async () => {
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

  it('sync-pods checks a pod again when asked to', async () => {
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
