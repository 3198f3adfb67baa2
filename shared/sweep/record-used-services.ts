import { type ServiceKey, serviceId } from '../model/identity.ts';
import type { SweepDependencies } from '../ports/sweep-ports.ts';
import { hasAnything, mayForget } from './plan/used-service.ts';
import type { ReadServices } from './read-services.ts';

/**
 * Updates the records of used services after a sweep. Adds services with a claim or an instance of the cluster and no
 * record (the table is of an earlier version, or restored). Removes records of services that the cluster no longer
 * uses.
 */
export async function recordUsedServices(
  deps: Pick<SweepDependencies, 'usedServices' | 'clock'>,
  cluster: string,
  read: ReadServices,
): Promise<void> {
  const views = new Map([...read.views.values()].map((view) => [textOf(view.key), view]));
  const recorded = new Set(read.used.map(({ service }) => textOf(service)));
  const nowMs = deps.clock.now();
  for (const [text, view] of views) {
    if (recorded.has(text) || !hasAnything(cluster, view)) continue;
    await deps.usedServices.save(cluster, { service: view.key, usedAtMs: nowMs });
  }
  for (const used of read.used)
    if (
      !isUnreadable(read, used.service) &&
      !read.isNamed(used.service) &&
      mayForget(cluster, used, views.get(textOf(used.service)), nowMs)
    )
      await deps.usedServices.remove(cluster, used);
}

function isUnreadable({ unreachable }: ReadServices, service: ServiceKey): boolean {
  return unreachable.some((key) => textOf(key) === textOf(service));
}

function textOf(service: ServiceKey): string {
  return `${service.target} ${serviceId(service)}`;
}
