import { startCluster } from '@eks-mesh-sync/embedded-kubernetes/cluster.ts';
import { meshDefinitions } from '../../deploy/definitions/mesh-definitions.ts';
import type { MeshTargetName } from '../../shared/model/config/mesh-targets.ts';
import { definitionsFor } from '../mesh/local-cluster.ts';
import { applyManifests } from './apply.ts';
import type { ReadManifest } from './manifest.ts';

/** What the API server would refuse of these objects. They are applied to a cluster of their own, in which nothing runs. */
export async function refusals(
  manifests: readonly ReadManifest[],
  mesh: readonly MeshTargetName[],
): Promise<readonly string[]> {
  const definitions = [...meshDefinitions(), ...definitionsFor(mesh)];
  const cluster = await startCluster({ port: 0, definitions });
  try {
    return applyManifests(cluster, manifests).refused;
  } finally {
    await cluster.stop();
  }
}
