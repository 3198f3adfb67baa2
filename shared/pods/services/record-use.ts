import type { ServiceKey } from '../../model/identity.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { mustNote } from '../plan/services/used-service.ts';

/**
 * Records that a cluster uses a service, before its first claim there. Sweeps read the service until it is proved
 * clean, even if nothing in the cluster names it any more. One read per registration, one write per hour and service.
 */
export async function recordUse(
  deps: Pick<Dependencies, 'usedServices' | 'clock'>,
  cluster: string,
  service: ServiceKey,
): Promise<void> {
  const nowMs = deps.clock.now();
  if (mustNote(await deps.usedServices.find(cluster, service), nowMs))
    await deps.usedServices.save(cluster, { service, usedAtMs: nowMs });
}
