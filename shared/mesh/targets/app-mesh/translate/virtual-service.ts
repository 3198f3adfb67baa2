import type { Provider, VirtualServiceSpec } from '../../../../model/mesh/kinds/virtual-service.ts';
import type { Resolver } from '../../../plan/references/resolver.ts';
import type * as appMesh from './app-mesh-types.ts';
import { present, when } from './present.ts';
import { nameOfReferred } from './referred.ts';

/** The spec of a virtual service in the API. */
export function virtualServiceSpecInput(
  { provider }: VirtualServiceSpec,
  resolver: Resolver,
): appMesh.VirtualServiceSpec {
  return present({ provider: when(provider, (one) => providerInput(one, resolver)) });
}

function providerInput(
  { virtualNode, virtualRouter }: Provider,
  resolver: Resolver,
): appMesh.VirtualServiceProvider {
  if (virtualNode) {
    const virtualNodeName = nameOfReferred(resolver, 'VirtualNode', {
      reference: virtualNode.virtualNodeRef,
      arn: virtualNode.virtualNodeARN,
      path: 'spec.provider.virtualNode.virtualNodeRef',
    });
    return { virtualNode: { virtualNodeName } };
  }
  const virtualRouterName = nameOfReferred(resolver, 'VirtualRouter', {
    reference: virtualRouter?.virtualRouterRef,
    arn: virtualRouter?.virtualRouterARN,
    path: 'spec.provider.virtualRouter.virtualRouterRef',
  });
  return { virtualRouter: { virtualRouterName } };
}
