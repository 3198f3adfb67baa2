import type { MeshTarget } from '../../mesh/mesh-target.ts';
import { appMeshTargets } from '../../mesh/targets/app-mesh/adapter/app-mesh-targets.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { type MeshTargetName, meshTargetsOf } from '../../model/config/mesh-targets.ts';
import { notReady } from './mesh-rules.ts';

type Targets = (cluster: ClusterConfig) => MeshTarget | undefined;

/** The mesh targets, by their names in clusters.yml. */
const all: Readonly<Record<MeshTargetName, () => Targets>> = {
  'app-mesh': appMeshTargets,
  istio: () => notReady('istio'),
  'gateway-api': () => notReady('gateway-api'),
};

/** The mesh targets of a cluster, in the order of clusters.yml. */
export function perMeshTargets(): (cluster: ClusterConfig) => readonly MeshTarget[] {
  const made = new Map<MeshTargetName, Targets>();
  return (cluster) =>
    meshTargetsOf(cluster).flatMap(({ name }) => {
      const targets = made.get(name) ?? all[name]();
      made.set(name, targets);
      return targets(cluster) ?? [];
    });
}
