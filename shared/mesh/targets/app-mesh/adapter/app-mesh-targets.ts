import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import type { MeshTarget } from '../../../mesh-target.ts';
import { appMeshTarget } from '../app-mesh-target.ts';
import { perAppMesh } from './app-mesh-client.ts';

/** App Mesh as the mesh target of each cluster; undefined if clusters.yml has no `appMesh` for it. */
export function appMeshTargets(): (cluster: ClusterConfig) => MeshTarget | undefined {
  const apiOf = perAppMesh();
  return (cluster) => {
    const api = apiOf(cluster);
    return api && appMeshTarget(cluster, api);
  };
}
