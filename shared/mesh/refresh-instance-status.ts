import type { MeshStatusRequested } from '../model/event.ts';
import { checkDue } from '../model/mesh-status-requested.ts';
import { discoversThroughCloudMap } from '../model/virtual-node.ts';
import { readRegistrationContext } from '../pods/registration-context.ts';
import type { StatusDependencies } from '../ports/mesh-ports.ts';
import { instancesConditions } from './plan/instances.ts';
import { StatusPublisher } from './publish-status.ts';
import { servicesWithoutCheck } from './services-without-check.ts';

/**
 * Tells the virtual nodes of a namespace how many of their pods are registered in Cloud Map, and why others are not.
 * Looks at the table only, so it may be done at any time; a cluster that cannot be told keeps nobody waiting, and the
 * table has it for `explain`.
 *   1. leave it for later, if it is not due
 *   2. read the virtual nodes, their services, and all pods of the namespace where some node discovers through Cloud Map
 *   3. work out the conditions      (pure)
 *   4. tell what changed; take back what nodes were told that do not discover through Cloud Map any more; forget what
 *      was told to those that are gone
 */
export async function refreshInstanceStatus(
  deps: StatusDependencies,
  request: MeshStatusRequested,
): Promise<void> {
  const { cluster, namespace } = request;
  const config = deps.cluster(cluster);
  checkDue(request, deps.clock);
  const inNamespace = [`${namespace}/`, `${namespace}0`] as const;
  const nodes = await Array.fromAsync(deps.mesh.inRange(cluster, 'VirtualNode', ...inNamespace));
  const registrationContext = await readRegistrationContext(deps.mesh, cluster, namespace);
  const pods = registrationContext.virtualNodes.some(discoversThroughCloudMap)
    ? await Array.fromAsync(deps.pods.inRange(cluster, ...inNamespace))
    : [];
  const withoutCheck = await servicesWithoutCheck(deps, config, registrationContext.virtualNodes);
  const conditions = instancesConditions(pods, registrationContext, config.cloudMap, withoutCheck);

  const publisher = new StatusPublisher(deps, config);
  for (const { object, deleted } of nodes) {
    const { name, uid } = object.metadata;
    const node = { kind: 'VirtualNode' as const, namespace, name };
    const condition = deleted ? undefined : conditions.get(name);
    if (condition !== undefined) {
      await publisher.publish({ ...node, uid }, { instances: condition });
      continue;
    }
    const written = await deps.statuses.find(cluster, node);
    if (written !== undefined && deleted) await publisher.forget(written);
    else if (written?.instances !== undefined) await publisher.publish({ ...node, uid }, { instances: null });
  }
}
