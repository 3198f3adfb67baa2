import type { VirtualRouterSpec } from '../../../../model/mesh/kinds/virtual-router.ts';
import type * as appMesh from './app-mesh-types.ts';
import { present } from './present.ts';

/** The spec of a virtual router in the API. Its routes are separate resources. */
export function virtualRouterSpecInput({ listeners }: VirtualRouterSpec): appMesh.VirtualRouterSpec {
  return present({ listeners });
}
