import { type ServiceKey, serviceId, serviceText } from '../../model/identity.ts';
import type { Drain, DrainedService } from '../../model/records/drain.ts';
import type { ServiceView } from '../../model/service-view.ts';
import { counted } from '../../model/text/printable.ts';
import { hasOthers } from '../../pods/plan/drained.ts';

/** How far the drain of a cluster is. */
export interface DrainProgress {
  readonly since: string;
  /** Instances of the cluster: the most that were found since, those that are left. */
  readonly instances: number;
  readonly remaining: number;
  /** Claims whose end is not known yet. */
  readonly claims: number;
  readonly removedServices: readonly string[];
  readonly keptServices: readonly { readonly service: string; readonly reason: string }[];
  /** Services of which it is not known yet. */
  readonly undecided: readonly string[];
  readonly hasEnded: boolean;
}

export function drainProgress(
  cluster: string,
  drain: Drain,
  services: ReadonlyMap<string, ServiceView>,
  drained: readonly DrainedService[],
): DrainProgress {
  const results = new Map(drained.map((each) => [textOf(each.service), each.kept]));
  const kept: { service: string; reason: string }[] = [];
  const undecided: string[] = [];
  let remaining = 0;
  let claims = 0;
  for (const [name, view] of services) {
    const own = countOwn(cluster, view);
    remaining += own.instances;
    claims += own.claims;
    const reason = own.isShared ? hasOthers : results.get(textOf(view.key));
    // What others had there is gone.
    if (reason === undefined || (reason === hasOthers && !own.isShared)) undecided.push(name);
    else kept.push({ service: name, reason });
  }
  const there = new Set([...services.values()].map(({ key }) => textOf(key)));
  const removedServices = drained.flatMap(({ service, kept: reason }) =>
    reason === undefined && !there.has(textOf(service)) ? [serviceText(service)] : [],
  );
  return {
    since: new Date(drain.sinceMs).toISOString(),
    ...{ instances: Math.max(drain.instances, remaining), remaining, claims },
    ...{ removedServices, keptServices: kept, undecided },
    hasEnded: remaining === 0 && claims === 0 && undecided.length === 0,
  };
}

/** Services in which nothing is, and nothing of which is claimed or under way. */
export function emptyServices(services: ReadonlyMap<string, ServiceView>): readonly ServiceView[] {
  return [...services.values()].filter(
    ({ instances, claims, underWay }) => instances.size === 0 && claims.size === 0 && underWay.size === 0,
  );
}

function countOwn(cluster: string, { instances, claims }: ServiceView) {
  const claimed = [...claims.values()].filter(({ owner }) => owner.cluster === cluster);
  const owned = new Set(claimed.map(({ instanceId }) => instanceId));
  const own = [...instances].filter(
    ([id, { attributes }]) => attributes['k8s.io/cluster'] === cluster || owned.has(id),
  );
  return {
    ...{ instances: own.length, claims: claimed.length },
    isShared: instances.size > own.length || claims.size > claimed.length,
  };
}

function textOf(service: ServiceKey): string {
  return `${service.target} ${serviceId(service)}`;
}

/** For people, of a dry run: one line. */
export function drainPlanText(
  cluster: string,
  { remaining, undecided, keptServices }: DrainProgress,
): string {
  const services = undecided.length + keptServices.length;
  const instances = `${counted(remaining, 'instance')} ${remaining === 1 ? 'is' : 'are'} deregistered`;
  return (
    `Without dryRun, ${instances}${removalText(cluster, services)}. ` +
    'Nothing is registered again until a resync with "drain": false'
  );
}

function removalText(cluster: string, services: number): string {
  if (services === 0) return '';
  if (services === 1)
    return `, and the service is removed if it was made for cluster ${cluster} and is empty then`;
  return `, and those of ${services} services are removed that were made for cluster ${cluster} and are empty then`;
}

/** For people: one line. */
export function drainText(cluster: string, progress: DrainProgress): string {
  const { hasEnded, instances, remaining, removedServices, keptServices } = progress;
  const parts = [
    `${hasEnded ? '' : `${instances - remaining} of `}${counted(instances, 'instance')} deregistered`,
    `${counted(removedServices.length, 'service')} removed`,
    `${keptServices.length} kept${keptText(keptServices)}`,
  ];
  const text = `${hasEnded ? 'Drained' : 'Draining'} cluster ${cluster}: ${parts.join(', ')}`;
  return hasEnded ? text : `${text}. Sweeps continue it; the same request shows how far it is`;
}

const maxNamed = 10;

function keptText(kept: DrainProgress['keptServices']): string {
  if (kept.length === 0) return '';
  const named = kept.slice(0, maxNamed).map(({ service, reason }) => `${service} ${reason}`);
  const more = kept.length - maxNamed;
  return `: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
