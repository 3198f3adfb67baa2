import type { ClusterConfig } from '../../../model/cluster-config.ts';
import type { MeshTarget } from '../../mesh-target.ts';
import type { AppMesh } from './api.ts';
import { ensureResource } from './ensure-resource.ts';
import type { AppMeshClaim, Withdraw } from './plan/app-mesh-claim.ts';
import { appMeshRules } from './plan/rules.ts';
import { releaseResource } from './release-resource.ts';
import { verifyMesh } from './verify-mesh.ts';
import { withdrawResource } from './withdraw-resource.ts';

/** The App Mesh API as the mesh target of a cluster; undefined if clusters.yml has no `appMesh` for it. */
export function appMeshTarget(cluster: ClusterConfig, api: AppMesh): MeshTarget<AppMeshClaim> | undefined {
  const { appMesh } = cluster;
  if (appMesh === undefined) return undefined;
  const { adopt } = appMesh;
  return {
    rules: appMeshRules(cluster),
    ensure: (run, step) => ensureResource({ run, api, adopt }, step),
    prepare: (run, step) => withdrawResource({ run, api, adopt }, step as Withdraw),
    release: (run, claim) => releaseResource({ run, api, adopt }, claim),
    verify: (run, resources) => verifyMesh({ run, api, adopt }, resources),
  };
}
