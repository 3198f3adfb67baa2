import type { Context } from '../context.ts';
import { limitExceeded } from '../errors.ts';
import type { Quotas } from '../settings.ts';
import type { Spec, SpecOf } from '../shapes/specs.ts';
import type { ResourceKind } from './resource-kind.ts';

const quotaOf: Readonly<Record<ResourceKind, Exclude<keyof Quotas, 'backendsPerVirtualNode'>>> = {
  mesh: 'meshes',
  virtualNode: 'virtualNodesPerMesh',
  virtualRouter: 'virtualRoutersPerMesh',
  virtualService: 'virtualServicesPerMesh',
  virtualGateway: 'virtualGatewaysPerMesh',
  route: 'routesPerVirtualRouter',
  gatewayRoute: 'gatewayRoutesPerVirtualGateway',
};

/** Throws LimitExceededException. `existing` is the number of the kind in its scope; undefined for an update. */
export function refuseBeyondQuota(
  { settings }: Context,
  kind: ResourceKind,
  spec: Spec,
  existing?: number,
): void {
  const { quotas } = settings;
  const max = quotas[quotaOf[kind]];
  if (existing !== undefined && existing >= max) throw limitExceeded(`${quotaOf[kind]}: the quota is ${max}`);
  const backends = kind === 'virtualNode' ? ((spec as SpecOf<'virtualNode'>).backends?.length ?? 0) : 0;
  if (backends > quotas.backendsPerVirtualNode)
    throw limitExceeded(
      `backendsPerVirtualNode: the quota is ${quotas.backendsPerVirtualNode}; found ${backends}`,
    );
}
