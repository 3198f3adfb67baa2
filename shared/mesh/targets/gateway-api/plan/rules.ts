import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import { gatewayApiConfigOf } from '../../../../model/config/mesh-targets.ts';
import type { MeshClaim } from '../../../../model/records/mesh-claim.ts';
import type { ObjectResource } from '../../../plan/object-resource.ts';
import type { TargetRules } from '../../../plan/target-rules.ts';
import { gatewayClassOf } from './gateway-class.ts';
import { differencesIn, isUndecided, plannerFor, requestsOf } from './planner.ts';

type ObjectClaim = MeshClaim & { readonly resource: ObjectResource };

/** The Gateway API as a mesh target of a cluster: what its objects become depends on the GatewayClass. */
export function gatewayApiRules(cluster: ClusterConfig): TargetRules<ObjectClaim> {
  const gatewayClass = gatewayClassOf(gatewayApiConfigOf(cluster));
  const planOf = plannerFor(gatewayClass);
  return {
    name: 'gateway-api',
    title: `Gateway API (${gatewayClass.name})`,
    // Another class is no other place: what the former one had is updated or deleted.
    claimant: `${cluster.name}#gateway-api`,
    requestsOf: (entry, place, directory) => requestsOf(planOf(entry, place, directory), entry),
    differencesOf: (entry, place, directory) => differencesIn(planOf(entry, place, directory)),
    isUndecided: (entry, place, directory) => isUndecided(planOf(entry, place, directory)),
    nameOf: ({ kind, namespace, name }) => `the ${kind} "${namespace}/${name}"`,
  };
}
