import { expect, it } from 'vitest';
import type { ApiServer } from './api-server.ts';
import { eventually, ok } from './client.ts';

const path = '/api/v1/namespaces/plain/pods/refreshed';
const key = 'sidecar.eks-mesh-sync/configuration';
const patchType = { 'content-type': 'application/strategic-merge-patch+json' };
const own = { 'impersonate-user': 'reconcile-mesh', 'impersonate-group': 'eks-mesh-sync-mesh' };

const pod = {
  metadata: { name: 'refreshed', labels: { app: 'app' }, annotations: { owner: 'team' } },
  spec: { containers: [{ name: 'app', image: 'app' }] },
};

/** reconcile-mesh, whose group may patch pods, must not be able to change more than its annotation. */
export function testRefreshPolicy(server: () => ApiServer): void {
  it('lets reconcile-mesh change its annotation of pods', async () => {
    await ok(server().send('POST', '/api/v1/namespaces/plain/pods', pod));
    await allowPatches(server());
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
  return server.send('PATCH', path, change, { ...own, ...patchType });
}

async function allowPatches(server: ApiServer): Promise<void> {
  const api = '/apis/rbac.authorization.k8s.io/v1';
  await ok(
    server.apply(`${api}/clusterroles/patch-pods`, {
      ...{
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRole',
        metadata: { name: 'patch-pods' },
      },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['patch'] }],
    }),
  );
  await ok(
    server.apply(`${api}/clusterrolebindings/patch-pods`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'patch-pods' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'patch-pods' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'eks-mesh-sync-mesh' }],
    }),
  );
}
