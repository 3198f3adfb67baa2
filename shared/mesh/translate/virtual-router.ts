import type * as appMesh from '@aws-sdk/client-app-mesh';
import type { VirtualRouterSpec } from '../../model/mesh/virtual-router.ts';
import { present } from './present.ts';

/** The spec of a virtual router in the API. Its routes are resources of their own. */
export function virtualRouterSpecInput({ listeners }: VirtualRouterSpec): appMesh.VirtualRouterSpec {
  return present({ listeners });
}
