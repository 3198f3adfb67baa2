import { expect, it } from 'vitest';
import type { ApiServer } from './api-server.ts';
import { eventually, ok } from './client.ts';
import { allowWrites, reconcileMesh } from './reconcile-mesh.ts';

const path = '/api/v1/namespaces/plain/pods/refreshed';
const key = 'sidecar.eks-mesh-sync/configuration';
const patchType = { 'content-type': 'application/strategic-merge-patch+json' };

const pod = {
  metadata: { name: 'refreshed', labels: { app: 'app' }, annotations: { owner: 'team' } },
  spec: { containers: [{ name: 'app', image: 'app' }] },
};

/** reconcile-mesh, whose group may patch pods, must not be able to change more than its annotation. */
export function testRefreshPolicy(server: () => ApiServer): void {
  it('lets reconcile-mesh change its annotation of pods', async () => {
    await ok(server().send('POST', '/api/v1/namespaces/plain/pods', pod));
    await allowWrites(server());
    await eventually(() => patch(server(), { metadata: { annotations: { [key]: '1' } } }));
    const { body } = await ok(patch(server(), { metadata: { annotations: { [key]: '2' } } }));
    expect(body).toMatchObject({ metadata: { annotations: { [key]: '2', owner: 'team' } } });
    await ok(patch(server(), { metadata: { annotations: { [key]: null } } }));
  });

  const others = {
    'another annotation': { metadata: { annotations: { other: '1' } } },
    'the value of an annotation': { metadata: { annotations: { owner: 'us' } } },
    'the presence of an annotation': { metadata: { annotations: { owner: null } } },
    labels: { metadata: { labels: { app: 'other' } } },
    finalizers: { metadata: { finalizers: ['example.com/held'] } },
    owners: {
      metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'b' }] },
    },
    'an image': { spec: { containers: [{ name: 'app', image: 'other' }] } },
    'the deadline': { spec: { activeDeadlineSeconds: 1 } },
  };
  for (const [what, change] of Object.entries(others))
    it(`does not let reconcile-mesh change ${what} of pods`, async () => {
      const { status, body } = await patch(server(), change);
      expect(status).toBe(422);
      expect(body.message).toContain(`eks-mesh-sync may change only the annotation ${key} of pods`);
      // Anybody else may.
      await ok(server().send('PATCH', `${path}?dryRun=All`, change, patchType));
    });
}

function patch(server: ApiServer, change: object) {
  return server.send('PATCH', path, change, { ...reconcileMesh, ...patchType });
}
