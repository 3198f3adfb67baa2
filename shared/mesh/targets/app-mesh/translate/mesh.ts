import type { ClusterConfig } from '../../../../model/cluster-config.ts';
import type { MeshSpec } from '../../../../model/mesh/kinds/mesh.ts';
import type * as appMesh from './app-mesh-types.ts';
import { present, when } from './present.ts';

/** Defaults for absent fields of a Mesh. */
export interface MeshDefaults {
  readonly ipPreference?: appMesh.IpPreference | undefined;
}

/** In an IPv6 cluster the App Mesh controller's webhook wrote the preference into every Mesh. */
export function meshDefaults({ ipFamily }: Pick<ClusterConfig['cloudMap'], 'ipFamily'>): MeshDefaults {
  return ipFamily === 'ipv6' ? { ipPreference: 'IPv6_ONLY' } : {};
}

/** The spec of a mesh in the API. The mesh owner is a parameter of every call instead. */
export function meshSpecInput(
  { egressFilter, meshServiceDiscovery }: MeshSpec,
  defaults: MeshDefaults = {},
): appMesh.MeshSpec {
  const preference = meshServiceDiscovery?.ipPreference ?? defaults.ipPreference;
  return present({ egressFilter, serviceDiscovery: when(preference, (ipPreference) => ({ ipPreference })) });
}
