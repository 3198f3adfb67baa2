import { rmSync } from 'node:fs';
import { AppMesh } from '@eks-mesh-sync/embedded-aws/app-mesh/app-mesh.ts';
import { appMeshService } from '@eks-mesh-sync/embedded-aws/app-mesh-service.ts';
import type { EmbeddedCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { trimClusterObject } from '../../shared/model/events/trim.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { objectEvent } from '../fakes/objects.ts';
import type { Manifest } from '../mesh/harness/harness.ts';
import { aMesh, aNamespace, aNode, aRoute, aRouter } from '../mesh/harness/manifests.ts';
import {
  cloudWithoutFunctions,
  deliverBatch,
  folderWithClusters,
  type QueueHandler,
  queueName,
  quiet,
  stubEnvironment,
} from './harness.ts';

/** The function as it is exported, with a cluster whose mesh target are Envoys that read ConfigMaps. */
let cloud: EmbeddedCloud;
let kubernetes: Cluster;
let folder: string;
let handler: QueueHandler;

beforeAll(async () => {
  kubernetes = await startCluster({ port: 0, definitions: meshDefinitions() });
  const appMesh = appMeshService(new AppMesh());
  cloud = await cloudWithoutFunctions(appMesh, { name: 'local', endpoint: kubernetes.url });
  folder = folderWithClusters({ mesh: 'envoy', envoy: { settleSeconds: 2 }, kubernetes: {} });
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
afterEach(() => vi.restoreAllMocks());

const queue = () => cloud.queues.get(queueName('mesh'));

/** Applied to the cluster, and sent as the relay sends it. */
function apply(...manifests: readonly Manifest[]): void {
  const objects = manifests.map((manifest) => ({
    apiVersion: manifest.kind === 'Namespace' ? 'v1' : 'appmesh.k8s.aws/v1beta2',
    ...manifest,
  }));
  for (const { object } of kubernetes.apply(objects as never)) {
    const event = objectEvent(trimClusterObject(object as unknown as ClusterObject));
    queue().send({ groupId: event.group, body: JSON.stringify(event) });
  }
}

/** The poller: batches as they are visible, until the condition holds; answers after how many milliseconds it did. */
async function pollUntil(isMet: () => boolean): Promise<number> {
  const begunAt = performance.now();
  let delivery: Promise<unknown> | undefined;
  while (!isMet()) {
    if (performance.now() - begunAt > 20_000) throw new Error('it does not happen');
    if (delivery === undefined && queue().counts.visible > 0)
      delivery = deliverBatch(queue(), handler).finally(() => {
        delivery = undefined;
      });
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const tookMs = performance.now() - begunAt;
  await delivery;
  return tookMs;
}

interface Live {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager: string }[];
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const get = (resource: string, name: string) =>
  kubernetes.api.get(resource, 'apps', name) as unknown as Live | undefined;

function find(resource: string, name: string): Live | undefined {
  try {
    return get(resource, name);
  } catch {
    return undefined;
  }
}

const configMap = () => find('configmaps', 'front.virtual-node');
const annotation = () =>
  find('pods', 'front-1')?.metadata.annotations?.['sidecar.eks-mesh-sync/configuration'];
const isActive = () =>
  find('virtualnodes.appmesh.k8s.aws', 'front')?.status?.conditions?.some(
    ({ type, status }) => type === 'VirtualNodeActive' && status === 'True',
  ) ?? false;

/** The weights in the route table of the caller. */
function weights(): Readonly<Record<string, number>> {
  const { routes } = JSON.parse(configMap()?.data?.['rds-egress-8080.json'] ?? '{}').resources[0]
    .virtual_hosts[0];
  const { clusters } = routes[0].route.weighted_clusters;
  return Object.fromEntries(
    clusters.map(({ name, weight }: { name: string; weight: number }) => [name.split('_')[2], weight]),
  );
}

const router = (to: Readonly<Record<string, number>>) => aRouter('paths', [aRoute('all', to)]);
const backend = { virtualService: { virtualServiceRef: { name: 'shop' } } };
const shop = {
  kind: 'VirtualService',
  metadata: { name: 'shop', namespace: 'apps' },
  spec: { awsName: 'shop.example', provider: { virtualRouter: { virtualRouterRef: { name: 'paths' } } } },
};
const front = aNode('front', { backends: [backend], podSelector: { matchLabels: { app: 'front' } } });

function startPod(): void {
  const volumes = [{ name: 'envoy-mesh', configMap: { name: 'front.virtual-node' } }];
  const metadata = { name: 'front-1', namespace: 'apps', labels: { app: 'front' } };
  const containers = [{ name: 'front', image: 'front' }];
  kubernetes.apply([{ apiVersion: 'v1', kind: 'Pod', metadata, spec: { volumes, containers } } as never]);
}

describe('reconcile-mesh for Envoys without a control plane', () => {
  it('writes the ConfigMaps of manifests that are applied', async () => {
    apply(aNamespace(), aMesh(), aNode('blue'), aNode('red'), router({ blue: 3, red: 1 }), shop, front);
    await pollUntil(isActive);
    expect(Object.keys(configMap()?.data ?? {})).toEqual(
      expect.arrayContaining(['bootstrap.json', 'cds.json', 'lds.json', 'rds-egress-8080.json']),
    );
    expect(weights()).toEqual({ blue: 3, red: 1 });
    startPod();
  });

  it('writes another weight within five seconds, once, and annotates the pods after it', async () => {
    const before = configMap()?.metadata.resourceVersion;
    apply(router({ blue: 1, red: 3 }));
    const begunAt = performance.now();
    const writtenMs = await pollUntil(() => configMap()?.metadata.resourceVersion !== before);
    expect(weights()).toEqual({ blue: 1, red: 3 });
    const after = configMap()?.metadata.resourceVersion;
    await pollUntil(() => annotation() !== undefined);
    const annotatedMs = performance.now() - begunAt;
    expect(writtenMs).toBeLessThan(2_000);
    expect(annotatedMs).toBeLessThan(5_000);
    const first = annotation();
    await pollUntil(() => annotation() !== first);
    expect(annotation()).toBe(`${first}-2`);
    expect(configMap()?.metadata.resourceVersion, 'one write').toBe(after);
  }, 30_000);

  it('adds a target by clusters first, and is True when the routes lead to it', async () => {
    apply(aNode('green'), router({ blue: 1, green: 3 }));
    await pollUntil(() => configMap()?.data?.['cds.json']?.includes('apps_green') ?? false);
    expect(weights()).toEqual({ blue: 1, red: 3 });
    await pollUntil(() => !isActive());
    await pollUntil(isActive);
    expect(weights()).toEqual({ blue: 1, green: 3 });
    expect(configMap()?.data?.['cds.json']).not.toContain('apps_red');
  }, 30_000);

  it('leaves the ConfigMap of a deleted node to its pods, with the reason', async () => {
    const node = find('virtualnodes.appmesh.k8s.aws', 'front') as unknown as ClusterObject;
    const path = '/apis/appmesh.k8s.aws/v1beta2/namespaces/apps/virtualnodes/front';
    await fetch(`${kubernetes.url}${path}`, { method: 'DELETE' });
    const resourceVersion = String(Number(node.metadata.resourceVersion) + 1_000);
    const gone = { ...node, metadata: { ...node.metadata, resourceVersion } };
    const event = objectEvent(trimClusterObject(gone), { change: 'Deleted' });
    queue().send({ groupId: event.group, body: JSON.stringify(event) });
    const noted = () => vi.mocked(console.warn).mock.calls.flat().join(' ');
    await pollUntil(() =>
      noted().includes('front.virtual-node is not deleted yet: pods front-1 still use it'),
    );
    expect(configMap()).toBeDefined();
  }, 30_000);
});
