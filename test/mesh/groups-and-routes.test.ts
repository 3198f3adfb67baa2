import { describe, expect, it } from 'vitest';
import { keysIn } from './harness/engine-state.ts';
import { MeshHarness } from './harness/harness.ts';
import {
  aBackendGroup,
  aGateway,
  aGatewayRoute,
  aMesh,
  aNamespace,
  aNode,
  aRoute,
  aRouter,
  aService,
} from './harness/manifests.ts';

describe('a backend group', () => {
  it('a backend group that names what is not there says so, as does the node that names the group', async () => {
    const harness = new MeshHarness();
    const group = aBackendGroup('all', ['there', 'nowhere']);
    const node = aNode('a', { backendGroups: [{ name: 'all' }] });
    harness.apply(aNamespace(), aMesh(), node, group, aService('there'));
    await harness.settle();
    expect(harness.activeOf('BackendGroup', 'all', 'apps')).toEqual({
      is: 'False ReferenceMissing',
      message: 'spec.virtualservices[1]: VirtualService "apps/nowhere" not found',
    });
    expect(harness.activeOf('VirtualNode', 'a', 'apps').message).toBe(
      'spec.backendGroups[0]: BackendGroup "apps/all": VirtualService "apps/nowhere" not found',
    );
    harness.apply(aService('nowhere'));
    await harness.settle();
    expect(harness.activeOf('BackendGroup', 'all', 'apps')).toEqual({
      is: 'True Applied',
      message: 'all referenced virtual services exist',
    });
    expect(harness.activeOf('VirtualNode', 'a', 'apps').is).toBe('True Applied');
  });
});

describe('a router that is deleted while a service that stays is served by it', () => {
  it('a router that is deleted while a service that stays is served by it keeps its routes, and they their nodes, until the service is released', async () => {
    const harness = new MeshHarness();
    const behind = [aNode('a'), aRouter('r', [aRoute('x', { a: 1 })]), aService('s', 'router/r')];
    harness.apply(aNamespace(), aMesh(), ...behind, aGateway('g'), aGatewayRoute('to-s', 's'));
    await harness.settle();
    const before = keysIn(harness.engine);
    harness.delete(...behind);
    await harness.settle();
    expect(keysIn(harness.engine)).toEqual(before);
    harness.delete(aGatewayRoute('to-s', 's'));
    await harness.settle();
    expect(keysIn(harness.engine)).toEqual(['mesh/shop', 'virtualGateway/shop/g_apps']);
  });

  it('a router that is deleted while a service that stays is served by it still loses a route that is struck from it while it lives', async () => {
    const harness = new MeshHarness();
    const router = aRouter('r', [aRoute('x', { a: 1 }), aRoute('y', { a: 1 }, { match: { prefix: '/y' } })]);
    harness.apply(aNamespace(), aMesh(), aNode('a'), router, aService('s', 'router/r'));
    await harness.settle();
    harness.apply(aRouter('r', [aRoute('x', { a: 1 })]));
    await harness.settle();
    expect(keysIn(harness.engine).filter((key) => key.startsWith('route/'))).toEqual(['route/shop/r_apps/x']);
  });
});
