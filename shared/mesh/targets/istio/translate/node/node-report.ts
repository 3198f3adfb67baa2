import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { milliseconds } from '../../../../routing/timing.ts';

const noCheck = ['Istio has no active health checks', 'a readinessProbe of the pods'] as const;
const family = ['Istio uses the IP families of the cluster', 'the ipFamilies of the cluster'] as const;

export function reportHealthCheck(check: object | null | undefined, path: string, report: Report): void {
  if (check) report.differ(`${path}.healthCheck`, ...noCheck);
}

export function reportFamily(preference: string | null | undefined, path: string, report: Report): void {
  if (preference) report.differ(`${path}.ipPreference`, ...family);
}

const ofPods = [
  'requests go to the selected pods of this cluster, not to all instances of the service',
  'a VirtualNode without podSelector for other instances',
] as const;
const ofEntry = [
  'requests go to its ServiceEntry, which must have the port of the listener',
  'serviceEntries in clusters.yml, which imports the service',
] as const;

/** What of a virtual node's listeners and service discovery is different in Istio. */
export function reportNode({ content: { spec } }: EntryOf<'VirtualNode'>, report: Report): void {
  const { dns, awsCloudMap } = spec.serviceDiscovery ?? {};
  const path = 'spec.serviceDiscovery';
  reportFamily(dns?.ipPreference, `${path}.dns`, report);
  reportFamily(awsCloudMap?.ipPreference, `${path}.awsCloudMap`, report);
  if (awsCloudMap) {
    const [message, instead] = spec.podSelector ? ofPods : ofEntry;
    report.differ(`${path}.awsCloudMap.serviceName`, message, instead);
  }
  for (const [index, { healthCheck, timeout, outlierDetection }] of (spec.listeners ?? []).entries()) {
    const at = `spec.listeners[${index}]`;
    reportHealthCheck(healthCheck, at, report);
    reportTimeout(timeout, `${at}.timeout`, report);
    if (outlierDetection) reportOutliers(outlierDetection, `${at}.outlierDetection`, report);
  }
}

type Listener = NonNullable<EntryOf<'VirtualNode'>['content']['spec']['listeners']>[number];

function reportTimeout(timeout: Listener['timeout'], path: string, report: Report): void {
  for (const protocol of ['http', 'http2', 'grpc'] as const) {
    const { idle, perRequest } = timeout?.[protocol] ?? {};
    if (perRequest)
      report.differ(
        `${path}.${protocol}.perRequest`,
        "callers enforce it; of a route's targets the longest counts",
        'timeout of the routes',
      );
    if (idle)
      report.differ(
        `${path}.${protocol}.idle`,
        'Istio has no idle timeout for a listener',
        'timeout.perRequest',
      );
  }
  if (timeout?.tcp?.idle)
    report.differ(`${path}.tcp.idle`, 'callers enforce it, and 0 is one hour', 'a time that suits both');
}

function reportOutliers(
  { interval, baseEjectionDuration }: NonNullable<Listener['outlierDetection']>,
  path: string,
  report: Report,
): void {
  report.differ(
    `${path}.maxEjectionPercent`,
    'Istio does not always eject one host at least',
    'a higher percentage',
  );
  for (const [field, duration] of Object.entries({ interval, baseEjectionDuration }))
    if (milliseconds(duration) < 1)
      report.refuse(`${path}.${field}`, 'Istio requires 1 ms at least', 'a longer time');
}
