import type { UsedService } from '../../model/records/registration.ts';
import type { ServiceView } from '../../model/service-view.ts';
import { notedForMs } from '../../pods/plan/services/used-service.ts';

/** A message that read a record before its last write takes its claim at most an hour after that write. */
const forgettableAfterMs = 2 * notedForMs;

/** Whether the cluster has nothing in the service, and no writer can be about to use it. No view: it does not exist. */
export function mayForget(
  cluster: string,
  { usedAtMs }: UsedService,
  view: ServiceView | undefined,
  nowMs: number,
): boolean {
  if (Math.abs(nowMs - usedAtMs) < forgettableAfterMs) return false;
  return view === undefined || (!hasAnything(cluster, view) && view.underWay.size === 0);
}

/** Whether the cluster has a claim or an instance there. */
export function hasAnything(cluster: string, { claims, instances }: ServiceView): boolean {
  return (
    claims.values().some(({ owner }) => owner.cluster === cluster) ||
    instances.values().some(({ attributes }) => attributes['k8s.io/cluster'] === cluster)
  );
}
