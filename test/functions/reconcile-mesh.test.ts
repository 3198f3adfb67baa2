import { rmSync } from 'node:fs';
import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { appMeshService } from '@eks-mesh-sync/embedded-aws/app-mesh-service.ts';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { detailTypes, type EventDetail } from '../../shared/model/events/event.ts';
import { meshReconcileRequested } from '../../shared/model/events/mesh-reconcile-requested.ts';
import { trimClusterObject } from '../../shared/model/events/trim.ts';
import { meshGroup } from '../../shared/model/identity.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { objectEvent } from '../fakes/objects.ts';
import { callsDuring, keysIn } from '../mesh/harness/engine-state.ts';
import type { Manifest } from '../mesh/harness/harness.ts';
import { aMesh, aNamespace, aNode } from '../mesh/harness/manifests.ts';
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
 * The function as it is exported, with its middleware and its own wiring to the embedded cloud and cluster: batches of
 * its FIFO queue in AWS's shape. Only the poller is played by the test, so that a batch holds what the test wants.
 */
const appMesh = new AppMesh({ settings: { rates: {} } });
let cloud: EmbeddedCloud;
let kubernetes: Cluster;
let folder: string;
let handler: QueueHandler;

beforeAll(async () => {
  kubernetes = await startCluster({ port: 0, definitions: meshDefinitions() });
  cloud = await cloudWithoutFunctions(appMeshService(appMesh), { name: 'local', endpoint: kubernetes.url });
  folder = folderWithClusters({ appMesh: {}, kubernetes: {} });
  stubEnvironment(cloud, 'mesh', folder);
  ({ handler } = await import('../../functions/reconcile-mesh.ts'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await cloud.close();
  await kubernetes.stop();
  vi.unstubAllEnvs();
});
beforeEach(quiet);
afterEach(() => {
  vi.restoreAllMocks();
  cloud.faults.reset();
  cloud.queues.get(queueName('mesh')).purge();
});

const queue = () => cloud.queues.get(queueName('mesh'));

function send(...events: readonly EventDetail[]): void {
  for (const event of events) queue().send({ groupId: event.group, body: JSON.stringify(event) });
}

/** Applied to the cluster, and sent as the relay sends it. */
function applied(...manifests: readonly Manifest[]): EventDetail[] {
  const objects = manifests.map((manifest) => ({
    apiVersion: manifest.kind === 'Namespace' ? 'v1' : 'appmesh.k8s.aws/v1beta2',
    ...manifest,
  }));
  return kubernetes
    .apply(objects as never)
    .map(({ object }) => objectEvent(trimClusterObject(object as unknown as ClusterObject)));
}

const invoke = () => deliverBatch(queue(), handler);

const group = meshGroup('local');
const request = (run: string, verify = false) =>
  meshReconcileRequested('local', { run, reason: 'a test', verify });

async function statusOf(plural: string, name: string): Promise<unknown> {
  const answer = await fetch(`${kubernetes.url}/apis/appmesh.k8s.aws/v1beta2/${plural}/${name}`);
  return ((await answer.json()) as { status?: unknown }).status;
}

describe('reconcile-mesh', () => {
  it('reconcile-mesh stores what the relay sends, asks itself for a run by the bus, and makes App Mesh and the statuses so', async () => {
    send(...applied(aNamespace(), aMesh(), aNode('blue')));
    expect(await invoke()).toEqual({ groups: ['local', 'local', 'local'], again: [] });
    expect(keysIn(appMesh)).toEqual([]);
    await expect.poll(() => queue().counts.visible).toBeGreaterThanOrEqual(3);
    const { groups, again } = await invoke();
    expect(again).toEqual([]);
    expect(groups.filter((each) => each === group)).toHaveLength(3);
    expect(keysIn(appMesh)).toEqual(['mesh/shop', 'virtualNode/shop/blue_apps']);
    expect(await statusOf('meshes', 'shop')).toMatchObject({
      meshARN: 'arn:aws:appmesh:us-west-2:000000000000:mesh/shop',
      conditions: [{ type: 'MeshActive', status: 'True', reason: 'Applied' }],
    });
    expect(await statusOf('namespaces/apps/virtualnodes', 'blue')).toMatchObject({
      observedGeneration: 1,
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'VirtualNodeActive', status: 'True' }),
      ]),
    });
  });

  it('reconcile-mesh does what several requests ask for in one run', async () => {
    send(request('one', true), request('two'), request('three', true));
    const calls = await callsDuring({ engine: appMesh }, async () => {
      expect(await invoke()).toEqual({ groups: [group, group, group], again: [] });
    });
    expect(calls).toEqual({ ListMeshes: 1, ListVirtualNodes: 1 });
  });

  it('reconcile-mesh defers a run that failed as one request, which is not handled before its time', async () => {
    send(...applied(aNode('green')));
    expect((await invoke()).again).toEqual([]);
    await expect.poll(() => queue().counts.visible).toBeGreaterThan(0);
    queue().purge();

    const error = { code: 'UnrecognizedClientException', message: 'as the test says', status: 400 };
    cloud.faults.add({ service: 'appmesh', operation: 'CreateVirtualNode', error });
    send(request('four'), request('five'));
    expect(await invoke()).toEqual({ groups: [group, group], again: [] });
    expect(queue().groups).toEqual([expect.stringMatching(new RegExp(`^${group}~`))]);
    expect((await invoke()).again).toHaveLength(1);
    expect(vi.mocked(console.warn).mock.calls.join()).toContain('message will be retried');
    expect(keysIn(appMesh)).not.toContain('virtualNode/shop/green_apps');

    queue().purge();
    send(request('six'));
    expect((await invoke()).again).toEqual([]);
    expect(keysIn(appMesh)).toContain('virtualNode/shop/green_apps');
  });

  it('reconcile-mesh dead-letters the one of several requests that is malformed; the others are done', async () => {
    const malformed = { ...request('eight'), version: 2 } as unknown as EventDetail;
    send(request('nine', true), malformed, request('ten'));
    const calls = await callsDuring({ engine: appMesh }, async () => {
      expect(await invoke()).toEqual({ groups: [group, group, group], again: [] });
    });
    expect(calls).toMatchObject({ ListMeshes: 1 });
    const letters = cloud.queues.get(queueName('mesh-dead-letters')).receive({ maximum: 10 });
    expect(letters.map(({ attributes }) => attributes.Reason?.StringValue)).toEqual([
      `event "${detailTypes.meshReconcileRequested}" from cluster local: version: Invalid input: expected 1`,
    ]);
  });
});
