import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { meshDefinitions } from '../../../deploy/definitions/mesh-definitions.ts';
import { privateIdentity } from '../../../playground/identity.ts';
import { ApiServer } from '../../../playground/kubeconfig/api-server.ts';
import { Callers } from '../../../playground/kubeconfig/callers.ts';
import { checkCluster } from '../../../playground/kubeconfig/check-cluster.ts';
import { listObjects } from '../../../playground/kubeconfig/list-objects.ts';
import { loadKubeconfig } from '../../../playground/kubeconfig/load.ts';
import { type KubeconfigProxy, startKubeconfigProxy } from '../../../playground/kubeconfig/proxy.ts';
import { WithheldStatuses, withheldText } from '../../../playground/kubeconfig/withheld.ts';
import { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import { eksToken } from '../../../shared/adapters/kubernetes/eks-token.ts';
import { meshResources, namespaces, pods } from '../../../shared/adapters/kubernetes/resources.ts';
import { type SecureCluster, secureCluster } from './secure-cluster.ts';

const manifests = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'VirtualNode',
    metadata: { name: 'front', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'front' } }, listeners: [] },
  },
  {
    apiVersion: 'appmesh.k8s.aws/v1beta2',
    kind: 'Mesh',
    metadata: { name: 'main' },
    spec: { namespaceSelector: {} },
  },
];

let cluster: Cluster;
let secure: SecureCluster;
const stops: (() => unknown)[] = [];
beforeAll(async () => {
  cluster = await startCluster({ port: 0, definitions: meshDefinitions() });
  cluster.apply(manifests);
  cluster.createRunningPods(3);
});
beforeEach(async () => {
  secure = await secureCluster(cluster.url);
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await secure[Symbol.asyncDispose]();
});
afterAll(() => cluster.stop());

const identity = privateIdentity();
const { region, ...credentials } = identity;
const signer = (own: object = {}) => ({
  cluster: 'local',
  region: async () => region,
  credentials: async () => ({ ...credentials, ...own }),
});

async function proxyFor(kubeconfig: string, writesStatus = false) {
  const apiServer = new ApiServer(await loadKubeconfig(kubeconfig));
  const [callers, withheld] = [new Callers('local', identity), new WithheldStatuses()];
  const proxy: KubeconfigProxy = await startKubeconfigProxy({ apiServer, callers, writesStatus, withheld });
  stops.push(() => proxy.close());
  const clientWith = (token: () => string | Promise<string>) => {
    const client = new KubernetesClient({ server: proxy.url, token });
    stops.push(() => client.close());
    return client;
  };
  const functionsToken = eksToken(signer());
  return {
    proxy,
    callers,
    withheld,
    relay: clientWith(() => callers.relayToken),
    functions: clientWith(() => functionsToken({ refresh: false })),
    clientWith,
  };
}

function uidOf(resource: string, namespace: string, name: string): string {
  const found = cluster.store.list(resource).find((each) => each.metadata.name === name);
  if (found === undefined) throw new Error(`no ${resource} ${namespace}/${name}`);
  return found.metadata.uid;
}

describe.each(['certificate', 'token', 'exec'] as const)(
  'a cluster with a CA of its own, and a user with a %s',
  (user) => {
    it('is listed page by page by the relay and by the functions', async () => {
      const { relay, functions } = await proxyFor(secure.kubeconfig(user));
      for (const client of [relay, functions]) {
        const { items } = await client.list(pods, { limit: 2 });
        expect(items).toHaveLength(3);
      }
      expect(new Set(secure.received.map((each) => each.user))).toEqual(
        new Set([user === 'certificate' ? 'jane' : 'person']),
      );
      expect(secure.received.filter(({ url }) => url.includes('continue='))).toHaveLength(2);
    });

    it('is watched', async () => {
      const { relay } = await proxyFor(secure.kubeconfig(user));
      const { resourceVersion } = await relay.list(namespaces);
      const name = `new-${user}`;
      const events = relay.watch(namespaces, { resourceVersion, timeoutSeconds: 30, idleTimeoutMs: 30_000 });
      const first = events.next();
      cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
      expect((await first).value).toMatchObject({ object: { metadata: { name } } });
      await events.return();
    });
  },
);

describe('without --write-status', () => {
  it('the functions get the answer of a write, and the cluster gets none', async () => {
    const { functions, withheld } = await proxyFor(secure.kubeconfig('certificate'));
    const target = {
      namespace: 'shop',
      name: 'front',
      uid: uidOf('virtualnodes.appmesh.k8s.aws', 'shop', 'front'),
    };
    const conditions = [{ type: 'VirtualNodeActive', status: 'True' }];
    const version = await functions.patchStatus(meshResources.VirtualNode, target, {
      status: { conditions },
    });
    expect(version).toMatch(/^\d+$/);
    const mesh = { name: 'main', uid: uidOf('meshes.appmesh.k8s.aws', '', 'main') };
    await functions.patchStatus(meshResources.Mesh, mesh, { status: { meshARN: 'arn:a' } });
    await functions.patchStatus(meshResources.Mesh, mesh, { status: { conditions } });
    expect(new Set(secure.received.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(withheld.all()).toMatchObject([
      { resource: 'virtualnodes.appmesh.k8s.aws', name: 'front', status: { conditions } },
      { resource: 'meshes.appmesh.k8s.aws', name: 'main', status: { meshARN: 'arn:a', conditions } },
    ]);
    const listed = [];
    for await (const page of functions.pages(meshResources.VirtualNode)) listed.push(...page.items);
    expect(listed).toMatchObject([{ metadata: { name: 'front' }, status: { conditions } }]);
    const apiServer = new ApiServer(await loadKubeconfig(secure.kubeconfig('certificate')));
    const kind = { apiVersion: 'appmesh.k8s.aws/v1beta2', plural: 'virtualnodes' };
    const [known] = await listObjects(apiServer, withheld, kind);
    expect(known).toMatchObject({ kind: 'VirtualNode', metadata: { name: 'front' }, status: { conditions } });
    expect(withheldText(withheld.all())).toBe(
      '2 statuses not written to the cluster (1 of virtualnodes.appmesh.k8s.aws, 1 of meshes.appmesh.k8s.aws): with --write-status they are',
    );
  });

  it('a condition of a pod is merged by its type, and a replaced pod is a conflict', async () => {
    const { functions, withheld } = await proxyFor(secure.kubeconfig('token'));
    const [pod] = cluster.store.list('pods');
    const { namespace = '', name = '', uid = '' } = pod?.metadata ?? {};
    const gate = { type: 'gate', status: 'True' };
    await functions.patchStatus(pods, { namespace, name, uid }, { status: { conditions: [gate] } });
    const { conditions } = withheld.all()[0]?.status ?? {};
    expect(conditions).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ type: 'Ready' }), expect.objectContaining(gate)]),
    );
    await expect(
      functions.patchStatus(pods, { namespace, name, uid: 'other' }, { status: { conditions: [gate] } }),
    ).rejects.toThrow('is another object by now');
    await expect(
      functions.patchStatus(pods, { namespace, name: 'gone', uid }, { status: {} }),
    ).rejects.toThrow('404');
  });
});

describe('with --write-status', () => {
  it('the functions write statuses, and nothing else', async () => {
    const { proxy, functions, withheld } = await proxyFor(secure.kubeconfig('certificate'), true);
    const target = {
      namespace: 'shop',
      name: 'front',
      uid: uidOf('virtualnodes.appmesh.k8s.aws', 'shop', 'front'),
    };
    const conditions = [{ type: 'VirtualNodeActive', status: 'True' }];
    await functions.patchStatus(meshResources.VirtualNode, target, { status: { conditions } });
    const stored = cluster.store.list('virtualnodes.appmesh.k8s.aws')[0] as { status?: object } | undefined;
    expect(stored?.status).toMatchObject({ conditions });
    expect(withheld.all()).toEqual([]);
    const authorization = `Bearer ${await eksToken(signer())({ refresh: true })}`;
    for (const [method, path] of [
      ['DELETE', '/api/v1/namespaces/shop'],
      ['POST', '/api/v1/namespaces'],
      ['PUT', '/api/v1/namespaces/shop/pods/a/status'],
      ['PATCH', '/api/v1/namespaces/shop/pods/a'],
      ['PATCH', '/api/v1/namespaces/shop/services/a/status'],
      ['PATCH', '/api/v1/namespaces/shop/pods/../../../nodes/a/status'],
      ['PATCH', '/apis/apps/v1/namespaces/shop/deployments/a/status'],
    ] as const) {
      const response = await fetch(proxy.url + path, { method, headers: { authorization } });
      expect([method, path, response.status]).toEqual([method, path, 405]);
    }
    expect(secure.received.filter(({ method }) => method !== 'GET')).toHaveLength(1);
  });

  it('the relay writes nothing', async () => {
    const { relay } = await proxyFor(secure.kubeconfig('certificate'), true);
    const target = { namespace: 'shop', name: 'front', uid: 'x' };
    await expect(relay.patchStatus(meshResources.VirtualNode, target, { status: {} })).rejects.toThrow('405');
  });
});

describe('a request to the proxy', () => {
  it.each<[string, (callers: Callers) => string | Promise<string>]>([
    ['no token', () => ''],
    ['another token', () => 'x'],
    ['a token of other credentials', () => eksToken(signer({ secretAccessKey: 'local' }))({ refresh: true })],
    ['a token for another cluster', () => eksToken({ ...signer(), cluster: 'other' })({ refresh: true })],
    ['an old token', () => eksToken(signer(), () => Date.now() - 16 * 60_000)({ refresh: true })],
    ['a token that is no URL', () => 'k8s-aws-v1.eA'],
  ])('with %s is refused', async (_, token) => {
    const { clientWith, callers } = await proxyFor(secure.kubeconfig('certificate'));
    await expect(clientWith(() => token(callers)).list(pods)).rejects.toThrow('401');
    expect(secure.received).toEqual([]);
  });
});

describe('a kubeconfig', () => {
  const check = async (path: string) => checkCluster(new ApiServer(await loadKubeconfig(path)), path);

  it('of a cluster with the definitions misses nothing', async () => {
    expect(await check(secure.kubeconfig('certificate'))).toEqual([]);
  });

  it('of a cluster without the definitions names the missing kinds', async () => {
    const empty = await startCluster({ port: 0 });
    stops.push(() => empty.stop());
    const other = await secureCluster(empty.url);
    stops.push(() => other[Symbol.asyncDispose]());
    expect(await check(other.kubeconfig('token'))).toContain('virtualnodes.appmesh.k8s.aws');
  });

  it('without the CA of the cluster is a usage error', async () => {
    await expect(check(secure.kubeconfig('certificate', {}))).rejects.toThrow(
      /^--kubeconfig .*: no answer from https:.*certificate/,
    );
  });

  it('of a user who may not list pods is a usage error', async () => {
    await expect(check(secure.kubeconfig({ token: 'wrong' }))).rejects.toThrow(
      'HTTP 401, Unauthorized. Renew the credentials of its user',
    );
    secure.refusals.set('GET /api/v1/pods', 403);
    await expect(check(secure.kubeconfig('token'))).rejects.toThrow(
      /does not let this user list pods: HTTP 403, pods is forbidden. It needs list and watch/,
    );
  });

  it('of a server that does not answer is a usage error', async () => {
    await expect(check(secure.kubeconfig('token', { server: 'http://127.0.0.1:1' }))).rejects.toThrow(
      /no answer from http:\/\/127.0.0.1:1: .*ECONNREFUSED/,
    );
  });

  it('without a cluster is a usage error', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'kubeconfig-')), 'empty');
    writeFileSync(path, 'apiVersion: v1\nkind: Config\n');
    await expect(loadKubeconfig(path)).rejects.toThrow(
      /^--kubeconfig .*empty: cluster or user of current context .* not found/,
    );
  });
});
