import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { killPlaygrounds, type RunningPlayground, startPlaygroundProcess } from './harness/playground.ts';
import { mayBindPort80, type PodHands, podHands, podsMissing } from './harness/pods.ts';

const reason = podsMissing() || ((await mayBindPort80()) ? '' : ' (skipped: this user may not bind port 80)');
const timeout = 20_000;
const namespace = 'mesh-test';
const host = (name: string) => `${name}.${namespace}.svc.cluster.local`;

const core = (kind: string, name: string, rest: object, apiVersion = 'v1') => ({
  ...{ apiVersion, kind, metadata: { name, namespace } },
  ...rest,
});
const mesh = (kind: string, name: string, spec: object) =>
  core(kind, name, { spec }, 'appmesh.k8s.aws/v1beta2');
const http = (port: number) => [{ portMapping: { port, protocol: 'http' } }];
const deployment = (name: string, labels: Record<string, string>, container: object) =>
  core(
    'Deployment',
    name,
    {
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name, ...container }] } },
      },
    },
    'apps/v1',
  );
const echo = (text: string) => ({ image: 'hashicorp/http-echo', args: [`-text=${text}`, '-listen=:80'] });
const service = (name: string, selector: object, port = 80, targetPort = port) =>
  core('Service', name, { spec: { selector, ports: [{ protocol: 'TCP', port, targetPort }] } });
const node = (name: string, labels: Record<string, string>, rest: object) =>
  mesh('VirtualNode', name, { podSelector: { matchLabels: labels }, ...rest });

const server = (index: number) => [
  deployment(`nginx-${index}`, { app: 'sample1', server: `nginx-${index}` }, echo(`vnode-${index}`)),
  service(`svc-${index}`, { app: 'sample1', server: `nginx-${index}` }),
  node(
    `vnode-${index}`,
    { server: `nginx-${index}` },
    {
      listeners: http(80),
      serviceDiscovery: { dns: { hostname: host(`svc-${index}`) } },
    },
  ),
];

/** Two nodes behind a router, a client that has them as backend, and one that has not. */
const router = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      labels: { mesh: 'mesh-1', 'appmesh.k8s.aws/sidecarInjectorWebhook': 'enabled' },
    },
  },
  {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'Mesh',
    metadata: { name: 'mesh-1' },
    spec: { egressFilter: { type: 'ALLOW_ALL' }, namespaceSelector: { matchLabels: { mesh: 'mesh-1' } } },
  },
  mesh('VirtualRouter', 'vrouter-1', {
    listeners: http(80),
    routes: [
      {
        name: 'route-1',
        httpRoute: {
          match: { prefix: '/' },
          action: {
            weightedTargets: ['vnode-1', 'vnode-2'].map((name) => ({ virtualNodeRef: { name }, weight: 1 })),
          },
        },
      },
    ],
  }),
  // With the whole name that the client calls: without awsName it would be svc-v.mesh-test.
  mesh('VirtualService', 'svc-v', {
    awsName: host('svc-v'),
    provider: { virtualRouter: { virtualRouterRef: { name: 'vrouter-1' } } },
  }),
  service('svc-v', { app: 'sample1' }),
  node(
    'vnode-x',
    { app: 'client' },
    { backends: [{ virtualService: { virtualServiceRef: { name: 'svc-v' } } }] },
  ),
  node('vnode-y', { app: 'stranger' }, {}),
  ...[1, 2].flatMap(server),
  ...['client', 'stranger'].map((name) =>
    deployment(name, { app: name }, { image: 'curlimages/curl', command: ['sleep', 'infinity'] }),
  ),
];

/** The container of a gateway is named envoy. */
const gateway = [
  mesh('VirtualGateway', 'gateway-v', {
    namespaceSelector: { matchLabels: { mesh: 'mesh-1' } },
    podSelector: { matchLabels: { for: 'gateway' } },
    listeners: [{ ...http(8088)[0], connectionPool: { http: { maxConnections: 1024 } } }],
    logging: { accessLog: { file: { path: '/dev/stdout' } } },
  }),
  mesh('GatewayRoute', 'gateway-v-route-v', {
    httpRoute: {
      match: { prefix: '/' },
      action: { target: { virtualService: { virtualServiceRef: { name: 'svc-v' } } } },
    },
  }),
  core(
    'Deployment',
    'gateway-v',
    {
      spec: {
        selector: { matchLabels: { for: 'gateway' } },
        template: {
          metadata: { labels: { for: 'gateway' } },
          spec: { containers: [{ name: 'envoy', image: 'envoy', ports: [{ containerPort: 8088 }] }] },
        },
      },
    },
    'apps/v1',
  ),
  service('gateway-v', { for: 'gateway' }, 80, 8088),
];

afterAll(killPlaygrounds);

/** A virtual router behind a virtual service, and a virtual gateway before it, on port 80 as a reader types it. */
describe.skipIf(reason !== '')(`a router and a gateway${reason}`, () => {
  let playground: RunningPlayground;
  let hands: PodHands;
  const distinct = async (ask: () => Promise<string>) => {
    const answers = await Promise.all(Array.from({ length: 12 }, ask));
    return [...new Set(answers.map((text) => text.trim()))].sort();
  };

  beforeAll(async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'router-')), 'router.yaml');
    writeFileSync(file, router.map((each) => stringify(each)).join('---\n'));
    playground = await startPlaygroundProcess('--mesh', 'envoy', '--manifest', file);
    hands = podHands(playground);
  });
  afterAll(() => playground?.interrupt());

  it('a pod whose virtual node has the backend gets answers of both nodes', async () => {
    await expect
      .poll(() => distinct(() => hands.curlFrom(`${namespace}/client`, `http://${host('svc-v')}`)), {
        timeout,
      })
      .toEqual(['vnode-1', 'vnode-2']);
  });

  it('a pod whose virtual node has not the backend gets none from the mesh', async () => {
    const url = `http://${host('svc-v')}`;
    await expect(hands.curlFrom(`${namespace}/stranger`, url)).rejects.toThrow('Command failed');
  });

  it('the name in the mesh is the whole name, not a short one', async () => {
    expect(await hands.curlFrom(`${namespace}/client`, 'http://svc-v')).not.toContain('vnode');
  });

  it('from outside, the Service of the gateway leads to both nodes', async () => {
    await hands.apply(gateway.map((each) => stringify(each)).join('---\n'));
    await hands.rolledOut(namespace, 'gateway-v');
    await expect
      .poll(() => distinct(() => hands.curl(`http://${host('gateway-v')}`)), { timeout })
      .toEqual(['vnode-1', 'vnode-2']);
  });
});
