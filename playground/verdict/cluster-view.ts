import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { resourceOf } from '@eks-mesh-sync/embedded-kubernetes/kinds/kind.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { type MeshKind, meshKinds } from '../../shared/model/kubernetes.ts';
import type { MeshObject } from '../mesh/mesh-conditions.ts';
import { workloadFaults } from './workload-faults.ts';

/** The objects of a cluster that the verdict is about. */
export interface ClusterView {
  meshObjects(): Promise<readonly MeshObject[]>;
  pods(): Promise<readonly KubernetesObject[]>;
  /** What could not make its pods. */
  workloadFaults(): readonly string[];
}

export function embeddedView({ api, store }: Pick<Cluster, 'api' | 'store'>): ClusterView {
  const kinds = api.context.registry
    .kinds()
    .filter(({ group, kind }) => group === 'appmesh.k8s.aws' && meshKinds.includes(kind as MeshKind));
  const resources = [...new Set(kinds.map(resourceOf))];
  return {
    meshObjects: async () =>
      resources.flatMap((each) => store.list(each)) as (KubernetesObject & MeshObject)[],
    pods: async () => store.list('pods'),
    workloadFaults: () => workloadFaults(store),
  };
}
