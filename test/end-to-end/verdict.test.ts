import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  isProgress,
  killPlaygrounds,
  type RunningPlayground,
  startPlaygroundProcess,
} from './harness/playground.ts';

const run = promisify(execFile);
const project = join(import.meta.dirname, '../..');

const absent = ['kubectl', 'aws'].filter((command) => spawnSync(command, ['--help']).error !== undefined);
const reason = absent.length > 0 ? ` (skipped: ${absent.join(' and ')} not installed)` : '';

const timeout = 120_000;

afterAll(killPlaygrounds);

describe('npm start --manifest says what is not in sync', { timeout }, () => {
  let playground: RunningPlayground;
  beforeAll(async () => {
    playground = await startPlaygroundProcess('--manifest', manifest(shop));
  }, timeout);

  it('and keeps running', () => {
    expect(playground.child.exitCode).toBeNull();
    expect(lines()).toContain(
      'Mesh objects: 4. Pods: 1 registered, 3 not registered, 1 that nothing selects for Cloud Map.',
    );
  });

  it('the last line is the page, which is there', async () => {
    const last = () => lines().findLast((line) => line !== '' && !isProgress(line)) ?? '';
    await expect.poll(last).toMatch(/^The page http:\S+ shows the state live\.$/);
    const [url = ''] = /http:\S+/.exec(last()) ?? [];
    expect((await fetch(url)).status).toBe(200);
  });

  it('an object that the API server refuses is named with its line', () => {
    expect(section('Refused by the API server:')).toEqual([
      expect.stringMatching(
        /shop\.yaml:\d+ \(document 9\): Deployment shop\/wrong refused: Deployment\.apps "wrong" is invalid: .*spec\.selector: Required value/,
      ),
    ]);
  });

  it('each condition that is not True has its reason and a command', () => {
    const found = section('Conditions that are not True:').map((line) =>
      line.replace(/registered: .*/, 'registered'),
    );
    expect(found).toEqual([
      'VirtualNode shop/gated: CloudMapInstancesRegistered is False, NoneRegistered: 0 of 1 pods registered in shop.local/gated; not registered',
      `npm run explain -- object VirtualNode shop/gated --playground ${playground.aws}`,
      'VirtualNode shop/lost: CloudMapInstancesRegistered is False, NoneRegistered: 0 of 2 pods registered in shop.local/lost; not registered',
      `npm run explain -- object VirtualNode shop/lost --playground ${playground.aws}`,
    ]);
  });

  it('each pod that is missing has its reason', () => {
    const found = section('Pods that are not registered in Cloud Map, although something selects them:');
    const reasons = found
      .filter((line) => /^(Pod|The same)/.test(line))
      .map((line) => line.replaceAll(/-\w+-\w{5}\b/g, ''));
    expect(reasons).toEqual([
      'Pod shop/gated: ReadinessGateFalse: readiness gate example.com/ready is absent; Ready is False (ReadinessGatesNotReady): corresponding condition of pod readiness gate "example.com/ready" does not exist.',
      expect.stringMatching(
        /^Pod shop\/lost: PodNotRunning: the pod's phase is Pending, not Running; PodScheduled is False \(Unschedulable\): 0\/\d+ nodes are available: /,
      ),
      'The same: shop/lost',
    ]);
  });

  it('every printed explain command works as it is', async () => {
    const commands = lines().filter((line) => line.startsWith('npm run explain'));
    expect(commands.length).toBeGreaterThanOrEqual(6);
    const kinds = commands.map((command) => command.split(' ')[4]);
    expect(new Set(kinds)).toEqual(new Set(['object', 'pod', 'service']));
    for (const command of new Set(commands)) {
      const { stdout } = await run('sh', ['-c', command], { cwd: project });
      expect(stdout, command).toContain('Why: ');
    }
  });

  it.skipIf(absent.length > 0)(
    `every command for the own objects works as it is printed${reason}`,
    async () => {
      const steps = lines().slice(lines().findIndex((line) => line.startsWith('Running.')));
      const exports = steps.filter((line) => line.startsWith('export '));
      const own = steps.filter((line) => /^(kubectl|aws) .*( -n shop| -A|-name (shop|cart))/.test(line));
      expect(own.map((line) => line.replaceAll(/ --(server|endpoint-url) \S+/g, ''))).toEqual([
        'kubectl get mesh.appmesh.k8s.aws,virtualnode.appmesh.k8s.aws -A',
        'kubectl scale deployment cart --replicas=2 -n shop',
        'kubectl get pods -n shop -o wide',
        'aws servicediscovery discover-instances --namespace-name shop.local --service-name cart',
        'aws appmesh list-virtual-nodes --mesh-name shop',
      ]);
      for (const command of own) {
        const { stdout } = await run('bash', ['-c', [...exports, command].join('\n')]);
        expect(stdout, command).toMatch(/cart/);
      }
    },
  );

  it('the files are applied again with kubectl, which names the object that is refused', async () => {
    const command = lines().find((line) => line.includes(' apply -f ')) ?? '';
    const applied = await run('bash', ['-c', command]).catch((error) => error);
    expect(applied.stdout).toContain('virtualnode.appmesh.k8s.aws/cart unchanged\n');
    expect(applied.stderr).toMatch(/^The Deployment "wrong" is invalid/);
  });

  it('a condition that changes later is reported', async () => {
    const node = `${playground.kubernetes}/apis/appmesh.k8s.aws/v1beta2/namespaces/shop/virtualnodes/cart`;
    const before = playground.output().length;
    const since = () => playground.output().slice(before);
    await patch(node, { backends: [{ virtualService: { virtualServiceRef: { name: 'none' } } }] });
    await expect
      .poll(since, { timeout: 30_000 })
      .toMatch(/VirtualNode shop\/cart: VirtualNodeActive is now False, ReferenceMissing: /);
    await patch(node, { backends: null });
    await expect
      .poll(since, { timeout: 30_000 })
      .toContain('VirtualNode shop/cart: VirtualNodeActive is now True');
  });

  it('and Ctrl-C ends it with status 0', async () => {
    expect(await playground.interrupt()).toBe(0);
  });

  function lines(): readonly string[] {
    return playground
      .output()
      .split('\n')
      .map((line) => line.trim());
  }

  /** The lines below a title, up to the next empty one. */
  function section(title: string): readonly string[] {
    const after = lines().slice(lines().indexOf(title) + 1);
    return after.slice(0, after.indexOf(''));
  }
});

async function patch(url: string, spec: object): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  const response = await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ spec }) });
  expect(response.status).toBe(200);
}

function manifest(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'verdict-')), 'shop.yaml');
  writeFileSync(path, text);
  return path;
}

function node(name: string): string {
  return `apiVersion: appmesh.k8s.aws/v1beta2
kind: VirtualNode
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: ${name} } }
  listeners: [{ portMapping: { port: 9000, protocol: http } }]
  serviceDiscovery: { awsCloudMap: { namespaceName: shop.local, serviceName: ${name} } }`;
}

function deployment(name: string, replicas: number, spec = ''): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: app }]${spec} }`;
}

const shop = [
  'apiVersion: appmesh.k8s.aws/v1beta2\nkind: Mesh\nmetadata: { name: shop }\nspec: { namespaceSelector: {} }',
  ...['cart', 'gated', 'lost'].map(node),
  deployment('cart', 1),
  deployment('gated', 1, ', readinessGates: [{ conditionType: example.com/ready }]'),
  deployment('lost', 2, ', nodeSelector: { disk: ssd }'),
  deployment('other', 1),
  'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: wrong, namespace: shop }\nspec: {}',
].join('\n---\n');
