import type { ApiServer } from './api-server.ts';
import { ok } from './client.ts';

const group = 'eks-mesh-sync-mesh';

/** The headers of a request by reconcile-mesh. */
export const reconcileMesh = { 'impersonate-user': 'reconcile-mesh', 'impersonate-group': group };

const api = '/apis/rbac.authorization.k8s.io';
const name = 'writes';

/** As the chart of the relay does: RBAC alone would let it write all of them. */
export async function allowWrites(server: ApiServer): Promise<void> {
  await ok(
    server.apply(`${api}/v1/clusterroles/${name}`, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['patch'] },
        {
          apiGroups: [''],
          resources: ['configmaps', 'services'],
          verbs: ['get', 'create', 'patch', 'delete'],
        },
      ],
    }),
  );
  await ok(
    server.apply(`${api}/v1/clusterrolebindings/${name}`, {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name } },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: group }],
    }),
  );
}
