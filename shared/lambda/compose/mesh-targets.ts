import type { MeshTarget } from '../../mesh/mesh-target.ts';
import { objectsTarget } from '../../mesh/objects-target/objects-target.ts';
import type { ObjectClaim } from '../../mesh/objects-target/plan/object-claim.ts';
import type { KindVersions } from '../../mesh/plan/object-resource.ts';
import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import { appMeshTargets } from '../../mesh/targets/app-mesh/adapter/app-mesh-targets.ts';
import { versions as gatewayApiVersions } from '../../mesh/targets/gateway-api/plan/object-name.ts';
import { gatewayApiRules } from '../../mesh/targets/gateway-api/plan/rules.ts';
import { istioVersions } from '../../mesh/targets/istio/plan/kinds.ts';
import { istioRules } from '../../mesh/targets/istio/plan/rules.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import { type MeshTargetName, meshTargetsOf } from '../../model/config/mesh-targets.ts';
import type { KubernetesObjects } from '../../ports/kubernetes-objects.ts';
import { perKubernetesObjects } from './cluster.ts';

type Targets = (cluster: ClusterConfig) => MeshTarget | undefined;
type Objects = (cluster: ClusterConfig) => KubernetesObjects;

/** The mesh targets, by their names in clusters.yml. */
const all: Readonly<Record<MeshTargetName, (objects: Objects) => Targets>> = {
  'app-mesh': appMeshTargets,
  istio: objectsTargets(istioRules, istioVersions),
  'gateway-api': objectsTargets(gatewayApiRules, gatewayApiVersions),
};

/** Targets whose resources are objects of the cluster itself. */
function objectsTargets(
  rules: (cluster: ClusterConfig) => TargetRules<ObjectClaim>,
  versions: KindVersions,
): (objects: Objects) => Targets {
  return (objects) => (cluster) =>
    objectsTarget({ rules: rules(cluster), objects: objects(cluster), versions });
}

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
