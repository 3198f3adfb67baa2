import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import type { TargetRules } from '../../../plan/target-rules.ts';
import { meshDefaults } from '../translate/mesh.ts';
import { isMarked } from './adoption.ts';
import type { AppMeshClaim } from './app-mesh-claim.ts';
import { overfull, overQuota } from './quotas.ts';
import { requestsOf } from './requests.ts';
import { routerOf } from './router-of.ts';
import { statusFields } from './status-fields.ts';
import { stepOrder } from './step-order.ts';

/** App Mesh as the mesh target of a cluster: one resource for each object, and one for each route of a router. */
export function appMeshRules(cluster: ClusterConfig): TargetRules<AppMeshClaim> {
  const { cloudMap, appMesh } = cluster;
  const defaults = meshDefaults(cloudMap);
  const quotas = appMesh?.quotas;
  return {
    name: 'app-mesh',
    title: 'App Mesh',
    claimant: claimantOf(cluster),
    requestsOf: (entry, place, directory) => requestsOf(entry, place, directory, defaults),
    nameOf: ({ name, meshName }) => `the name "${name}" in mesh "${meshName}"`,
    isMarked,
    partOf: routerOf,
    faultOf: (desired) => (quotas === undefined ? null : overfull(desired, quotas)),
    overQuota: (creations, claims) =>
      quotas === undefined ? new Map() : overQuota(creations, claims, quotas),
    isRecorded: ({ resource: { kind } }, { listeners }) =>
      // The listeners have to be recorded before those of a router change.
      (kind !== 'virtualRouter' && kind !== 'route') || listeners !== undefined,
    orderOf: stepOrder,
    statusFields,
  };
}

/** `production#<role>|<Region>|<endpoint>`, each as in clusters.yml. */
function claimantOf({ name, appMesh }: ClusterConfig): string {
  const { roleArn = '', region = '', endpoint = '' } = appMesh ?? {};
  return `${name}#${[roleArn, region, endpoint].join('|')}`;
}
