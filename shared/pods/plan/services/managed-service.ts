import type { ClusterConfig } from '../../../model/cluster-config.ts';
import { dnsName } from '../../../model/dns-name.ts';
import type { CloudMapService } from '../../../model/records/registration.ts';
import { matchesWildcard } from './tenancy.ts';

/** Why a service that another program manages is not used; null if it may be, or if clusters.yml allows it. */
export function whyManagedByOther(
  namespaceName: string,
  { name, managedBy, namespaceKind }: Pick<CloudMapService, 'name' | 'managedBy' | 'namespaceKind'>,
  { name: cluster, cloudMap }: ClusterConfig,
): string | null {
  if (managedBy === undefined) return null;
  const spell = namespaceKind === 'http' ? (text: string) => text : dnsName;
  const service = `${namespaceName}/${name}`;
  if (cloudMap.services.adopt.some((pattern) => matchesWildcard(spell(pattern), spell(service)))) return null;
  return (
    `service ${service} is managed by ${managedBy}, as its description says: each would undo what the other does; ` +
    `take it out of that program and list ${service} in cloudMap.services.adopt of cluster ${cluster} in clusters.yml, ` +
    'or use another service'
  );
}
