import { NotFoundError, PermanentError } from '../../model/errors.ts';
import type { ServiceRemovalRequested } from '../../model/events/event.ts';
import type { ServiceKey } from '../../model/identity.ts';
import { configAt } from '../../model/target.ts';
import type { CloudMap, Dependencies } from '../../ports/ports.ts';
import { hasOthers } from '../plan/drained.ts';

/**
 * Removes an empty Cloud Map service of a drained cluster, if this system made it for that cluster. Everything is read
 * again: the request may be old. In this order:
 *   1. the cluster is still drained, and knows the account and Region
 *   2. no pod of any cluster has a claim there
 *   3. the tag says that the service was made for this cluster, and no instance is there
 *   4. DeleteService, which Cloud Map itself refuses while there are instances
 *   5. forget its id, and that the cluster used it
 *   6. record what became of it
 * A pod of another cluster that registers meanwhile gets ServiceNotFound, and creates the service again.
 */
export async function removeService(
  deps: Dependencies,
  { cluster, service, serviceId }: Omit<ServiceRemovalRequested, 'type' | 'version' | 'group' | 'run'>,
): Promise<void> {
  const config = configAt(deps.cluster(cluster), service.target);
  if (config === undefined || (await deps.drains.find(cluster)) === undefined) return;
  if (await hasClaims(deps, service)) return;
  const used = await deps.usedServices.find(cluster, service);
  const outcome = await removed(deps.cloudMap(config), { cluster, serviceId, isUsed: used !== undefined });
  if (outcome === 'of others') return;
  const { kept } = outcome;
  if (kept === undefined) await deps.services.forget(service);
  if (kept === undefined && used !== undefined) await deps.usedServices.remove(cluster, used);
  await deps.drains.noteService(cluster, { service, ...(kept !== undefined && { kept }) });
}

async function hasClaims(deps: Dependencies, service: ServiceKey): Promise<boolean> {
  for await (const _ of deps.claims.ofService(service)) return true;
  return false;
}

interface Removal {
  readonly cluster: string;
  readonly serviceId: string;
  /** Whether the cluster is known to have used it; another one's that it never used is not reported. */
  readonly isUsed: boolean;
}

/** Removes the service, or returns why it stays. */
async function removed(
  cloudMap: CloudMap,
  { cluster, serviceId, isUsed }: Removal,
): Promise<{ readonly kept?: string } | 'of others'> {
  if (serviceId.startsWith('arn:')) return { kept: 'is in a namespace that another account shares' };
  try {
    const maker = await cloudMap.madeFor(serviceId);
    if (maker !== cluster && !isUsed) return 'of others';
    for await (const _ of cloudMap.listInstances(serviceId)) return { kept: hasOthers };
    if (maker === undefined) return { kept: 'was not created by eks-mesh-sync' };
    if (maker !== cluster) return { kept: `was created for cluster "${maker}"` };
    return (await cloudMap.deleteService(serviceId)) === 'in use' ? { kept: hasOthers } : {};
  } catch (error) {
    if (error instanceof NotFoundError && error.resource === 'service') return {};
    if (error instanceof PermanentError) return { kept: `cannot be removed: ${error.message}` };
    throw error;
  }
}
