import type { EntryOf } from '../../../plan/entry.ts';
import { isHost, kubernetesServiceOf, ownHostOf } from './names.ts';
import type { Report } from './report.ts';

/**
 * The host of a virtual node in Istio, and whose it is:
 *   own     | a ServiceEntry for this node; the default
 *   local   | a Kubernetes Service of its namespace
 *   foreign | a Kubernetes Service of another namespace, or a Cloud Map service without pods here: no rules for it are made
 */
export interface NodeHost {
  readonly host: string;
  readonly whose: 'own' | 'local' | 'foreign';
}

/** undefined: it has no service discovery, or one that is refused. */
export function nodeHostOf(node: EntryOf<'VirtualNode'>, report: Report): NodeHost | undefined {
  const { dns, awsCloudMap } = node.content.spec.serviceDiscovery ?? {};
  const path = 'spec.serviceDiscovery';
  if (dns) {
    const host = nameIn(dns.hostname);
    const service = kubernetesServiceOf(host);
    if (!isHost(host))
      report.refuse(
        `${path}.dns.hostname`,
        'is not a DNS name of several labels',
        'orders.shop.svc.cluster.local',
      );
    else if (service) return { host, whose: service.namespace === node.id.namespace ? 'local' : 'foreign' };
    else return { host: ownHostOf(node), whose: 'own' };
  } else if (awsCloudMap) {
    if (node.content.spec.podSelector) return { host: ownHostOf(node), whose: 'own' };
    const host = `${awsCloudMap.serviceName}.${awsCloudMap.namespaceName}`.toLowerCase();
    if (awsCloudMap.attributes?.length)
      report.refuse(
        `${path}.awsCloudMap.attributes`,
        'need spec.podSelector: Istio cannot select instances',
        'a service for these instances',
      );
    else if (!isHost(host))
      report.refuse(`${path}.awsCloudMap.serviceName`, 'is not part of a DNS name', 'another name');
    else return { host, whose: 'foreign' };
  }
  return undefined;
}

/** A final dot means the same, and Istio refuses it. */
export function nameIn(hostname: string): string {
  return hostname.toLowerCase().replace(/\.$/, '');
}
