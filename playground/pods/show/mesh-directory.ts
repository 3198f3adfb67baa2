import type { Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import { Directory } from '../../../shared/mesh/plan/directory.ts';
import { entryOf } from '../../../shared/mesh/plan/entry.ts';
import type { ClusterObject } from '../../../shared/model/kubernetes.ts';

const resources = [
  'meshes',
  'virtualnodes',
  'virtualservices',
  'virtualrouters',
  'virtualgateways',
  'gatewayroutes',
  'backendgroups',
].map((plural) => `${plural}.appmesh.k8s.aws`);

/** The mesh objects of the embedded cluster as they are now. */
export function meshDirectory(store: Pick<Store, 'list'>): Directory {
  const objects = resources.flatMap((resource) => store.list(resource));
  const labels = new Map(
    store.list('namespaces').map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
  );
  return new Directory(
    objects.map((object) => entryOf(object as unknown as ClusterObject)),
    labels,
  );
}
