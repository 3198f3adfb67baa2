import type { ObjectContent } from '../../../../shared/mesh/objects-target/plan/object-claim.ts';
import { desiredMesh } from '../../../../shared/mesh/plan/desired.ts';
import type { Directory } from '../../../../shared/mesh/plan/directory.ts';
import type { DesiredMesh } from '../../../../shared/mesh/plan/resource.ts';
import type { TargetRules } from '../../../../shared/mesh/plan/target-rules.ts';
import { envoyRules, type InstancesOf } from '../../../../shared/mesh/targets/envoy/plan/rules.ts';
import type { Kept } from '../../../../shared/mesh/targets/envoy/translate/proxy.ts';
import { type ClusterConfig, clustersFile } from '../../../../shared/model/cluster-config.ts';

const cluster = clustersFile.parse({ clusters: [{ name: 'local', mesh: 'envoy' }] })
  .clusters[0] as ClusterConfig;

export function rulesOfEnvoy(instancesOf?: InstancesOf): TargetRules {
  return envoyRules(cluster, instancesOf);
}

/** What is written for the mesh objects of a directory. */
export function desiredEnvoys(directory: Directory, instancesOf?: InstancesOf): DesiredMesh {
  return desiredMesh(directory, rulesOfEnvoy(instancesOf), () => undefined);
}

/** The content of a resource, such as `ConfigMap/apps/front.virtual-node`. */
export function contentIn(
  { resources }: DesiredMesh,
  key: string,
): ObjectContent & { readonly kept?: Kept | undefined } {
  const found = resources.get(key);
  if (found === undefined) throw new Error(`${key} is not wanted`);
  return found.spec;
}
