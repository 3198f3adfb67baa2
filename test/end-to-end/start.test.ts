import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import { objectsIn } from './harness/objects.ts';
import { killPlaygrounds, startPlaygroundProcess } from './harness/playground.ts';

afterAll(killPlaygrounds);

const project = join(import.meta.dirname, '../..');
const free = ['--aws-port', '0', '--kubernetes-port', '0', '--page-port', '0'];

interface Result {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm start -- …`, to its end. */
function start(args: readonly string[], env: Record<string, string> = {}, folder?: string): Promise<Result> {
  const temporary = folder === undefined ? {} : { TMPDIR: folder };
  const options = { cwd: project, env: { ...process.env, ...env, ...temporary }, timeout: 90_000 };
  return new Promise((resolve) =>
    execFile('npm', ['start', '--silent', '--', ...args], options, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : (error.code ?? String(error.signal)), stdout, stderr }),
    ),
  );
}

/** The answers printed: the JSON after each command, by the command's last words. */
function answersIn(stdout: string): Map<string, { Instances: Record<string, unknown>[] }> {
  const matches = stdout.matchAll(/^\$ aws .* --service-name (.*)\n(\{\n[\s\S]*?\n\})$/gm);
  return new Map([...matches].map(([, question = '', json = '']) => [question, JSON.parse(json)]));
}

describe('npm start', () => {
  it('npm start --exit prints the answers of the walkthrough, with status 0 and nothing left behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'start-'));
    const { status, stdout, stderr } = await start(['--exit', ...free], {}, folder);
    expect([status, stderr.replace(/npm warn.*\n/g, '')]).toEqual([0, '']);
    const answers = answersIn(stdout);
    expect([...answers.keys()]).toEqual([
      'front',
      'colorapp --query-parameters version=blue',
      'colorapp --query-parameters version=red',
    ]);
    for (const [question, app, version] of [
      ['front', 'front', 'v1'],
      ['colorapp --query-parameters version=blue', 'colorapp', 'blue'],
      ['colorapp --query-parameters version=red', 'colorapp', 'red'],
    ] as const) {
      const [instance, ...others] = answers.get(question)?.Instances ?? [];
      expect(others).toEqual([]);
      expect(instance).toEqual({
        InstanceId: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
        NamespaceName: 'howto-k8s-cloudmap.pvt.aws.local',
        ServiceName: app,
        HealthStatus: 'HEALTHY',
        Attributes: {
          AVAILABILITY_ZONE: expect.stringMatching(/^us-west-2[a-c]$/),
          AWS_INIT_HEALTH_STATUS: 'HEALTHY',
          AWS_INSTANCE_IPV4: instance?.InstanceId,
          AWS_INSTANCE_PORT: '8080',
          REGION: 'us-west-2',
          app,
          'appmesh.k8s.aws/mesh': 'howto-k8s-cloudmap',
          'appmesh.k8s.aws/virtualNode': expect.stringMatching(/^(front|colorapp-\w+)_howto-k8s-cloudmap$/),
          'k8s.io/cluster': 'local',
          'k8s.io/namespace': 'howto-k8s-cloudmap',
          'k8s.io/pod': expect.stringContaining(app),
          'k8s.io/pod-uid': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'pod-template-hash': expect.any(String),
          version,
        },
      });
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('eks-mesh-sync-'))).toEqual([]);
  });

  it('another manifest: with --substitute its variables are replaced, every service is printed', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'start-')), 'shop.yaml');
    writeFileSync(path, shop);
    const { status, stdout } = await start(['--exit', ...free, '--manifest', path, '--substitute'], {
      SHOP: 'corner',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Mesh objects: 2. Pods: 1 registered.');
    const answers = answersIn(stdout);
    expect([...answers.keys()]).toEqual(['cart']);
    expect(answers.get('cart')?.Instances).toMatchObject([
      { NamespaceName: 'corner.local', Attributes: { app: 'cart', AWS_INSTANCE_PORT: '9000' } },
    ]);
  });

  it('a variable that is missing is named', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'start-')), 'shop.yaml');
    writeFileSync(path, shop);
    const { status, stderr } = await start([...free, '--manifest', path, '--substitute', 'SHOP']);
    expect(status).toBe(2);
    expect(stderr).toContain('shop.yaml uses SHOP: environment variable not set');
  });

  it('an object that the API server refuses is named with the reason', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'start-')), 'wrong.yaml');
    writeFileSync(path, 'apiVersion: v2\nkind: Thing\nmetadata: { name: odd }\n');
    const { status, stdout, stderr } = await start(['--exit', ...free, '--manifest', path]);
    expect(status).toBe(1);
    expect(stdout).toMatch(
      /wrong\.yaml:1 \(document 1\): Thing odd refused: no matches for kind "Thing" in version "v2"\n/,
    );
    expect(stderr).toContain('Not in sync: 1 object was refused\n');
  });

  it('an unknown option is named, --help is not an error', async () => {
    const wrong = await start(['--exot']);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('--exot');
    const help = await start(['--help']);
    expect([help.status, help.stdout]).toEqual([0, expect.stringContaining('--manifest FILE')]);
  });

  it.each(['--aws-port', '--kubernetes-port', '--page-port'])(
    'a port that is taken is named with %s',
    async (option) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const { status, stderr } = await start([...free, option, String(port)]);
      taken.close();
      expect(status).toBe(2);
      expect(stderr).toContain(`port ${port} is already in use; choose another with ${option}`);
    },
  );
});

describe('elsewhere', () => {
  it('npm start --aws-endpoint uses the Cloud Map of another endpoint', async () => {
    const other = await startPlaygroundProcess('--manifest', emptyManifest());
    const { status, stdout, stderr } = await start(['--exit', ...free, '--aws-endpoint', other.aws]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(stdout).toContain(`$ aws --endpoint-url ${other.aws} servicediscovery discover-instances`);
    const left = await other.cloudMap.discover({
      namespace: 'howto-k8s-cloudmap.pvt.aws.local',
      service: 'front',
    });
    expect(left.length).toBe(1);
    expect(await other.interrupt()).toBe(0);
  });

  let cluster: Awaited<ReturnType<typeof startCluster>>;
  beforeAll(async () => {
    cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
  });
  afterAll(() => cluster.stop());

  it('npm start --kubeconfig watches another cluster, through a proxy that authenticates', async () => {
    const manifests = objectsIn(join(project, 'examples/howto-k8s-cloudmap.yaml'));
    cluster.apply(manifests as unknown as Parameters<typeof cluster.apply>[0]);
    const path = join(mkdtempSync(join(tmpdir(), 'start-')), 'kubeconfig');
    writeFileSync(
      path,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'c',
        contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
        clusters: [{ name: 'k', cluster: { server: cluster.url } }],
        users: [{ name: 'u', user: { token: 'any' } }],
      }),
    );
    const { status, stdout } = await start(['--exit', '--aws-port', '0', '--kubeconfig', path]);
    expect(status).toBe(0);
    const answers = answersIn(stdout);
    expect([...answers.keys()].sort()).toEqual(['colorapp', 'front']);
    expect(answers.get('colorapp')?.Instances.length).toBe(2);
    expect(stdout).toContain('All is in sync.\nMesh objects: 6. Pods: 3 registered.\n');
    expect(stdout).toMatch(/\n\d+ statuses not written to the cluster /);
  });
});

function emptyManifest(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'start-')), 'empty.yaml');
  writeFileSync(path, 'apiVersion: v1\nkind: Namespace\nmetadata: { name: nothing }\n');
  return path;
}

const shop = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { mesh: shop } }
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: Mesh
metadata: { name: shop }
spec: { namespaceSelector: { matchLabels: { mesh: shop } } }
---
apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: cart, namespace: shop }
spec:
  podSelector: { matchLabels: { app: cart } }
  listeners: [{ portMapping: { port: 9000, protocol: http } }]
  serviceDiscovery: { awsCloudMap: { namespaceName: "\${SHOP}.local", serviceName: cart } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  replicas: 1
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec: { containers: [{ name: app, image: cart }] }
`;
