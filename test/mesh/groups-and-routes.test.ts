import { describe, expect, it } from 'vitest';
import { keysIn } from './harness/kit.ts';
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
import { MeshStage } from './harness/stage.ts';

describe('a backend group', () => {
  it('that names what is not there says so, as does the node that names the group', async () => {
    const stage = new MeshStage();
    const group = aBackendGroup('all', ['there', 'nowhere']);
    const node = aNode('a', { backendGroups: [{ name: 'all' }] });
    stage.apply(aNamespace(), aMesh(), node, group, aService('there'));
    await stage.settle();
    expect(stage.activeOf('BackendGroup', 'all', 'apps')).toEqual({
      is: 'False ReferenceMissing',
      message: 'spec.virtualservices[1]: VirtualService "apps/nowhere" not found',
    });
    expect(stage.activeOf('VirtualNode', 'a', 'apps').message).toBe(
      'spec.backendGroups[0]: BackendGroup "apps/all": VirtualService "apps/nowhere" not found',
    );
    stage.apply(aService('nowhere'));
    await stage.settle();
    expect(stage.activeOf('BackendGroup', 'all', 'apps')).toEqual({
      is: 'True Applied',
      message: 'all referenced virtual services exist',
    });
    expect(stage.activeOf('VirtualNode', 'a', 'apps').is).toBe('True Applied');
  });
});

describe('a router that is deleted while a service that stays is served by it', () => {
  it('keeps its routes, and they their nodes, until the service is released', async () => {
    const stage = new MeshStage();
    const behind = [aNode('a'), aRouter('r', [aRoute('x', { a: 1 })]), aService('s', 'router/r')];
    stage.apply(aNamespace(), aMesh(), ...behind, aGateway('g'), aGatewayRoute('to-s', 's'));
    await stage.settle();
    const before = keysIn(stage.engine);
    stage.delete(...behind);
    await stage.settle();
    expect(keysIn(stage.engine)).toEqual(before);
    stage.delete(aGatewayRoute('to-s', 's'));
    await stage.settle();
    expect(keysIn(stage.engine)).toEqual(['mesh/shop', 'virtualGateway/shop/g_apps']);
  });

  it('still loses a route that is struck from it while it lives', async () => {
    const stage = new MeshStage();
    const router = aRouter('r', [aRoute('x', { a: 1 }), aRoute('y', { a: 1 }, { match: { prefix: '/y' } })]);
    stage.apply(aNamespace(), aMesh(), aNode('a'), router, aService('s', 'router/r'));
    await stage.settle();
    stage.apply(aRouter('r', [aRoute('x', { a: 1 })]));
    await stage.settle();
    expect(keysIn(stage.engine).filter((key) => key.startsWith('route/'))).toEqual(['route/shop/r_apps/x']);
  });
});
