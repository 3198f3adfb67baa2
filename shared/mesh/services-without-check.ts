import type { ClusterConfig } from '../model/cluster-config.ts';
import type { VirtualNode } from '../model/virtual-node.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { Dependencies } from '../ports/ports.ts';
import { serviceOf } from './plan/instances.ts';

/** Services of virtual nodes, `namespace/service`, that are known to have no custom health check. */
export async function servicesWithoutCheck(
  { services }: Pick<Dependencies, 'services'>,
  config: ClusterConfig,
  nodes: readonly VirtualNode[],
): Promise<ReadonlySet<string>> {
  const byService = new Map(nodes.map((node) => [serviceOf(node), node.spec.serviceDiscovery?.awsCloudMap]));
  const without = new Set<string>();
  for (const [text, names] of byService) {
    const service = names && (await services.find(serviceKeyOf(config, names)));
    if (service?.hasCustomHealthCheck === false) without.add(text);
  }
  return without;
}
