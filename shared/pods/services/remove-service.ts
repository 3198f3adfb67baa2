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
 *   4. record that it is removed     (before the call, which a crash may follow)
 *   5. DeleteService, which Cloud Map itself refuses while there are instances; then the record says so
 *   6. forget its id, and that the cluster used it
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
  const note = (kept?: string) => deps.drains.noteService(cluster, { service, ...(kept && { kept }) });
  const cloudMap = deps.cloudMap(config);
  const verdict = await verdictOn(cloudMap, { cluster, serviceId, isUsed: used !== undefined });
  if (verdict === 'of others') return;
  if (typeof verdict === 'object') return note(verdict.kept);
  if (verdict === 'removable') {
    await note();
    const kept = await whyNotDeleted(cloudMap, serviceId);
    if (kept !== undefined) return note(kept);
  }
  await deps.services.forget(service);
  if (used !== undefined) await deps.usedServices.remove(cluster, used);
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

type Verdict = 'removable' | 'missing' | 'of others' | { readonly kept: string };

async function verdictOn(cloudMap: CloudMap, { cluster, serviceId, isUsed }: Removal): Promise<Verdict> {
  if (serviceId.startsWith('arn:')) return { kept: 'is in a namespace that another account shares' };
  try {
    const maker = await cloudMap.madeFor(serviceId);
    if (maker !== cluster && !isUsed) return 'of others';
    for await (const _ of cloudMap.listInstances(serviceId)) return { kept: hasOthers };
    if (maker === undefined) return { kept: 'was not created by eks-mesh-sync' };
    return maker === cluster ? 'removable' : { kept: `was created for cluster "${maker}"` };
  } catch (error) {
    if (isGone(error)) return 'missing';
    if (error instanceof PermanentError) return { kept: cannotBeRemoved(error) };
    throw error;
  }
}

/** Deletes the service, or returns why it stays. */
async function whyNotDeleted(cloudMap: CloudMap, serviceId: string): Promise<string | undefined> {
  try {
    return (await cloudMap.deleteService(serviceId)) === 'in use' ? hasOthers : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    if (error instanceof PermanentError) return cannotBeRemoved(error);
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof NotFoundError && error.resource === 'service';
}

function cannotBeRemoved({ message }: Error): string {
  return `cannot be removed: ${message}`;
}
