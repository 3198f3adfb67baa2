import type { MeshTarget } from '../../mesh/mesh-target.ts';
import { appMeshTargets } from '../../mesh/targets/app-mesh/adapter/app-mesh-targets.ts';
import { type ClusterConfig, type MeshTargetName, meshTargetOf } from '../../model/cluster-config.ts';

type Targets = (cluster: ClusterConfig) => MeshTarget | undefined;

/** The mesh targets, by the section of clusters.yml that names them. */
const all: Readonly<Record<MeshTargetName, () => Targets>> = {
  appMesh: appMeshTargets,
};

/** The mesh target of a cluster; undefined if clusters.yml names none for it. */
export function perMeshTarget(): Targets {
  const made = new Map<MeshTargetName, Targets>();
  return (cluster) => {
    const name = meshTargetOf(cluster)?.name;
    if (name === undefined) return undefined;
    const targets = made.get(name) ?? all[name]();
    made.set(name, targets);
    return targets(cluster);
  };
}
