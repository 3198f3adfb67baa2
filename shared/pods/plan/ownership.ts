import type { PodKey } from '../../model/identity.ts';
import type { Pod } from '../../model/pod.ts';
import { meshAttribute, virtualNodeAttribute } from './desired/source-attributes.ts';

export type Ownership =
  | { readonly kind: 'ours' }
  /** Left by the old App Mesh controller for exactly this pod: it may be taken over. */
  | { readonly kind: 'adoptable' }
  | { readonly kind: 'foreign'; readonly reason: string };

/**
 * Who owns an instance found in Cloud Map, from the view of a pod that wants its id. It is ours if `k8s.io/cluster` is
 * this cluster. Leftovers of the old controller name their mesh, node and pod but no cluster. They are taken over only
 * if they name this pod, because otherwise they may belong to a live pod of another cluster.
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
    attributes[meshAttribute] !== undefined &&
    attributes[virtualNodeAttribute] !== undefined
  );
}

function foreign(reason: string): Ownership {
  return { kind: 'foreign', reason };
}

export type Owner = PodKey & { readonly uid: string };

/** The pod that an instance's attributes name. */
export function namedBy(attributes: Readonly<Record<string, string>>): Owner {
  return {
    cluster: attributes['k8s.io/cluster'] ?? '',
    namespace: attributes['k8s.io/namespace'] ?? '',
    name: attributes['k8s.io/pod'] ?? '',
    uid: attributes['k8s.io/pod-uid'] ?? '',
  };
}
