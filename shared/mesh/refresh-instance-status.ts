import { meshTargetsOf } from '../model/config/mesh-targets.ts';
import type { MeshStatusRequested } from '../model/events/event.ts';
import { checkDue } from '../model/events/mesh-status-requested.ts';
import type { Condition } from '../model/records/mesh-status.ts';
import type { StatusRecord } from '../model/records/status-record.ts';
import { discoversThroughCloudMap } from '../model/virtual-node.ts';
import { readRegistrationContext } from '../pods/registration-context.ts';
import type { StatusDependencies } from '../ports/mesh-ports.ts';
import { instancesConditions } from './plan/instances.ts';
import { StatusPublisher } from './publish-status.ts';
import { servicesWithoutCheck } from './services-without-check.ts';

/**
 * Writes to the virtual nodes of a namespace how many of their pods are registered in Cloud Map, and why others are not.
 * Reads only the table, so it may run at any time. If the cluster cannot be reached, nothing waits for it, and `explain`
 * reads the status from the table.
 *   1. defer the request if it is not due
 *   2. read the virtual nodes, their services and, if one of them uses Cloud Map discovery, all pods of the namespace
 *   3. compute the conditions      (pure)
 *   4. write changed conditions, and those that the nodes have lost; remove those of nodes that no longer use Cloud Map
 *      discovery; delete the records of deleted nodes
 */
export async function refreshInstanceStatus(
  deps: StatusDependencies,
  request: MeshStatusRequested,
): Promise<void> {
  const { cluster, namespace } = request;
  const config = deps.cluster(cluster);
  checkDue(request, deps.clock);
  const inNamespace = [`${namespace}/`, `${namespace}0`] as const;
  const nodes = await Array.fromAsync(deps.objects.inRange(cluster, 'VirtualNode', ...inNamespace));
  const registrationContext = await readRegistrationContext(deps, cluster, namespace);
  const pods = registrationContext.virtualNodes.some(discoversThroughCloudMap)
    ? await Array.fromAsync(deps.pods.inRange(cluster, ...inNamespace))
    : [];
  const withoutCheck = await servicesWithoutCheck(deps, config, registrationContext.virtualNodes);
  const conditions = instancesConditions(pods, registrationContext, config.cloudMap, withoutCheck);

  const publisher = new StatusPublisher(deps, config);
  const hasTarget = meshTargetsOf(config).length > 0;
  for (const { object, deleted, fault } of nodes) {
    const { name, uid } = object.metadata;
    const node = { kind: 'VirtualNode' as const, namespace, name };
    const current = deleted ? undefined : conditions.get(name);
    const condition = deleted || hasTarget || fault === undefined ? current : invalid(fault, current);
    if (condition !== undefined) {
      await publisher.publish({ ...node, uid }, { instances: condition });
      continue;
    }
    const written = await deps.statuses.find(cluster, node);
    if (written !== undefined && deleted) await publisher.forget(written);
    else if (written !== undefined && hasToBeRemoved(written, hasTarget))
      await publisher.publish({ ...node, uid }, { instances: null });
  }
}

/** Whether a condition is recorded, or the node has a former one again; with a mesh target, its writer removes that. */
function hasToBeRemoved({ instances, written, revision }: StatusRecord, hasTarget: boolean): boolean {
  return instances !== undefined || (!hasTarget && written !== revision);
}

/** The last valid configuration stays in effect. */
function invalid(fault: string, current: Condition | undefined): Condition {
  const until = current === undefined ? '' : `; until it is corrected: ${current.message}`;
  return { status: 'False', reason: 'Invalid', message: `${fault}${until}` };
}
