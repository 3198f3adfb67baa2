import { evaluate } from '../../../../shared/mesh/routing/evaluate/evaluate.ts';
import type { MeshRequest } from '../../../../shared/mesh/routing/evaluate/request.ts';
import type { Manifest } from '../../harness/harness.ts';
import { aMesh, aNamespace, aNode, aService, backends } from '../../harness/manifests.ts';
import { directoryOf } from '../../plan/entries.ts';

export const shop = [aNamespace(), aMesh(), aNode('blue'), aNode('red')];
export const cart = aService('cart', 'router/cart');

export const asked: MeshRequest = {
  from: { kind: 'VirtualNode', namespace: 'apps', name: 'front' },
  ...{ host: 'cart.apps', port: 8080, scheme: 'http', method: 'GET', path: '/', headers: {} },
};

/** Of a sender whose backend is the virtual service `cart`. */
export function evaluated(manifests: readonly Manifest[], request: Partial<MeshRequest> = {}) {
  const all = [...shop, aNode('front', backends('cart')), cart, ...manifests];
  return evaluate(directoryOf(...all), { ...asked, ...request });
}
