import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findHelm } from '../tools/helm.ts';

const helm = findHelm();
const chart = new URL('../../relay/chart', import.meta.url).pathname;
const values =
  'image.repository=registry.example/relay,cluster=prod,region=eu-west-1,eventBus=eks-mesh-sync-production,mesh.envoy=true';

/** The chart of the relay with the real helm. In order: each test goes on from what the one before left. */
describe.skipIf(helm.path === undefined)('helm on the embedded cluster', () => {
  let cluster: Cluster;
  const home = mkdtempSync(join(tmpdir(), 'helm-'));

  const run = async (args: string) => {
    const { KUBECONFIG: _, ...environment } = process.env;
    const { stdout } = await promisify(execFile)(
      helm.path ?? '',
      ['--kube-apiserver', cluster.url, '--namespace', 'mesh', ...args.split(' ')],
      { env: { ...environment, HOME: home }, timeout: 60_000 },
    );
    return stdout;
  };
  const deployment = () => cluster.api.get('deployments.apps', 'mesh', 'relay');
  const level = () => /"name":"LOG_LEVEL","value":"(\w+)"/.exec(JSON.stringify(deployment()))?.[1];

  beforeAll(async () => {
    cluster = await startCluster({ port: 0, timings: { podStartMs: 20, podStopMs: 20 } });
  });
  afterAll(async () => {
    await cluster.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('helm install creates the objects of the chart and waits until the relay is ready', async () => {
    const output = await run(`install relay ${chart} --create-namespace --wait --set ${values}`);
    expect(output).toContain('STATUS: deployed');
    expect(output).toContain(
      'The relay of cluster "prod" sends events to event bus "eks-mesh-sync-production"',
    );
    expect(deployment()?.status).toMatchObject({ readyReplicas: 1 });
    expect(
      cluster.api.list('clusterroles.rbac.authorization.k8s.io').map(({ metadata }) => metadata.name),
    ).toEqual(['mesh-relay', 'mesh-relay-mesh-envoy']);
  });

  it('helm install of a release that is there is refused', async () => {
    await expect(run(`install relay ${chart} --set ${values}`)).rejects.toThrow(
      'cannot reuse a name that is still in use',
    );
  });

  it('helm upgrade changes the Deployment, helm rollback undoes it, and helm history has both', async () => {
    expect(level()).not.toBe('debug');
    await run(`upgrade relay ${chart} --reuse-values --set logLevel=debug --wait`);
    expect(level()).toBe('debug');
    expect(await run('rollback relay 1 --wait')).toContain('Rollback was a success');
    expect(level()).not.toBe('debug');
    const history = JSON.parse(await run('history relay -o json')) as { status: string }[];
    expect(history.map(({ status }) => status)).toEqual(['superseded', 'superseded', 'deployed']);
  });

  it('helm list and helm get show the release', async () => {
    const [release] = JSON.parse(await run('list -o json')) as {
      name: string;
      status: string;
      revision: string;
    }[];
    expect(release).toMatchObject({ name: 'relay', status: 'deployed', revision: '3' });
    expect(await run('get manifest relay')).toContain('kind: ClusterRoleBinding');
  });

  it('helm uninstall removes all of it', async () => {
    expect(await run('uninstall relay --wait')).toContain('release "relay" uninstalled');
    expect(deployment()).toBeUndefined();
    for (const resource of ['clusterroles', 'clusterrolebindings'])
      expect(cluster.api.list(`${resource}.rbac.authorization.k8s.io`)).toEqual([]);
    expect(await run('list -q')).toBe('');
  });
});
