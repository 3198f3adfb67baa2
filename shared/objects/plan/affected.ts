import type { ClusterObject } from '../../model/kubernetes.ts';
import type { Pod } from '../../model/pod.ts';
import type { VirtualNode } from '../../model/virtual-node.ts';
import { selects } from '../../pods/plan/desired/selector.ts';

/**
 * Whether a change of an object can change registrations. Compares the fields that registrations depend on; all others
 * (status, listener details, routes) concern only the mesh target. null stands for an absent object.
 */
export function changesRegistrations(before: ClusterObject | null, after: ClusterObject | null): boolean {
  return JSON.stringify(relevant(before)) !== JSON.stringify(relevant(after));
}

/**
 * The part of a former state that is kept to decide later whether, and which, pods are affected: the fields that
 * `changesRegistrations` compares. null for kinds without such fields. The whole object would be stored with the new
 * state, and a DynamoDB item has at most 400 KB.
 */
export function registrationPart({ spec = {}, ...object }: ClusterObject): ClusterObject | null {
  const { kind, apiVersion, metadata } = object;
  if (kind === 'Namespace') return object;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const identity = { name, ...(namespace && { namespace }), uid, resourceVersion, creationTimestamp };
  const part = { apiVersion, kind, metadata: identity };
  if (kind === 'Mesh') return { ...part, spec: fieldsOf(spec, meshFields) };
  if (kind !== 'VirtualNode') return null;
  const [first] = Array.isArray(spec.listeners) ? spec.listeners : [];
  const port = first?.portMapping?.port;
  const listeners = port === undefined ? {} : { listeners: [{ portMapping: { port } }] };
  return { ...part, spec: { ...fieldsOf(spec, nodeFields), ...listeners } };
}

const nodeFields = ['awsName', 'podSelector', 'meshRef', 'serviceDiscovery'];
const meshFields = ['awsName', 'namespaceSelector', 'meshServiceDiscovery'];

function fieldsOf(spec: Readonly<Record<string, unknown>>, names: readonly string[]) {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => names.includes(name)));
}

function relevant(object: ClusterObject | null): unknown {
  if (object === null) return null;
  const spec = (object.spec ?? {}) as Record<string, unknown>;
  if (object.kind === 'VirtualNode') {
    const [first] = Array.isArray(spec.listeners) ? spec.listeners : [];
    return [...nodeFields.map((name) => spec[name]), first?.portMapping?.port];
  }
  if (object.kind === 'Mesh') return meshFields.map((name) => spec[name]);
  if (object.kind === 'Namespace') return Object.entries(object.metadata.labels ?? {}).sort();
  return null;
}

/** Whether one of these virtual nodes selects the pod. */
export function isSelected(pod: Pod, virtualNodes: readonly VirtualNode[]): boolean {
  return virtualNodes.some(
    (node) => node.namespace === pod.namespace && selects(node.spec.podSelector, pod.labels),
  );
}
