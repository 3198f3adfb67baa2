import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import { appMeshRules } from '../../mesh/targets/app-mesh/plan/rules.ts';
import { gatewayApiRules } from '../../mesh/targets/gateway-api/plan/rules.ts';
import { istioRules } from '../../mesh/targets/istio/plan/rules.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { type MeshTargetName, meshTargetsOf } from '../../model/config/mesh-targets.ts';

/** The rules of the mesh targets, for functions that never call one: these have no client of it. */
const all: Readonly<Record<MeshTargetName, (cluster: ClusterConfig) => TargetRules>> = {
  'app-mesh': appMeshRules,
  istio: istioRules,
  'gateway-api': gatewayApiRules,
};

/** Without a mesh target, objects are explained by the rules of the one that they were written for. */
export function meshRules(cluster: ClusterConfig): readonly TargetRules[] {
  const names = meshTargetsOf(cluster).map(({ name }) => name);
  return (names.length > 0 ? names : (['app-mesh'] as const)).map((name) => all[name](cluster));
}
