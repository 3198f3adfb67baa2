import { type ClustersFile, clustersFile } from '../../shared/model/cluster-config.ts';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';
import { type DefinitionFolder, definitionsOf } from '../definitions/definitions.ts';

/** What clusters.yml has for the cluster local: it may create any Cloud Map namespace that a manifest names. */
export function localClusters(mesh: readonly MeshTargetName[]): ClustersFile {
  const create = { kind: 'private-dns', vpc: 'vpc-00000000' };
  return clustersFile.parse({
    clusters: [
      {
        name: 'local',
        cloudMap: { namespaces: [{ name: '*', create }] },
        mesh: [...mesh],
        ...(mesh.includes('istio') && { serviceEntries: {} }),
        // The kubelets of this machine read a ConfigMap at once.
        ...(mesh.includes('envoy') && { envoy: { settleSeconds: 2 } }),
      },
    ],
  });
}

const folders: Readonly<Record<MeshTargetName, readonly DefinitionFolder[]>> = {
  'app-mesh': [],
  istio: ['istio'],
  'gateway-api': ['gateway-api', 'aws-gateway-api-controller'],
  envoy: [],
};

/** The definitions of the kinds that the mesh targets write. */
export function definitionsFor(mesh: readonly MeshTargetName[]): object[] {
  return mesh.flatMap((target) => folders[target]).flatMap(definitionsOf);
}

/** Namespaces that an installation of the mesh target brings along. */
export function namespacesFor(mesh: readonly MeshTargetName[]): object[] {
  if (!mesh.includes('istio')) return [];
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } }];
}
