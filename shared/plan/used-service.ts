import type { UsedService } from '../model/registration.ts';
import type { ServiceView } from './finding.ts';

/** A record is written again after an hour of use. No message that read it before takes its claim later than the second. */
const notedForMs = 3600_000;
const forgettableAfterMs = 2 * notedForMs;

/** Whether the use of a service, from now on, is still to be noted. */
export function mustNote(known: UsedService | undefined, nowMs: number): boolean {
  return known === undefined || Math.abs(nowMs - known.usedAtMs) >= notedForMs;
}

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
