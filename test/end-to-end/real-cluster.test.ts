import { join } from 'node:path';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { readManifests } from '../../playground/manifests/read-manifests.ts';
import { type SecureCluster, secureCluster } from '../playground/kubeconfig/secure-cluster.ts';
import { startKubeconfig } from './harness/start-kubeconfig.ts';

const root = join(import.meta.dirname, '..', '..');

const walkthrough = () =>
  readManifests([join(root, 'examples/howto-k8s-cloudmap.yaml')], { substitution: [], environment: {} }).map(
    ({ manifest }) => manifest,
  );

describe('npm start --kubeconfig of a cluster with a CA of its own', () => {
  let cluster: Cluster;
  let secure: SecureCluster;
  beforeAll(async () => {
    cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
    cluster.apply(walkthrough() as unknown as Parameters<typeof cluster.apply>[0]);
    secure = await secureCluster(cluster.url);
  });
  afterAll(async () => {
    await secure[Symbol.asyncDispose]();
    await cluster.stop();
  });

  it('shows which pods would be registered, and writes nothing', async () => {
    const { status, stdout, stderr } = await startKubeconfig(secure.kubeconfig('certificate'));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Pods: 3 registered');
    expect(stdout).toMatch(/\d statuses not written to the cluster \(.*virtualnodes\.appmesh\.k8s\.aws.*\)/);
    expect(new Set(secure.received.map(({ method }) => method))).toEqual(new Set(['GET']));
  }, 120_000);

  it('writes statuses with --write-status, and nothing else', async () => {
    const { status, stdout } = await startKubeconfig(secure.kubeconfig('token'), '--write-status');
    expect(status).toBe(0);
    expect(stdout).not.toContain('not written');
    const writes = secure.received.filter(({ method }) => method !== 'GET');
    expect(writes.length).toBeGreaterThan(3);
    for (const { method, url } of writes) expect(`${method} ${url}`).toMatch(/^PATCH \S+\/status$/);
    const [node] = cluster.store.list('virtualnodes.appmesh.k8s.aws') as { status?: object }[];
    expect(node?.status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'VirtualNodeActive', status: 'True' }),
      ]),
    });
  }, 120_000);

  it('ends with 1 and the reason if a selected pod would not be registered', async () => {
    const [pod] = cluster.createRunningPods(1, {
      annotations: { 'eks-mesh-sync/cloud-map-namespace': 'a.local' },
    });
    const { status, stdout } = await startKubeconfig(secure.kubeconfig('certificate'));
    expect(status).toBe(1);
    expect(stdout).toContain(`Pod default/${pod?.metadata.name}: InvalidAnnotation`);
  }, 120_000);

  it('ends with 2 and says what is wrong if the cluster cannot be read', async () => {
    const { status, stderr } = await startKubeconfig(secure.kubeconfig('certificate', {}));
    expect(status).toBe(2);
    expect(stderr).toMatch(/no answer from https:.*certificate/);
  });
});
