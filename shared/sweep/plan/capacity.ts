import type { ClusterConfig } from '../../model/cluster-config.ts';
import { objectKey } from '../../model/identity.ts';
import type { ServiceView } from '../../model/service-view.ts';
import type { SeenPod } from './findings/drift-input.ts';
import { type Finding, finding } from './findings/finding.ts';

interface Compared {
  readonly config: ClusterConfig;
  readonly seen: ReadonlyMap<string, SeenPod>;
  readonly services: ReadonlyMap<string, ServiceView>;
}

/** Of the pods that a full service refused, retries one for each instance that now fits, however old the refusal. */
export function limitToCapacity(findings: readonly Finding[], compared: Compared): readonly Finding[] {
  const used = new Map<string, number>();
  const others = findings.filter((found) => isMissing(found) && refusalOf(found, compared) === undefined);
  for (const { service = '' } of others) used.set(service, (used.get(service) ?? 0) + 1);
  return findings.map((found) => {
    const refusal = isMissing(found) ? refusalOf(found, compared) : undefined;
    if (refusal === undefined) return found;
    const { kind, action, service = '', ...about } = found;
    const usedHere = used.get(service) ?? 0;
    if (usedHere >= freeCapacity(compared, service))
      return finding('Refused', { ...about, service, detail: refusal.message });
    used.set(service, usedHere + 1);
    return found;
  });
}

/** The services that are recorded as full, but have free capacity by Cloud Map's list. */
export function servicesWithCapacity(
  compared: Pick<Compared, 'config' | 'services'>,
): readonly ServiceView[] {
  return [...compared.services].flatMap(([name, view]) =>
    view.full?.quota === 'service' && freeCapacity(compared, name) > 0 ? [view] : [],
  );
}

function isMissing({ kind }: Finding): boolean {
  return kind === 'InstanceMissing';
}

/** The refusal of a pod that waits for capacity in the service. */
function refusalOf({ pod, service }: Finding, { seen }: Compared) {
  const { problems = [] } = (pod && seen.get(objectKey(pod))) ?? {};
  return problems.find(
    ({ refusal, waitsIn }) =>
      refusal?.dependsOn === 'service quota' &&
      `${waitsIn?.service.namespaceName}/${waitsIn?.service.serviceName}` === service,
  );
}

function freeCapacity({ config, services }: Pick<Compared, 'config' | 'services'>, service: string): number {
  return config.cloudMap.quotas.instancesPerService - (services.get(service)?.instances.size ?? 0);
}
