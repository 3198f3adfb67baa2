import { serviceText } from '../../model/identity.ts';
import { byText } from './bounds.ts';
import type { ReportFacts } from './facts.ts';
import type { JourneyRow } from './report.ts';

/** The way of each instance's last change from its pod to Cloud Map, the newest first. */
export function journeysOf({ services, scope, clusters }: ReportFacts): readonly JourneyRow[] {
  const endOf = successesOf(clusters);
  const rows = [...services.values()].flatMap(({ key, claims }) =>
    [...(claims?.values() ?? [])].flatMap(({ owner, instanceId, journey, operationId = '' }) => {
      if (journey === undefined || (scope.cluster ?? owner.cluster) !== owner.cluster) return [];
      const pod = `${owner.namespace}/${owner.name}`;
      const succeededAtMs = endOf.get(operationId);
      const end = succeededAtMs !== undefined && { succeededAtMs };
      return { ...journey, ...end, cluster: owner.cluster, pod, service: serviceText(key), instanceId };
    }),
  );
  return rows.toSorted((a, b) => b.calledAtMs - a.calledAtMs || byName(a, b));
}

/** By operation id: when a registration was seen to have succeeded. Only readiness gates wait for that. */
function successesOf(clusters: ReportFacts['clusters']): ReadonlyMap<string, number> {
  return new Map(
    clusters.flatMap(({ pods }) => pods.flatMap(({ gate }) => Object.entries(gate?.succeededAtMs ?? {}))),
  );
}

const byName = byText(({ cluster, pod, service }: JourneyRow) => `${cluster} ${pod} ${service}`);
