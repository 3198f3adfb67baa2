import type { DesiredResource } from '../../../shared/mesh/plan/resource.ts';
import type { TargetRules } from '../../../shared/mesh/plan/target-rules.ts';
import type {
  AppMeshClaim,
  AppMeshDesired,
} from '../../../shared/mesh/targets/app-mesh/plan/app-mesh-claim.ts';
import { listenersOf } from '../../../shared/mesh/targets/app-mesh/plan/listeners.ts';
import { appMeshRules } from '../../../shared/mesh/targets/app-mesh/plan/rules.ts';
import { clustersFile } from '../../../shared/model/cluster-config.ts';

/** The rules of App Mesh with these quotas; the others are AWS's. */
export function rulesWith(quotas: Readonly<Record<string, number>> = {}): TargetRules {
  const [config] = clustersFile.parse({ clusters: [{ name: 'local', appMesh: {} }] }).clusters;
  if (config?.appMesh === undefined) throw new Error('expected one cluster with App Mesh');
  const { appMesh } = config;
  return appMeshRules({ ...config, appMesh: { ...appMesh, quotas: { ...appMesh.quotas, ...quotas } } });
}

/** The claim on a resource that was applied as it is desired. */
export function claimOn(resource: DesiredResource): AppMeshClaim {
  const desired = resource as AppMeshDesired;
  const { key, sourceObject, dependsOn, fingerprint } = desired;
  return {
    ...{ key, resource: desired.resource, sourceObject, dependsOn, fingerprint },
    listeners: [listenersOf(desired.resource.kind, desired.spec) ?? []],
    ...{ phase: 'applied', id: `arn:${key}`, version: 1, createdAtMs: 1, revision: 1 },
  };
}
