import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import { appMeshRules } from '../../mesh/targets/app-mesh/plan/rules.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { type MeshTargetName, meshTargetsOf } from '../../model/config/mesh-targets.ts';
import { PermanentError } from '../../model/errors.ts';

/** The rules of the mesh targets, for functions that never call one: these have no client of it. */
const all: Readonly<Record<MeshTargetName, (cluster: ClusterConfig) => TargetRules>> = {
  'app-mesh': appMeshRules,
  istio: () => notReady('istio'),
  'gateway-api': () => notReady('gateway-api'),
};

/** Without a mesh target, objects are explained by the rules of the one that they were written for. */
export function meshRules(cluster: ClusterConfig): readonly TargetRules[] {
  const names = meshTargetsOf(cluster).map(({ name }) => name);
  return (names.length > 0 ? names : (['app-mesh'] as const)).map((name) => all[name](cluster));
}

export function notReady(name: MeshTargetName): never {
  throw new PermanentError(`mesh: ${name} in clusters.yml is not supported yet`);
}
