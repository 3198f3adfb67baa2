import type { ClusterConfig } from '../../../model/cluster-config.ts';
import type { Pod } from '../../../model/pod.ts';
import type { IpFamily } from '../eligibility.ts';
import { meshOfNamespace } from './membership.ts';
import type { RegistrationContext } from './registration-context.ts';
import { selects } from './selector.ts';
import { familyOf } from './virtual-node-source.ts';

/** The address families wanted by the meshes of a pod's virtual nodes, or by the configuration if they want none. */
export function wantedFamilies(
  pod: Pod,
  around: RegistrationContext | undefined,
  { ipFamily }: ClusterConfig['cloudMap'],
): readonly IpFamily[] {
  const { virtualNodes = [], meshes = [], namespaceLabels = {} } = around ?? {};
  const families = virtualNodes
    .filter(({ spec }) => spec.serviceDiscovery?.awsCloudMap && selects(spec.podSelector, pod.labels))
    .map((node) => {
      const namespace = { name: node.namespace, labels: namespaceLabels };
      const membership = meshOfNamespace(namespace, meshes, node.spec.meshRef?.name);
      return familyOf('mesh' in membership ? membership.mesh : undefined) ?? ipFamily;
    });
  return families.length > 0 ? [...new Set(families)] : [ipFamily];
}
