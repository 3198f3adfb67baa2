import * as z from 'zod/mini';
import { describeFaults } from '../faults.ts';
import type { ClusterObject, MeshKind } from '../kubernetes.ts';
import { backendGroupSpec } from './kinds/backend-group.ts';
import { gatewayRouteSpec } from './kinds/gateway-route.ts';
import { meshSpec } from './kinds/mesh.ts';
import { virtualGatewaySpec } from './kinds/virtual-gateway.ts';
import { virtualNodeSpec } from './kinds/virtual-node.ts';
import { virtualRouterSpec } from './kinds/virtual-router.ts';
import { virtualServiceSpec } from './kinds/virtual-service.ts';

/** The schema of each kind's spec: the TypeScript types, the checks and the CRDs all come from these. */
export const meshSpecs = {
  Mesh: meshSpec,
  VirtualNode: virtualNodeSpec,
  VirtualService: virtualServiceSpec,
  VirtualRouter: virtualRouterSpec,
  VirtualGateway: virtualGatewaySpec,
  GatewayRoute: gatewayRouteSpec,
  BackendGroup: backendGroupSpec,
} satisfies Record<MeshKind, z.ZodMiniType>;

/** A kind with its spec as the schema has it. */
export type MeshContent = {
  [Kind in MeshKind]: { readonly kind: Kind; readonly spec: z.output<(typeof meshSpecs)[Kind]> };
}[MeshKind];

/** The validated spec; or its faults, one per line, with paths that begin at `spec`. */
export function meshContentOf(
  object: ClusterObject,
): { readonly content: MeshContent } | { readonly fault: string } {
  const kind = object.kind as MeshKind;
  const result = z.object({ spec: meshSpecs[kind] as z.ZodMiniType }).safeParse({ spec: object.spec ?? {} });
  return result.success
    ? { content: { kind, spec: result.data.spec } as MeshContent }
    : { fault: describeFaults(result.error) };
}
