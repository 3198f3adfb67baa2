import type { Cluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { resourceOf } from '@eks-mesh-sync/embedded-kubernetes/kinds/kind.ts';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import { type MeshKind, meshKinds } from '../../shared/model/kubernetes.ts';
import type { RealCluster } from '../kubeconfig/real-cluster.ts';
import type { MeshObject } from '../mesh/mesh-conditions.ts';
import { workloadFaults } from './workload-faults.ts';

/** The objects of a cluster that the verdict is about. */
export interface ClusterView {
  /** Whether its objects are those of manifests, and no others. */
  readonly isOfManifests: boolean;
  meshObjects(): Promise<readonly MeshObject[]>;
  pods(): Promise<readonly KubernetesObject[]>;
  /** What could not make its pods; of a real cluster not known. */
  workloadFaults(): readonly string[];
}

export function embeddedView({ api, store }: Pick<Cluster, 'api' | 'store'>): ClusterView {
  const kinds = api.context.registry
    .kinds()
    .filter(({ group, kind }) => group === 'appmesh.k8s.aws' && meshKinds.includes(kind as MeshKind));
  const resources = [...new Set(kinds.map(resourceOf))];
  return {
    isOfManifests: true,
    meshObjects: async () =>
      resources.flatMap((each) => store.list(each)) as (KubernetesObject & MeshObject)[],
    pods: async () => store.list('pods'),
    workloadFaults: () => workloadFaults(store),
  };
}

const plurals = [
  ...['meshes', 'virtualnodes', 'virtualservices', 'virtualrouters', 'virtualgateways', 'gatewayroutes'],
  'backendgroups',
];

/** The objects have the conditions that the functions know, even if nothing is written to the cluster. */
export function realView({ list }: Pick<RealCluster, 'list'>): ClusterView {
  return {
    isOfManifests: false,
    async meshObjects() {
      const lists = await Promise.all(plurals.map((plural) => list('appmesh.k8s.aws/v1beta2', plural)));
      return lists.flat() as unknown as readonly MeshObject[];
    },
    pods: async () => (await list('v1', 'pods')) as unknown as readonly KubernetesObject[],
    workloadFaults: () => [],
  };
}
