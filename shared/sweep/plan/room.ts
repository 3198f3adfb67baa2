import type { ClusterConfig } from '../../model/cluster-config.ts';
import { objectKey } from '../../model/identity.ts';
import type { ServiceView } from '../../model/service-view.ts';
import type { Finding, SeenPod } from './finding.ts';

interface Compared {
  readonly config: ClusterConfig;
  readonly seen: ReadonlyMap<string, SeenPod>;
  readonly services: ReadonlyMap<string, ServiceView>;
}

/** What is sent to pods that a full service refused: one for each place that it has by now, however long ago that was. */
export function withinRoom(findings: readonly Finding[], compared: Compared): readonly Finding[] {
  const places = new Map<string, number>();
  const others = findings.filter(
    (finding) => isMissing(finding) && refusalOf(finding, compared) === undefined,
  );
  for (const { service = '' } of others) places.set(service, (places.get(service) ?? 0) + 1);
  return findings.map((finding) => {
    const refusal = isMissing(finding) ? refusalOf(finding, compared) : undefined;
    if (refusal === undefined) return finding;
    const { service = '' } = finding;
    const taken = places.get(service) ?? 0;
    if (taken >= roomIn(compared, service))
      return { ...finding, kind: 'Refused', detail: refusal.reason, isKnown: true };
    places.set(service, taken + 1);
    return finding;
  });
}

/** The services that are noted as full, and have room by Cloud Map's own list. */
export function withRoom(compared: Pick<Compared, 'config' | 'services'>): readonly ServiceView[] {
  return [...compared.services].flatMap(([name, view]) =>
    view.full?.quota === 'service' && roomIn(compared, name) > 0 ? [view] : [],
  );
}

function isMissing({ kind }: Finding): boolean {
  return kind === 'InstanceMissing';
}

/** That of a pod which waits for a place in the service. */
function refusalOf({ pod, service }: Finding, { seen }: Compared) {
  const { problems = [] } = (pod && seen.get(objectKey(pod))) ?? {};
  return problems.find(
    ({ refusal, waitsIn }) =>
      refusal?.dependsOn === 'room in service' &&
      `${waitsIn?.service.namespaceName}/${waitsIn?.service.serviceName}` === service,
  );
}

function roomIn({ config, services }: Pick<Compared, 'config' | 'services'>, service: string): number {
  return config.cloudMap.quotas.instancesPerService - (services.get(service)?.instances.size ?? 0);
}
