import type { ClusterObject } from '../kubernetes.ts';
import type { StoredSighting } from '../version.ts';
import { type ClusterObjectChanged, detailTypes, eventVersion } from './event.ts';

/**
 * The event of a difference that a listing or a sweep found. `supersedes`: the stored sighting that it replaces whatever
 * the versions.
 */
export function objectChanged(
  cluster: string,
  change: ClusterObjectChanged['change'],
  object: ClusterObject,
  supersedes?: StoredSighting,
): ClusterObjectChanged {
  const type = detailTypes.clusterObjectChanged;
  const common = { type, version: eventVersion, group: cluster, cluster } as const;
  return { ...common, change, object, ...(supersedes && { supersedes }) };
}
