import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startQuickCluster } from '../../../packages/embedded-kubernetes/test/harness.ts';
import { definitionsFor } from '../../../playground/mesh/local-cluster.ts';
import { kubectlGet } from '../../../playground/mesh/object-tables.ts';

const run = promisify(execFile);
const isMissing = spawnSync('kubectl', ['version', '--client']).status !== 0;

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startQuickCluster({ definitions: definitionsFor(['istio', 'gateway-api']) });
  const object = (apiVersion: string, kind: string, name: string, spec: object) => ({
    ...{ apiVersion, kind, spec },
    metadata: { name, namespace: name.startsWith('a') ? 'default' : 'kube-system' },
  });
  cluster.apply([
    object('networking.istio.io/v1', 'VirtualService', 'a-cart', {
      hosts: ['cart.shop'],
      gateways: ['mesh', 'edge'],
    }),
    object('networking.istio.io/v1beta1', 'VirtualService', 'web', {
      hosts: ['web', 'a.very.long.name.of.a.host'],
    }),
    object('networking.istio.io/v1', 'ServiceEntry', 'a', {
      hosts: ['x.y'],
      resolution: 'DNS',
      location: 'MESH_EXTERNAL',
    }),
    object('networking.istio.io/v1', 'Sidecar', 'b', { egress: [{ hosts: ['./*'] }] }),
    object('gateway.networking.k8s.io/v1', 'Gateway', 'edge', {
      gatewayClassName: 'istio',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    }),
    object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'a', { hostnames: ['a.b'] }),
  ]);
});
afterAll(() => cluster.stop());

const istio = ['virtualservices', 'destinationrules', 'serviceentries', 'sidecars'].map(
  (plural) => `${plural}.networking.istio.io`,
);
const gatewayApi = ['gateways', 'httproutes', 'grpcroutes'].map(
  (plural) => `${plural}.gateway.networking.k8s.io`,
);

describe.skipIf(isMissing)(`kubectl get${isMissing ? ' (skipped: kubectl not installed)' : ''}`, () => {
  it.each([[istio], [gatewayApi]])('the playground prints %j as kubectl get does', async (resources) => {
    const args = ['--server', cluster.url, 'get', resources.join(','), '-A'];
    const { stdout } = await run('kubectl', args, { env: { PATH: process.env.PATH, HOME: '/nonexistent' } });
    const withoutAges = (text: string) => text.replace(/\d+s$/gm, 'AGE');
    expect(withoutAges(await kubectlGet(cluster.url, resources))).toBe(withoutAges(stdout));
  });
});

it('the playground prints no table for kinds without objects', async () => {
  expect(await kubectlGet(cluster.url, ['destinationrules.networking.istio.io'])).toBe('');
});
