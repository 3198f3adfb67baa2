import type { MeshTarget } from '../../mesh/mesh-target.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { type MeshTargetName, meshTargetsOf } from '../../model/config/mesh-targets.ts';
import { perKubernetesObjects } from './cluster.ts';
import type { Objects, Targets } from './objects-targets.ts';
import { targets as appMesh } from './targets/app-mesh.ts';
import { targets as envoy } from './targets/envoy.ts';
import { targets as gatewayApi } from './targets/gateway-api.ts';
import { targets as istio } from './targets/istio.ts';

/** The mesh targets, by their names in clusters.yml. A deployment has the code of those that its clusters.yml names. */
const all: Readonly<Record<MeshTargetName, (objects: Objects) => Targets>> = {
  'app-mesh': appMesh,
  istio,
  'gateway-api': gatewayApi,
  envoy,
};

/** The mesh targets of a cluster, in the order of clusters.yml. */
export function perMeshTargets(): (cluster: ClusterConfig) => readonly MeshTarget[] {
  const made = new Map<MeshTargetName, Targets>();
  const objects = perKubernetesObjects();
  return (cluster) =>
    meshTargetsOf(cluster).flatMap(({ name }) => {
      const targets = made.get(name) ?? all[name](objects);
      made.set(name, targets);
      return targets(cluster) ?? [];
    });
}
