import { describe, expect, it, vi } from 'vitest';
import { trimClusterObject } from '../../shared/model/events/trim.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { anObject, objectEvent } from '../fakes/objects.ts';
import { queueName } from './harness.ts';
import {
  again,
  aNewPod,
  cloud,
  deadLetter,
  instances,
  invoke,
  kubernetes,
  put,
  send,
} from './queue-functions.ts';

describe('reconcile-mesh', () => {
  it('reconcile-mesh has the pods of a virtual node check again, and the pods that a listing lacks end', async () => {
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

  it('reconcile-mesh writes the pods of a virtual node into its status, when the request is due; its early receipt is no failure', async () => {
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

  it('reconcile-mesh logs a faulty object with its field, and counts it; no message needs a person', async () => {
    const faulty = objectEvent(
      anObject('VirtualNode', { listeners: [{ portMapping: { port: 0 } }] }, { name: 'faulty' }),
    );
    await put('mesh', faulty);
    await put('mesh', objectEvent(anObject('VirtualService', {}, { name: 'next' })));
    expect(await invoke('mesh')).toEqual({ received: 2, again: [] });
    expect(deadLetter('mesh')).toEqual([]);
    expect(vi.mocked(console.info).mock.calls.join()).toContain(
      'VirtualNode shop/faulty: spec.listeners[0].portMapping.port: Too small: expected number to be >=1',
    );
  });

  it('reconcile-mesh takes no pods', async () => {
    send('mesh', 'local', JSON.stringify(aNewPod('front').event('1')));
    await invoke('mesh');
    expect(deadLetter('mesh').map(({ reason }) => reason)).toEqual([
      expect.stringContaining(
        "type: Invalid discriminator value. Expected 'Cluster Object Changed' | 'Cluster Listed'",
      ),
    ]);
  });
});
