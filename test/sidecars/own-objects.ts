import { expect, it } from 'vitest';
import type { ApiServer } from './api-server.ts';
import { type Answer, eventually, ok } from './client.ts';
import { allowWrites, reconcileMesh } from './reconcile-mesh.ts';

const own = { labels: { 'app.kubernetes.io/managed-by': 'eks-mesh-sync' } };
const spec = { clusterIP: 'None', selector: { app: 'blue' } };

/** Of the ConfigMaps and Services that its role allows, reconcile-mesh must write only its own. */
export function testOwnObjectsPolicy(server: () => ApiServer): void {
  const write = (method: string, path: string, body?: object) =>
    server().send(method, `/api/v1/namespaces/${path}`, body, {
      ...reconcileMesh,
      ...(method === 'PATCH' && { 'content-type': 'application/merge-patch+json' }),
    });
  const create = (path: string, body: object) =>
    ok(server().send('POST', `/api/v1/namespaces/${path}`, body));

  it('lets reconcile-mesh write the ConfigMaps of proxies', async () => {
    await allowWrites(server());
    for (const name of ['blue.virtual-node', 'edge.virtual-gateway']) {
      await eventually(() => write('POST', 'plain/configmaps', { metadata: { name } }));
      await ok(write('PATCH', `plain/configmaps/${name}`, { data: { a: 'b' } }));
      await ok(write('DELETE', `plain/configmaps/${name}`));
    }
  });

  it('lets reconcile-mesh create a ConfigMap by server-side apply', async () => {
    const metadata = { name: 'red.virtual-node' };
    const path = '/api/v1/namespaces/plain/configmaps/red.virtual-node?fieldManager=eks-mesh-sync';
    const headers = { ...reconcileMesh, 'content-type': 'application/apply-patch+yaml' };
    await ok(server().send('PATCH', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, headers));
  });

  it('does not let reconcile-mesh write other ConfigMaps', async () => {
    await create('kube-system/configmaps', { metadata: { name: 'aws-auth' } });
    const message = 'eks-mesh-sync may write only the ConfigMaps of proxies';
    expectRefusal(await write('POST', 'plain/configmaps', { metadata: { name: 'virtual-node' } }), message);
    expectRefusal(await write('PATCH', 'kube-system/configmaps/aws-auth', { data: { a: 'b' } }), message);
    expectRefusal(await write('DELETE', 'kube-system/configmaps/aws-auth'), message);
  });

  it('lets reconcile-mesh write its own Services', async () => {
    await ok(write('POST', 'plain/services', { metadata: { name: 'own', ...own }, spec }));
    await ok(write('PATCH', 'plain/services/own', { spec: { selector: { app: 'red' } } }));
    await ok(write('DELETE', 'plain/services/own'));
  });

  it('does not let reconcile-mesh write Services of others, nor make them its own', async () => {
    await create('plain/services', { metadata: { name: 'theirs' }, spec });
    const message = 'eks-mesh-sync may write only its own Services';
    expectRefusal(await write('POST', 'plain/services', { metadata: { name: 'new' }, spec }), message);
    expectRefusal(await write('PATCH', 'plain/services/theirs', { metadata: own }), message);
    expectRefusal(await write('DELETE', 'plain/services/theirs'), message);
  });
}

function expectRefusal({ status, body }: Answer, message: string): void {
  expect(status).toBe(422);
  expect(body.message).toContain(message);
}
