import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import { appMeshRules } from '../../mesh/targets/app-mesh/plan/rules.ts';
import { type ClusterConfig, type MeshTargetName, meshTargetOf } from '../../model/cluster-config.ts';

/** The rules of the mesh targets, for functions that never call one: these have no client of it. */
const all: Readonly<Record<MeshTargetName, (cluster: ClusterConfig) => TargetRules>> = {
  appMesh: appMeshRules,
};

/** Without a mesh target, objects are explained by the rules of the one that they were written for. */
export function meshRules(cluster: ClusterConfig): TargetRules {
  return all[meshTargetOf(cluster)?.name ?? 'appMesh'](cluster);
}
