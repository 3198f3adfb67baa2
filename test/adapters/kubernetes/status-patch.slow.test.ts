import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  eventually,
  podManifest,
  send,
  startQuickCluster,
} from '../../../packages/embedded-kubernetes/test/harness.ts';
import { KubernetesClient } from '../../../shared/adapters/kubernetes/client.ts';
import { UnreachableError } from '../../../shared/adapters/kubernetes/errors.ts';
import { meshResources, pods } from '../../../shared/adapters/kubernetes/resources.ts';
import {
  ConflictError,
  NotFoundError,
  PermanentError,
  RetryableError,
} from '../../../shared/model/errors.ts';

let cluster: Cluster;
let client: KubernetesClient;
let asked: string[];
const servers: (Server | HttpServer)[] = [];
beforeEach(async () => {
  cluster = await startQuickCluster();
  asked = [];
  client = new KubernetesClient({ server: cluster.url }, (action) => asked.push(action));
});
afterEach(async () => {
  client.close();
  await cluster.stop();
  for (const server of servers.splice(0)) server.close();
});

const nodePath = '/apis/appmesh.k8s.aws/v1beta2/namespaces/default/virtualnodes';
const virtualNode = {
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind: 'VirtualNode',
  metadata: { name: 'front', namespace: 'default' },
  spec: { podSelector: { matchLabels: { app: 'front' } }, listeners: [] },
};
const arn = 'arn:aws:appmesh:us-west-2:111122223333:mesh/webapp/virtualNode/front_default';
const active = { type: 'VirtualNodeActive', status: 'True' };

async function created(path: string, manifest: object): Promise<{ name: string; uid: string }> {
  const { status, body } = await send(cluster, 'POST', path, manifest);
  expect(status).toBe(201);
  return { name: String(body.metadata.name), uid: String(body.metadata.uid) };
}

describe('the status of a mesh object', () => {
  it('the status of a mesh object is merged, and the rest of the object stays as it is', async () => {
    const { name, uid } = await created(nodePath, virtualNode);
    const target = { namespace: 'default', name, uid };
    const patch = (status: object) => client.patchStatus(meshResources.VirtualNode, target, { status });
    await patch({ virtualNodeARN: arn, observedGeneration: 1, conditions: [active] });
    await patch({ observedGeneration: 2, conditions: [{ ...active, status: 'False' }] });
    const { body } = await send(cluster, 'GET', `${nodePath}/front`);
    expect(body).toMatchObject({
      spec: virtualNode.spec,
      metadata: { generation: 1, uid },
      status: {
        virtualNodeARN: arn,
        observedGeneration: 2,
        conditions: [{ type: 'VirtualNodeActive', status: 'False' }],
      },
    });
    expect(asked[0]).toBe('patch virtualnodes.appmesh.k8s.aws/status front in namespace default');
  });

  it('the status of a mesh object is patched at a path without namespace for a cluster-scoped kind', async () => {
    const mesh = { ...virtualNode, kind: 'Mesh', metadata: { name: 'webapp' }, spec: {} };
    const target = await created('/apis/appmesh.k8s.aws/v1beta2/meshes', mesh);
    await client.patchStatus(meshResources.Mesh, target, { status: { meshARN: arn } });
    const { body } = await send(cluster, 'GET', '/apis/appmesh.k8s.aws/v1beta2/meshes/webapp');
    expect(body.status).toEqual({ meshARN: arn });
  });

  it('the status of a mesh object cannot be written if the object was deleted', async () => {
    const target = { namespace: 'default', name: 'front', uid: 'u' };
    const patch = client.patchStatus(meshResources.VirtualNode, target, { status: {} });
    await expect(patch).rejects.toThrow(NotFoundError);
  });

  it('the status of a mesh object is taken by another object of the same name, as by a real API server, which ignores its uid', async () => {
    const { name } = await created(nodePath, virtualNode);
    const target = { namespace: 'default', name, uid: '00000000-0000-0000-0000-000000000000' };
    await client.patchStatus(meshResources.VirtualNode, target, { status: { virtualNodeARN: arn } });
    const { body } = await send(cluster, 'GET', `${nodePath}/front`);
    expect(body.status).toEqual({ virtualNodeARN: arn });
    expect(body.metadata.uid).not.toBe(target.uid);
  });
});

describe("a pod's readiness gate", () => {
  const type = 'conditions.appmesh.k8s.aws/aws-cloudmap-healthy';

  it("a pod's readiness gate is set beside the conditions of others", async () => {
    const gated = podManifest('front', { spec: { readinessGates: [{ conditionType: type }] } });
    const { name, uid } = await created('/api/v1/namespaces/default/pods', gated);
    const conditions = async () => {
      const { body } = await send(cluster, 'GET', `/api/v1/namespaces/default/pods/${name}`);
      const { status } = body as unknown as { status: { conditions?: { type: string; status: string }[] } };
      return Object.fromEntries((status.conditions ?? []).map((each) => [each.type, each.status]));
    };
    let seen: Record<string, string> = {};
    const follow = setInterval(async () => (seen = await conditions()), 20);
    try {
      await eventually('the containers to be ready', () => seen.ContainersReady === 'True');
      expect(seen.Ready).toBe('False');
      const target = { namespace: 'default', name, uid };
      await client.patchStatus(pods, target, { status: { conditions: [{ type, status: 'True' }] } });
      expect(await conditions()).toMatchObject({ [type]: 'True', ContainersReady: 'True' });
      await eventually('the pod to be ready', () => seen.Ready === 'True');
    } finally {
      clearInterval(follow);
    }
  });
});

it("a pod's status is not written to another pod of the same name", async () => {
  const { name } = await created('/api/v1/namespaces/default/pods', podManifest('front'));
  const target = { namespace: 'default', name, uid: '00000000-0000-0000-0000-000000000000' };
  const patch = client.patchStatus(pods, target, { status: { reason: 'Another' } });
  await expect(patch).rejects.toThrow(ConflictError);
  expect(cluster.api.get('pods', 'default', 'front')?.status).not.toHaveProperty('reason');
});

/** An API server that gives every request the same answer. */
async function refusing(code: number, status: object = {}): Promise<KubernetesClient> {
  const server = createHttpServer((_, response) => {
    response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return new KubernetesClient({ server: `http://127.0.0.1:${port}` });
}

describe('a refusal', () => {
  const target = { namespace: 'default', name: 'front', uid: 'u' };
  const invalid = (field: string) => ({ details: { causes: [{ reason: 'FieldValueInvalid', field }] } });

  it.each([
    [403, { message: 'forbidden' }, PermanentError],
    [409, {}, ConflictError],
    [422, invalid('metadata.uid'), ConflictError],
    [422, invalid('status.conditions[0].type'), PermanentError],
    [429, {}, RetryableError],
    [503, {}, RetryableError],
  ])('%i %j', async (code, status, type) => {
    const kubernetes = await refusing(code, status);
    const patch = kubernetes.patchStatus(pods, target, { status: {} });
    await expect(patch).rejects.toThrow(type);
    await expect(patch).rejects.toThrow(
      `the API server refused to patch pods/status front in namespace default: HTTP ${code}`,
    );
    kubernetes.close();
  });
});

describe('an API server that cannot be reached', () => {
  it('an API server that cannot be reached is reported as unreachable after the connection timeout', async () => {
    // It takes connections and says nothing, so TLS never comes to an end.
    const server = createServer((socket) => socket.on('error', () => undefined));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const kubernetes = new KubernetesClient({ server: `https://127.0.0.1:${port}`, connectTimeoutMs: 100 });
    const target = { namespace: 'default', name: 'front', uid: 'u' };
    await expect(kubernetes.patchStatus(pods, target, { status: {} })).rejects.toThrow(UnreachableError);
    kubernetes.close();
  });
});
