import type { ServiceDiscovery } from '../../../../../model/mesh/kinds/virtual-node.ts';
import type { EntryOf } from '../../../../plan/entry.ts';
import type { Report } from '../../../../plan/report.ts';
import { isHost, kubernetesServiceOf, nameIn, ownHostOf } from '../names.ts';

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
  if (dns) return byDns(node, nameIn(dns.hostname), report);
  if (!awsCloudMap) return undefined;
  if (node.content.spec.podSelector) return { host: ownHostOf(node), whose: 'own' };
  return imported(awsCloudMap, report);
}

function byDns(node: EntryOf<'VirtualNode'>, host: string, report: Report): NodeHost | undefined {
  const path = 'spec.serviceDiscovery.dns.hostname';
  if (!isHost(host)) {
    report.refuse(path, 'is not a DNS name of several labels', 'orders.shop.svc.cluster.local');
    return undefined;
  }
  const service = kubernetesServiceOf(host);
  if (service) return { host, whose: service.namespace === node.id.namespace ? 'local' : 'foreign' };
  return { host: ownHostOf(node), whose: 'own' };
}

type CloudMap = NonNullable<ServiceDiscovery['awsCloudMap']>;

/** The host of the ServiceEntry that sync-service-entries writes. */
function imported(
  { serviceName, namespaceName, attributes }: CloudMap,
  report: Report,
): NodeHost | undefined {
  const path = 'spec.serviceDiscovery.awsCloudMap';
  const host = `${serviceName}.${namespaceName}`.toLowerCase();
  if (attributes?.length) {
    const why = 'need spec.podSelector: Istio cannot select instances';
    report.refuse(`${path}.attributes`, why, 'a service for these instances');
  } else if (isHost(host)) return { host, whose: 'foreign' };
  else
    report.refuse(
      `${path}.serviceName`,
      'is not part of a DNS name',
      'podSelector, or a service with such a name',
    );
  return undefined;
}
