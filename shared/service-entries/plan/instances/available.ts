import type { ServiceEntriesConfig } from '../../../model/config/service-entries.ts';
import type { CloudMapInstance } from '../cloud-map-view.ts';
import { weightOf } from './traits.ts';

/**
 * Why an instance that Cloud Map has gets no requests; null if it does. An instance without a health check has health
 * UNKNOWN. There is no failing open: a service whose instances are all unhealthy has no endpoints.
 */
export function unavailable(
  { attributes, health }: CloudMapInstance,
  config: Pick<ServiceEntriesConfig, 'weightAttribute'>,
): string | null {
  if (health === 'UNHEALTHY') return 'unhealthy';
  if (attributes.READY?.toLowerCase() === 'false') return 'not ready (attribute READY)';
  if (weightOf(attributes, config) === 0) return `weight 0 (attribute ${config.weightAttribute})`;
  return null;
}

/** An instance that this cluster's own pod is. */
export function isOfCluster({ attributes }: CloudMapInstance, cluster: string): boolean {
  return attributes['k8s.io/cluster'] === cluster;
}
