import type { MeshStatusRequested } from '../model/event.ts';
import { checkDue } from '../model/mesh-status-requested.ts';
import { discoversThroughCloudMap } from '../model/virtual-node.ts';
import { readSurroundings } from '../pods/registration-context.ts';
import type { StatusWorld } from '../ports/mesh-ports.ts';
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
export async function tellInstances(world: StatusWorld, request: MeshStatusRequested): Promise<void> {
  const { cluster, namespace } = request;
  const config = world.cluster(cluster);
  checkDue(request, world.clock);
  const inNamespace = [`${namespace}/`, `${namespace}0`] as const;
  const nodes = await Array.fromAsync(world.mesh.inRange(cluster, 'VirtualNode', ...inNamespace));
  const surroundings = await readSurroundings(world.mesh, cluster, namespace);
  const pods = surroundings.virtualNodes.some(discoversThroughCloudMap)
    ? await Array.fromAsync(world.pods.inRange(cluster, ...inNamespace))
    : [];
  const withoutCheck = await servicesWithoutCheck(world, config, surroundings.virtualNodes);
  const conditions = instancesConditions(pods, surroundings, config.cloudMap, withoutCheck);

  const publisher = new StatusPublisher(world, config);
  for (const { object, deleted } of nodes) {
    const { name, uid } = object.metadata;
    const node = { kind: 'VirtualNode' as const, namespace, name };
    const condition = deleted ? undefined : conditions.get(name);
    if (condition !== undefined) {
      await publisher.publish({ ...node, uid }, { instances: condition });
      continue;
    }
    const told = await world.statuses.find(cluster, node);
    if (told !== undefined && deleted) await publisher.forget(told);
    else if (told?.instances !== undefined) await publisher.publish({ ...node, uid }, { instances: null });
  }
}
