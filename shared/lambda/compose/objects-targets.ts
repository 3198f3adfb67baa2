import type { MeshTarget } from '../../mesh/mesh-target.ts';
import { objectsTarget } from '../../mesh/objects-target/objects-target.ts';
import type { ObjectClaim } from '../../mesh/objects-target/plan/object-claim.ts';
import type { KindVersions } from '../../mesh/plan/object-resource.ts';
import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { KubernetesObjects } from '../../ports/kubernetes-objects.ts';

export type Targets = (cluster: ClusterConfig) => MeshTarget | undefined;
export type Objects = (cluster: ClusterConfig) => KubernetesObjects;

/** Targets whose resources are objects of the cluster itself. */
export function objectsTargets(
  rules: (cluster: ClusterConfig) => TargetRules<ObjectClaim>,
  versions: KindVersions,
): (objects: Objects) => Targets {
  return (objects) => (cluster) =>
    objectsTarget({ rules: rules(cluster), objects: objects(cluster), versions });
}
