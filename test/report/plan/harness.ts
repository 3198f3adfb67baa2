import { serviceKeyOf } from '../../../shared/pods/services/resolve-service.ts';
import type {
  ClusterFacts,
  ReportFacts,
  ServiceFacts,
  SweepFacts,
} from '../../../shared/report/plan/facts.ts';
import { keyText } from '../../../shared/report/plan/facts.ts';
import { aConfig, nowMs, production } from '../../explain/harness/pod-facts.ts';

export const minuteMs = 60_000;

/** A time before now, as text. */
export function ago(milliseconds: number): string {
  return new Date(nowMs - milliseconds).toISOString();
}

/** A cluster from which an event came a minute ago, with the changes of the test. */
export function aCluster(changes: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    ...{ config: aConfig(), pods: [], statuses: [], deadLetters: [], lastListedAtMs: nowMs - minuteMs },
    ...changes,
  };
}

/** The same under another name. */
export function clusterNamed(name: string, changes: Partial<ClusterFacts> = {}): ClusterFacts {
  return aCluster({ ...changes, config: { ...aConfig(), name } });
}

export function reportFacts(
  clusters: readonly ClusterFacts[] = [],
  changes: Partial<ReportFacts> = {},
): ReportFacts {
  return {
    ...{ nowMs, scope: {}, place: production, clusters, services: new Map(), serviceKeyOf },
    ...{ deadLetterQueues: [], readFailures: [] },
    clusterNames: clusters.map(({ config }) => config.name),
    ...changes,
  };
}

/** A service that exists and was read, with the changes of the test. */
export function aService(serviceName: string, changes: Partial<ServiceFacts> = {}): ServiceFacts {
  return {
    key: { target: 'own/own', namespaceName: 'shop.local', serviceName },
    clusters: ['local'],
    service: {
      ...{ id: 'srv-1', name: serviceName, namespaceId: 'ns-1', namespaceKind: 'http' },
      ...{ httpName: 'shop.local', hasCustomHealthCheck: true },
    },
    ...{ claims: new Map(), instances: new Map() },
    ...changes,
  };
}

export function byKey(services: readonly ServiceFacts[]): ReportFacts['services'] {
  return new Map(services.map((service) => [keyText(service.key), service]));
}

/** A sweep a minute ago that found nothing, with the changes of the test. */
export function aSweep(changes: Partial<SweepFacts> = {}): SweepFacts {
  return {
    ...{ startedAt: ago(minuteMs), source: 'api server', durationMs: 900, counts: {} },
    ...{ findings: [], refused: [], repairs: 0 },
    ...changes,
  };
}
