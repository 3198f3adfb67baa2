import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { explainedTargets, type MeshTargetName } from '../../model/config/mesh-targets.ts';
import { rules as appMesh } from './targets/app-mesh-rules.ts';
import { rules as envoy } from './targets/envoy-rules.ts';
import { rules as gatewayApi } from './targets/gateway-api-rules.ts';
import { rules as istio } from './targets/istio-rules.ts';

/** The rules of the mesh targets, for functions that never call one: these have no client of it. */
const all: Readonly<Record<MeshTargetName, (cluster: ClusterConfig) => TargetRules>> = {
  'app-mesh': appMesh,
  istio,
  'gateway-api': gatewayApi,
  envoy,
};

/** The rules by which the objects of a cluster are explained. */
export function meshRules(cluster: ClusterConfig): readonly TargetRules[] {
  return explainedTargets(cluster).map((name) => all[name](cluster));
}
