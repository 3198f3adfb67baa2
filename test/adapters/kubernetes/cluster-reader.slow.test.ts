import { createServer, type Server } from 'node:net';
import { EKSClient } from '@aws-sdk/client-eks';
import { type EmbeddedCloud, startCloud } from '@eks-mesh-sync/embedded-aws/cloud.ts';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractTopology } from '../../../packages/embedded-aws/test/harness/topology.ts';
import { startQuickCluster } from '../../../packages/embedded-kubernetes/test/harness.ts';
import { CallCounter } from '../../../shared/adapters/aws/call-counter.ts';
import { EksAdapter } from '../../../shared/adapters/aws/eks.ts';
import { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import { ClusterReader } from '../../../shared/adapters/kubernetes/cluster-reader.ts';
import type { Connection } from '../../../shared/adapters/kubernetes/connection.ts';
import { eksToken } from '../../../shared/adapters/kubernetes/eks-token.ts';
import { meshResources } from '../../../shared/adapters/kubernetes/resources.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';
import { PermanentError, RetryableError } from '../../../shared/model/errors.ts';
import { meshKinds } from '../../../shared/model/kubernetes.ts';
import type { ClusterReader as Port } from '../../../shared/ports/sweep-ports.ts';

const [config] = clustersFile.parse({ clusters: [{ name: 'local' }] }).clusters;
if (!config) throw new Error('there is one');

let cluster: Cluster;
let cloud: EmbeddedCloud | undefined;
let reader: ClusterReader;
let calls: CallCounter;
beforeEach(async () => {
  calls = new CallCounter();
});
afterEach(async () => {
  await cluster.stop();
  await cloud?.close();
  cloud = undefined;
});

async function start(options: Parameters<typeof startQuickCluster>[0] = {}): Promise<void> {
  cluster = await startQuickCluster(options);
  reader = new ClusterReader(async () => ({ server: cluster.url, connectTimeoutMs: 500 }), calls.count);
}

const virtualNode = {
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind: 'VirtualNode',
  metadata: { name: 'front', namespace: 'shop' },
  spec: { podSelector: { matchLabels: { app: 'front' } }, listeners: [] },
  status: { conditions: [] },
};

function fill(pods = 3): void {
  cluster.createRunningPods(pods, { namespace: 'shop', labels: { app: 'front' } });
  cluster.apply([virtualNode]);
}

describe('a cluster that EKS knows', () => {
  it('a cluster that EKS knows is found, asked with a token, and listed as a whole', async () => {
    await start();
    fill();
    cloud = await startCloud({
      ...{ port: 0, topology: contractTopology, handlers: {}, log: () => undefined },
      cluster: { name: 'local', endpoint: cluster.url },
    });
    const client = calls.watch(
      new EKSClient({
        ...{ endpoint: cloud.url, region: 'us-west-2' },
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      }),
    );
    const eks = new EksAdapter(client);
    const tokens: string[] = [];
    const reader = new ClusterReader(async ({ name }): Promise<Connection> => {
      const token = eksToken({
        cluster: name,
        region: () => eks.region(),
        credentials: () => eks.credentials(),
      });
      const noted = async (options: { refresh: boolean }) => {
        tokens.push(await token(options));
        return tokens.at(-1) ?? '';
      };
      return { ...(await eks.describe(name)), token: noted };
    }, calls.count);

    const port: Port = reader;
    const listing = await port.list(config);
    expect(Number(listing.resourceVersion)).toBeGreaterThan(0);
    expect([...listing.pods.keys()]).toEqual(['shop/pod-00000', 'shop/pod-00001', 'shop/pod-00002']);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^k8s-aws-v1\./);

    await reader.list(config);
    expect(calls.snapshot()).toMatchObject({ DescribeCluster: 1, 'list pods': 2, 'list nodes': 2 });
    client.destroy();
  });

  it('a cluster that EKS knows is named when EKS does not know it', async () => {
    await start();
    cloud = await startCloud({
      ...{ port: 0, topology: contractTopology, handlers: {}, log: () => undefined },
      cluster: { name: 'other', endpoint: cluster.url },
    });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const eks = new EksAdapter(new EKSClient({ endpoint: cloud.url, region: 'us-west-2', credentials }));
    await expect(eks.describe('local')).rejects.toThrow(
      /^DescribeCluster local: ResourceNotFoundException: .*local/,
    );
  });
});

describe('a listing', () => {
  it('a listing is trimmed, with the place of each pod’s node', async () => {
    await start();
    fill(1);
    const { pods, objects } = await reader.list(config);
    const [pod] = pods.values();
    expect(pod?.object.metadata.labels).toMatchObject({ app: 'front' });
    expect(pod?.object).not.toHaveProperty('spec.containers');
    expect(pod?.node).toMatchObject({ region: 'us-west-2', zone: expect.stringMatching(/^us-west-2/) });
    expect(pod?.node?.name).toBe(pod?.object.spec.nodeName);
    expect(pod?.readinessChangedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const node = objects.find(({ kind }) => kind === 'VirtualNode');
    expect(node).toMatchObject({
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      metadata: { name: 'front', namespace: 'shop' },
    });
    expect(node).not.toHaveProperty('status');
    expect(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name)).toContain(
      'shop',
    );
  });

  it('a listing has the whole status of mesh objects apart', async () => {
    await start();
    fill(0);
    const uid = (await reader.list(config)).objects.find(({ kind }) => kind === 'VirtualNode')?.metadata.uid;
    const status = { virtualNodeARN: 'arn:a', conditions: [{ type: 'a', status: 'True' }] };
    const client = new KubernetesClient({ server: cluster.url });
    const front = { namespace: 'shop', name: 'front', uid: uid ?? '' };
    await client.patchStatus(meshResources.VirtualNode, front, { status });
    client.close();
    const { statuses } = await reader.list(config);
    expect(Object.fromEntries(statuses)).toEqual({ 'VirtualNode shop/front': { uid, status } });
  });

  it('a listing is of one state, whatever changes while it is made', async () => {
    await start();
    fill();
    let isChanged = false;
    const racing = new ClusterReader(
      async () => ({ server: cluster.url }),
      (action) => {
        if (action !== 'list nodes' || isChanged) return;
        isChanged = true;
        cluster.api.patch('virtualnodes.appmesh.k8s.aws', 'shop', 'front', {
          spec: { listeners: [{ portMapping: { port: 1, protocol: 'http' } }] },
        });
        cluster.createRunningPods(1, { namespace: 'late' });
      },
    );
    const listing = await racing.list(config);
    expect(isChanged).toBe(true);
    expect(Number(listing.resourceVersion)).toBeLessThan(cluster.store.revision);
    expect(listing.objects.find(({ kind }) => kind === 'VirtualNode')?.spec).toMatchObject({ listeners: [] });
    expect(listing.objects.map(({ metadata }) => metadata.name)).not.toContain('late');
    expect(listing.laterKinds).toEqual([]);
    expect(listing.absentKinds).toEqual([]);
  });

  it('a listing comes in pages of 500', async () => {
    await start();
    fill(1001);
    expect((await reader.list(config)).pods.size).toBe(1001);
    expect(calls.snapshot()).toMatchObject({ 'list pods': 3, 'list namespaces': 1 });
  });

  it('a listing has no mesh objects where the cluster has no such kind', async () => {
    await start({ definitions: [] });
    cluster.createRunningPods(1, { namespace: 'shop' });
    const { pods, objects, absentKinds } = await reader.list(config);
    expect(pods.size).toBe(1);
    expect(absentKinds).toEqual(meshKinds);
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['Namespace']));
  });

  it('a listing says which kinds are later, when the state of the pods is forgotten meanwhile', async () => {
    await start();
    fill();
    const reader = new ClusterReader(
      async () => ({ server: cluster.url }),
      (action) => {
        if (action !== 'list virtualnodes.appmesh.k8s.aws') return;
        cluster.apply([{ ...virtualNode, metadata: { name: 'late', namespace: 'shop' } }]);
        cluster.faults.expireHistory();
      },
    );
    const { laterKinds, objects } = await reader.list(config);
    expect(laterKinds).toContain('VirtualNode');
    expect(laterKinds).not.toContain('Mesh');
    expect(objects.map(({ metadata }) => metadata.name)).toContain('late');
  });

  it('a listing says so too where exact matches are not done', async () => {
    await start();
    fill();
    cluster.faults.inject({ verb: 'list', resource: 'nodes', times: 1, error: { code: 400 } });
    const { laterKinds, pods } = await reader.list(config);
    expect(laterKinds).toEqual(['Node']);
    expect([...pods.values()].every(({ node }) => node?.zone)).toBe(true);
  });

  it('a listing begins again when it expires in the middle, three times at most', async () => {
    await start();
    fill(501);
    let expirations = 1;
    const reader = new ClusterReader(
      async () => ({ server: cluster.url }),
      (action) => {
        calls.count(action);
        const isSecondPage = action === 'list pods' && (calls.snapshot()[action] ?? 0) % 2 === 0;
        if (isSecondPage && expirations-- > 0) {
          cluster.createRunningPods(1, { namespace: 'more' });
          cluster.faults.expireHistory();
        }
      },
    );
    expect((await reader.list(config)).pods.size).toBe(502);
    expect(calls.snapshot()['list pods']).toBe(4);
    expirations = Number.POSITIVE_INFINITY;
    await expect(reader.list(config)).rejects.toThrow(/410/);
    expect(calls.snapshot()['list pods']).toBe(10);
  });

  it('a listing gets over passing faults of single requests', async () => {
    await start();
    fill(1001);
    cluster.faults.inject({ verb: 'list', resource: 'pods', times: 2, error: { code: 503 } });
    cluster.faults.inject({ verb: 'list', resource: 'namespaces', times: 1, drop: true });
    expect((await reader.list(config)).pods.size).toBe(1001);
  });

  it('a listing is none when a kind is refused', async () => {
    await start();
    fill();
    cluster.faults.inject({ verb: 'list', resource: 'meshes.appmesh.k8s.aws', error: { code: 403 } });
    const refusal = reader.list(config);
    await expect(refusal).rejects.toThrow(PermanentError);
    await expect(refusal).rejects.toThrow(/list meshes\.appmesh\.k8s\.aws: HTTP 403/);
  });

  it('a listing is none when a request keeps failing, and the next one finds the cluster again', async () => {
    await start();
    fill();
    let lookUps = 0;
    const reader = new ClusterReader(async () => {
      lookUps += 1;
      return { server: cluster.url };
    });
    const end = cluster.faults.inject({ verb: 'list', resource: 'namespaces', error: { code: 500 } });
    await expect(reader.list(config)).rejects.toThrow(RetryableError);
    end();
    await reader.list(config);
    await reader.list(config);
    expect(lookUps).toBe(2);
  });
});

describe('an API server that cannot be reached', () => {
  let silent: Server;
  afterEach(() => silent.close());

  it('an API server that cannot be reached is given up after the time for connecting', async () => {
    await start();
    // It takes the connection and never says a word of TLS, as a firewall that drops packets appears from here.
    silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const reader = new ClusterReader(async () => ({
      server: `https://127.0.0.1:${port}`,
      connectTimeoutMs: 100,
    }));
    const startedAt = Date.now();
    const list = reader.list(config);
    await expect(list).rejects.toThrow(RetryableError);
    await expect(list).rejects.toThrow(/no connection to https:\/\/127\.0\.0\.1:\d+ within 100 ms/);
    expect(Date.now() - startedAt).toBeLessThan(1000);
  });
});
