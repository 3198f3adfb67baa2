import type { KubernetesObjects } from '../../../ports/kubernetes-objects.ts';
import type { MeshTarget } from '../../mesh-target.ts';
import { objectsTarget } from '../../objects-target/objects-target.ts';
import type { ObjectClaim } from '../../objects-target/plan/object-claim.ts';
import type { TargetRules } from '../../plan/target-rules.ts';
import type { EnvoyContext } from './translate/proxy.ts';

export type InstancesOf = EnvoyContext['instancesOf'];

/** The kinds that are written. */
export const envoyVersions = { ConfigMap: ['v1'], Service: ['v1'] } as const;

export interface EnvoyTargetOptions {
  /** The rules with the instances from elsewhere; without them, the last known ones stay. */
  readonly rules: (instancesOf?: InstancesOf) => TargetRules<ObjectClaim>;
  /** The objects of the cluster that the proxies are in. */
  readonly objects: KubernetesObjects;
}

/** Envoys that read their configuration from ConfigMaps, as the mesh target of a cluster. */
export function envoyTarget({ rules, objects }: EnvoyTargetOptions): MeshTarget<ObjectClaim> {
  return objectsTarget({ rules: rules(), objects, versions: envoyVersions });
}
