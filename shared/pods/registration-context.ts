import { PermanentError } from '../model/errors.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import { objectText } from '../model/kubernetes-object.ts';
import { meshOf, virtualNodeOf } from '../model/virtual-node.ts';
import type { ClusterObjectStore } from '../ports/cluster-object-store.ts';
import type { DrainStore } from '../ports/drain-store.ts';
import type { RegistrationContext } from './plan/desired/registration-context.ts';

interface ContextStores {
  readonly objects: Pick<ClusterObjectStore, 'find' | 'ofKind'>;
  readonly drains: Pick<DrainStore, 'find'>;
}

/**
 * The registration context of a pod, read consistently, so that at least one of two concurrent handlers sees both
 * sides: its own namespace, its virtual nodes, the cluster's meshes, and whether the cluster is drained. There may be thousands of other namespaces.
 */
export async function readRegistrationContext(
  { objects: mesh, drains }: ContextStores,
  cluster: string,
  namespace: string,
): Promise<RegistrationContext> {
  const [virtualNodes, meshes, ownNamespace, drain] = await Promise.all([
    mesh.ofKind(cluster, 'VirtualNode', namespace),
    mesh.ofKind(cluster, 'Mesh', ''),
    mesh.find(cluster, { kind: 'Namespace', metadata: { name: namespace } }),
    drains.find(cluster),
  ]);
  return {
    virtualNodes: virtualNodes.map((object) => parsed(object, virtualNodeOf)),
    meshes: meshes.map((object) => parsed(object, meshOf)),
    namespaceLabels: (ownNamespace?.deleted ? undefined : ownNamespace?.object.metadata.labels) ?? {},
    ...(drain && { drain }),
  };
}

/** Only checked objects are stored, so a fault here means that a later version of this program is stricter. */
function parsed<T>(object: ClusterObject, parse: (object: ClusterObject) => T): T {
  try {
    return parse(object);
  } catch (cause) {
    throw new PermanentError(`${objectText(object)} as stored cannot be read`, {
      cause,
    });
  }
}
