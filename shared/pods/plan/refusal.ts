import { createHash } from 'node:crypto';
import type { ClusterConfig } from '../../model/cluster-config.ts';
import type { Problem } from '../../model/problem.ts';
import type { ServiceView } from '../../model/service-view.ts';
import type { DesiredInstance } from './desired/desired.ts';

/** After this time it is tried again, even if nothing that a sweep can see has changed. */
const refusedForMs = 15 * 60_000;
const permanentForMs = 24 * 3600_000;

/** Hash of the pod (labels, address, node, all else that is registered), virtual nodes, configuration and tenancy. */
export function refusalInputs({ cloudMap, tenancy }: ClusterConfig, desired: DesiredInstance): string {
  const { namespaceName, serviceName, instanceId, attributes, ipFamily } = desired;
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const inputs = [namespaceName, serviceName, instanceId, sorted, ipFamily, cloudMap, tenancy ?? null];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}

/** The refusal, if it still holds because nothing it depends on has changed; undefined if a retry may succeed. */
export function currentRefusal(
  problems: readonly Problem[],
  desired: DesiredInstance,
  around: { readonly config: ClusterConfig; readonly nowMs: number; readonly view: ServiceView | undefined },
): Problem | undefined {
  const problem = problems.find(({ source, refusal }) => source === desired.source && refusal !== undefined);
  if (problem?.refusal === undefined) return undefined;
  const { inputs, atMs, isPermanent, dependsOn } = problem.refusal;
  const isOver = Math.abs(around.nowMs - atMs) >= (isPermanent ? permanentForMs : refusedForMs);
  if (isOver || inputs !== refusalInputs(around.config, desired)) return undefined;
  if (dependsOn === 'instance' && !around.view?.instances.has(desired.instanceId)) return undefined;
  if (dependsOn === 'creation' && around.view !== undefined && !around.view.isDeleted) return undefined;
  if (dependsOn === 'owners' && !hasOthers(around, desired)) return undefined;
  const hasRoom = (around.view?.instances.size ?? 0) < around.config.cloudMap.quotas.instancesPerService;
  if (dependsOn === 'service quota' && hasRoom) return undefined;
  return problem;
}

/** Whether anyone except the pod's own namespace has an instance in the service. */
function hasOthers(
  { config, view }: { readonly config: ClusterConfig; readonly view: ServiceView | undefined },
  desired: DesiredInstance,
): boolean {
  const namespace = desired.attributes['k8s.io/namespace'];
  return (view?.instances ?? new Map())
    .values()
    .some(
      ({ attributes }) =>
        attributes['k8s.io/cluster'] !== config.name || attributes['k8s.io/namespace'] !== namespace,
    );
}
