import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Playground, startPlayground } from '../../playground/playground.ts';
import { pageOf, root } from '../docs/pages.ts';
import { clients, type Kubectl, missingClients } from './harness/clients.ts';

const absent = missingClients().filter((name) => name === 'kubectl');
const reason = absent.length > 0 ? ' (skipped: kubectl is not installed)' : '';
const timeout = 20_000;

const [, section = ''] = readFileSync(join(root, 'docs/life-cycle.md'), 'utf8').split('\n## Uninstall\n');
/** The blocks of commands, in the order in which a person runs them. */
const blocks = pageOf('', section)
  .blocks.filter(({ language }) => language === 'sh')
  .map(({ text }) => text);
const removesStack = (block: string) => block.startsWith('npx sls remove');
const removesMeshObjects = (block: string) => block.includes('meshes.appmesh.k8s.aws');
const removesWritten = (block: string) => block.includes('-l $ours');

describe.skipIf(absent.length > 0)(`the documented commands of an uninstallation${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'uninstall-'));
  let playground: Playground;
  let kubectl: Kubectl;

  beforeAll(async () => {
    const options = { exit: false, manifests: [], kubeconfig: undefined, awsEndpoint: undefined };
    const mesh = ['app-mesh', 'istio', 'gateway-api'] as const;
    playground = await startPlayground({ ...options, mesh, awsPort: 0, kubernetesPort: 0 }, () => undefined);
    ({ kubectl } = clients({ kubernetes: playground.kubernetesUrl, aws: playground.awsUrl }));
    const cluster = { name: 'local', cluster: { server: playground.kubernetesUrl } };
    const context = { name: 'local', context: { cluster: 'local', user: 'local' } };
    const kubeconfig = { clusters: [cluster], contexts: [context], 'current-context': 'local' };
    writeFileSync(
      join(folder, 'kubeconfig'),
      JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...kubeconfig }),
    );
    await playground.relayReady;
  });
  afterAll(async () => {
    await playground.close({ keepLog: false });
    rmSync(folder, { recursive: true });
  });

  /** As a person pastes it. A kind that the cluster does not have is an error that stops nothing. */
  async function paste(block: string): Promise<void> {
    const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
    await promisify(execFile)('bash', ['-c', `${block}\ntrue`], { cwd: root, env });
  }

  /** A change of Cloud Map's is looked at again half a minute later. That is not waited for. */
  const underWay = () => {
    const message = playground.activity.underWay();
    return message?.startsWith('a message about local~') ? null : message;
  };
  const quiet = () => expect.poll(underWay, { timeout, interval: 50 }).toBe(null);

  async function apply(): Promise<void> {
    await kubectl(['apply', '-f', join(root, 'examples/howto-k8s-cloudmap.yaml')]);
    await expect.poll(written, { timeout }).toEqual(expect.arrayContaining(['VirtualService/colorapp']));
    await quiet();
  }

  async function resync(): Promise<void> {
    await playground.invoke('resync', { cluster: 'local' });
    await quiet();
  }

  /** All objects of the cluster that the functions have written. */
  function written(): readonly string[] {
    const { store } = playground.cluster ?? {};
    const all = store?.resources().flatMap((resource) => store.list(resource)) ?? [];
    const ours = all.filter(
      // Those of a Service, with its labels, belong to Kubernetes.
      ({ kind, metadata: { labels } }) =>
        !kind.startsWith('Endpoint') && labels?.['app.kubernetes.io/managed-by'] === 'eks-mesh-sync',
    );
    return ours.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
  }

  it('written objects that are deleted while the functions run are written again', async () => {
    await apply();
    const before = written();
    const [block = ''] = blocks.filter(removesWritten);
    await paste(block);
    expect(written()).toEqual([]);
    await resync();
    await expect.poll(written, { timeout }).toEqual(before);
  }, 60_000);

  it('the deletion of the mesh objects removes the mesh from App Mesh and from the cluster', async () => {
    const [block = ''] = blocks.filter(removesMeshObjects);
    await paste(block);
    await expect.poll(() => playground.appMesh?.snapshot(), { timeout }).toEqual([]);
    await expect.poll(written, { timeout }).toEqual([]);
    await quiet();
  }, 60_000);

  it('without that, all commands in their order leave nothing that the functions wrote, though they run until the stack is removed', async () => {
    await apply();
    await playground.invoke('resync', { cluster: 'local', drain: true });
    for (const block of blocks.filter((each) => !removesMeshObjects(each))) {
      if (removesStack(block)) {
        await playground.relay.stop();
        await playground.stopAws();
      } else await paste(block);
      if (!blocks.slice(0, blocks.indexOf(block) + 1).some(removesStack)) await resync();
    }
    expect(written()).toEqual([]);
    expect(blocks.filter(removesStack)).toHaveLength(1);
  }, 60_000);
});
