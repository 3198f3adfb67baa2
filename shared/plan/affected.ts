import type { ClusterObject } from '../model/kubernetes.ts';
import type { Pod } from '../model/pod.ts';
import type { VirtualNode } from '../model/virtual-node.ts';
import { selects } from './selector.ts';

/**
 * Whether a change of an object can change what is registered. Compares the parts by which pods are registered; all
 * else (status, the listeners' details, routes) is the mesh target's. null stands for "not there".
 */
export function changesRegistrations(before: ClusterObject | null, after: ClusterObject | null): boolean {
  return JSON.stringify(relevant(before)) !== JSON.stringify(relevant(after));
}

function relevant(object: ClusterObject | null): unknown {
  if (object === null) return null;
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  if (object.kind === 'VirtualNode') {
    const { awsName, podSelector, meshRef, serviceDiscovery, listeners } = spec;
    const [first] = Array.isArray(listeners) ? listeners : [];
    return [awsName, podSelector, meshRef, serviceDiscovery, first?.portMapping?.port];
  }
  if (object.kind === 'Mesh') return [spec.awsName, spec.namespaceSelector, spec.meshServiceDiscovery];
  if (object.kind === 'Namespace') return Object.entries(object.metadata.labels ?? {}).sort();
  return null;
}

/** Whether a pod is registered, or was, because of one of these virtual nodes. */
export function isSelected(pod: Pod, virtualNodes: readonly VirtualNode[]): boolean {
  return virtualNodes.some(
    (node) => node.namespace === pod.namespace && selects(node.spec.podSelector, pod.labels),
  );
}
