import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import type { ObjectClaim } from '../../../objects-target/plan/object-claim.ts';
import type { TargetRules } from '../../../plan/target-rules.ts';
import type { EnvoyContext } from '../translate/proxy.ts';

export type InstancesOf = EnvoyContext['instancesOf'];

/** Envoys without a control plane as a mesh target: of each virtual node and gateway, the files of its Envoy in a ConfigMap. */
export function envoyRules(
  cluster: ClusterConfig,
  _instancesOf: InstancesOf = () => [],
): TargetRules<ObjectClaim> {
  return {
    name: 'envoy',
    title: 'Envoy',
    claimant: `${cluster.name}#envoy`,
    requestsOf: () => [],
    nameOf: ({ kind, namespace, name }) => `the ${kind} "${namespace}/${name}"`,
  };
}
