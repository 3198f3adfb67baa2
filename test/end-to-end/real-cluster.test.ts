import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { readManifests } from '../../playground/manifests/read-manifests.ts';
import { kubeconfigOf, type SecureCluster, secureCluster } from '../playground/kubeconfig/secure-cluster.ts';
import { type ApiServer, startApiServer } from '../sidecars/api-server.ts';
import { eventually, ok } from '../sidecars/client.ts';

const root = join(import.meta.dirname, '..', '..');

/** `npm start -- --exit --kubeconfig …`, to its end. */
function start(kubeconfig: string, ...args: readonly string[]) {
  const own = ['--exit', '--aws-port', '0', '--page-port', '0', '--kubeconfig', kubeconfig, ...args];
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const options = { cwd: root, maxBuffer: 1e9 };
    execFile(process.execPath, ['playground/main.ts', ...own], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

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
    const { status, stdout, stderr } = await start(secure.kubeconfig('certificate'));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Pods: 3 registered');
    expect(stdout).toMatch(/\d statuses not written to the cluster \(.*virtualnodes\.appmesh\.k8s\.aws.*\)/);
    expect(new Set(secure.received.map(({ method }) => method))).toEqual(new Set(['GET']));
  }, 120_000);

  it('writes statuses with --write-status, and nothing else', async () => {
    const { status, stdout } = await start(secure.kubeconfig('token'), '--write-status');
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
    const { status, stdout } = await start(secure.kubeconfig('certificate'));
    expect(status).toBe(1);
    expect(stdout).toContain(`Pod default/${pod?.metadata.name}: InvalidAnnotation`);
  }, 120_000);

  it('ends with 2 and says what is wrong if the cluster cannot be read', async () => {
    const { status, stderr } = await start(secure.kubeconfig('certificate', {}));
    expect(status).toBe(2);
    expect(stderr).toMatch(/no answer from https:.*certificate/);
  });
});

/** The program that `npm run test:sidecars` builds. */
const program = process.env.KUBE_APISERVER;
const reason =
  program === undefined ? ' (skipped: KUBE_APISERVER is not set; npm run test:sidecars builds one)' : '';

describe.skipIf(program === undefined)(`npm start --kubeconfig of a real kube-apiserver${reason}`, () => {
  let server: ApiServer;
  let kubeconfig: string;
  beforeAll(async () => {
    server = await startApiServer(program ?? '');
    kubeconfig = join(mkdtempSync(join(tmpdir(), 'real-')), 'config');
    const cluster = { server: server.url, 'insecure-skip-tls-verify': true };
    writeFileSync(kubeconfig, kubeconfigOf(cluster, { token: 'admin' }));
  });
  afterAll(() => server.stop());

  it('says that the definitions are missing', async () => {
    const { status, stdout } = await start(kubeconfig);
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
    const read = await start(kubeconfig);
    expect([read.status, read.stderr]).toEqual([0, '']);
    expect(read.stdout).toContain('Pods: 1 registered');
    const path = '/apis/appmesh.k8s.aws/v1beta2/namespaces/shop/virtualnodes/front';
    expect((await server.send('GET', path)).body.status).toBeUndefined();
    const written = await start(kubeconfig, '--write-status');
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
