import type { Pod } from '../../model/pod.ts';

export type Ownership =
  | { readonly kind: 'ours' }
  /** Left by the old App Mesh controller for this very pod: it may be taken over. */
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'foreign'; readonly reason: string };

/**
 * Whose an instance found in Cloud Map is, seen from a pod that wants its id. Ours if `k8s.io/cluster` is this cluster.
 * What the old controller left names its mesh, node and pod but no cluster; it is taken over only when it names this
 * pod, since otherwise it may be a live pod of another cluster.
 */
export function ownershipOf(attributes: Readonly<Record<string, string>>, pod: Pod): Ownership {
  const cluster = attributes['k8s.io/cluster'];
  if (cluster === pod.cluster) return { kind: 'ours' };
  if (cluster !== undefined) return foreign(`it belongs to cluster ${cluster}`);
  if (!isLeftover(attributes))
    return foreign('neither this system nor the App Mesh controller registered it');
  const [namespace, name] = [attributes['k8s.io/namespace'], attributes['k8s.io/pod']];
  if (name === pod.name && (namespace === undefined || namespace === pod.namespace))
    return { kind: 'adoptable' };
  return foreign(`the App Mesh controller left it for pod ${namespace ?? '?'}/${name ?? '?'}`);
}

/** What the old App Mesh controller registered: the pod, its mesh and virtual node. */
export function isLeftover(attributes: Readonly<Record<string, string>>): boolean {
  return (
    attributes['k8s.io/cluster'] === undefined &&
    attributes['k8s.io/pod'] !== undefined &&
    attributes['appmesh.k8s.aws/mesh'] !== undefined &&
    attributes['appmesh.k8s.aws/virtualNode'] !== undefined
  );
}

function foreign(reason: string): Ownership {
  return { kind: 'foreign', reason };
}
