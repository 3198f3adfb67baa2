import type { UsedService } from '../../model/registration.ts';
import type { ServiceView } from '../../model/service-view.ts';
import { notedForMs } from '../../pods/plan/used-service.ts';

/** No message that read a record before it was written again takes its claim later than an hour after that. */
const forgettableAfterMs = 2 * notedForMs;

/** Whether nothing of the cluster is in the service, and nobody can be about to use it. No view: it is not there. */
export function mayForget(
  cluster: string,
  { usedAtMs }: UsedService,
  view: ServiceView | undefined,
  nowMs: number,
): boolean {
  if (Math.abs(nowMs - usedAtMs) < forgettableAfterMs) return false;
  return view === undefined || (!hasAnything(cluster, view) && view.underWay.size === 0);
}

/** Whether a claim or an instance of the cluster is there. */
export function hasAnything(cluster: string, { claims, instances }: ServiceView): boolean {
  return (
    claims.values().some(({ owner }) => owner.cluster === cluster) ||
    instances.values().some(({ attributes }) => attributes['k8s.io/cluster'] === cluster)
  );
}
