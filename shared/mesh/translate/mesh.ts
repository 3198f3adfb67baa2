import type { MeshSpec } from '../../model/mesh/mesh.ts';
import type * as appMesh from '../app-mesh-types.ts';
import { present, when } from './present.ts';

/** The spec of a mesh in the API. Its owner is not part of it, but of every call. */
export function meshSpecInput({ egressFilter, meshServiceDiscovery }: MeshSpec): appMesh.MeshSpec {
  return present({
    egressFilter,
    serviceDiscovery: when(meshServiceDiscovery?.ipPreference, (ipPreference) => ({ ipPreference })),
  });
}
