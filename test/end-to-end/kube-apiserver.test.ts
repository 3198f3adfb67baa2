import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { kubeconfigOf } from '../playground/kubeconfig/secure-cluster.ts';
import { type ApiServer, startApiServer } from '../sidecars/api-server.ts';
import { eventually, ok } from '../sidecars/client.ts';
import { startKubeconfig } from './harness/start-kubeconfig.ts';

/** The program that `npm run test:sidecars` builds. */
const program = process.env.KUBE_APISERVER;
const reason =
  program === undefined
    ? ' (skipped: KUBE_APISERVER is not set; npm run test:sidecars builds one and runs this)'
    : '';

describe.skipIf(program === undefined)(`npm start --kubeconfig of a real kube-apiserver${reason}`, () => {
  let server: ApiServer;
  let folder: string;
  let kubeconfig: string;
  beforeAll(async () => {
    server = await startApiServer(program ?? '');
    folder = mkdtempSync(join(tmpdir(), 'kube-apiserver-'));
    kubeconfig = join(folder, 'config');
    const cluster = { server: server.url, 'insecure-skip-tls-verify': true };
    writeFileSync(kubeconfig, kubeconfigOf(cluster, { token: 'admin' }));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('says that the definitions are missing', async () => {
    const { status, stdout } = await startKubeconfig(kubeconfig);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'the cluster does not serve meshes.appmesh.k8s.aws, virtualnodes.appmesh.k8s.aws',
    );
    expect(stdout).toMatch(
      /To install the definitions: kubectl --kubeconfig \S+ apply --server-side -f deploy\/crds/,
    );
  }, 120_000);

  it('shows its pod, then writes the statuses', async () => {
    await install(server);
    const read = await startKubeconfig(kubeconfig);
    expect([read.status, read.stderr]).toEqual([0, '']);
    expect(read.stdout).toContain('Pods: 1 registered');
    const path = '/apis/appmesh.k8s.aws/v1beta2/namespaces/shop/virtualnodes/front';
    expect((await server.send('GET', path)).body.status).toBeUndefined();
    const written = await startKubeconfig(kubeconfig, '--write-status');
    expect([written.status, written.stderr]).toEqual([0, '']);
    expect((await server.send('GET', path)).body.status).toMatchObject({
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'CloudMapInstancesRegistered', status: 'True' }),
      ]),
    });
  }, 240_000);
});

/** The definitions, and a pod that a virtual node selects; a kubelet is missing, so its status is written here. */
async function install(server: ApiServer): Promise<void> {
  for (const definition of meshDefinitions() as readonly { metadata: { name: string } }[])
    await ok(
      server.apply(
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`,
        definition,
      ),
    );
  const namespace = { metadata: { name: 'shop', labels: { mesh: 'shop' } } };
  await ok(server.send('POST', '/api/v1/namespaces', namespace));
  const mesh = '/apis/appmesh.k8s.aws/v1beta2';
  const apiVersion = 'appmesh.k8s.aws/v1beta2';
  const spec = { namespaceSelector: { matchLabels: { mesh: 'shop' } } };
  await eventually(() =>
    server.send('POST', `${mesh}/meshes`, { apiVersion, kind: 'Mesh', metadata: { name: 'shop' }, spec }),
  );
  await eventually(() =>
    server.send('POST', `${mesh}/namespaces/shop/virtualnodes`, {
      ...{ apiVersion, kind: 'VirtualNode', metadata: { name: 'front' } },
      spec: {
        podSelector: { matchLabels: { app: 'front' } },
        listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
        serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
      },
    }),
  );
  const pods = '/api/v1/namespaces/shop/pods';
  await ok(
    server.send('POST', pods, {
      metadata: { name: 'front-1', labels: { app: 'front' } },
      spec: { containers: [{ name: 'app', image: 'app' }], automountServiceAccountToken: false },
    }),
  );
  const now = new Date().toISOString();
  const conditions = ['Ready', 'ContainersReady'].map((type) => ({
    type,
    status: 'True',
    lastTransitionTime: now,
  }));
  const state = { running: { startedAt: now } };
  const container = {
    name: 'app',
    image: 'app',
    imageID: '',
    ready: true,
    restartCount: 0,
    state,
    started: true,
  };
  const status = {
    phase: 'Running',
    podIP: '10.0.0.1',
    podIPs: [{ ip: '10.0.0.1' }],
    conditions,
    containerStatuses: [container],
  };
  await ok(
    server.send(
      'PATCH',
      `${pods}/front-1/status`,
      { status },
      { 'content-type': 'application/merge-patch+json' },
    ),
  );
}
