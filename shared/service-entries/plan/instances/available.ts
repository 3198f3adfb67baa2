import type { ServiceEntriesConfig } from '../../../model/config/service-entries.ts';
import type { CloudMapInstance } from '../cloud-map-view.ts';
import { weightOf } from './traits.ts';

/**
 * Whether an instance that Cloud Map has gets requests: it is not unhealthy, its attribute READY is not false, and its weight
 * is not 0. An instance without a health check has health UNKNOWN. There is no failing open: a service whose instances are
 * all unhealthy has no endpoints.
 */
export function isAvailable(
  { attributes, health }: CloudMapInstance,
  config: Pick<ServiceEntriesConfig, 'weightAttribute'>,
): boolean {
  const isReady = attributes.READY?.toLowerCase() !== 'false';
  return health !== 'UNHEALTHY' && isReady && weightOf(attributes, config) !== 0;
}

/** An instance that this cluster's own pod is. */
export function isOfCluster({ attributes }: CloudMapInstance, cluster: string): boolean {
  return attributes['k8s.io/cluster'] === cluster;
}
