import { serviceText } from '../../model/identity.ts';
import { byText } from './bounds.ts';
import type { ReportFacts } from './facts.ts';
import type { JourneyRow } from './report.ts';

/** The way of each instance's last change from its pod to Cloud Map, the newest first. */
export function journeysOf({ services, scope }: ReportFacts): readonly JourneyRow[] {
  const rows = [...services.values()].flatMap(({ key, claims }) =>
    [...(claims?.values() ?? [])].flatMap(({ owner, instanceId, journey }) => {
      if (journey === undefined || (scope.cluster ?? owner.cluster) !== owner.cluster) return [];
      const pod = `${owner.namespace}/${owner.name}`;
      return { ...journey, cluster: owner.cluster, pod, service: serviceText(key), instanceId };
    }),
  );
  return rows.toSorted((a, b) => b.calledAtMs - a.calledAtMs || byName(a, b));
}

const byName = byText(({ cluster, pod, service }: JourneyRow) => `${cluster} ${pod} ${service}`);
