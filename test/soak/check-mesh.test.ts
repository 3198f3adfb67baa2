import { describe, expect, it } from 'vitest';
import { type MeshObjects, type MeshResources, meshViolations } from './check-mesh.ts';
import { virtualNode, virtualRouter, virtualService } from './manifests.ts';

const blue = { name: 'cart-blue', service: 'cart' };
const green = { name: 'cart-green', service: 'cart' };

/** As the soak applies them. */
const objects: MeshObjects = {
  virtualNodes: [virtualNode(blue, { turn: '7' }), virtualNode(green)],
  virtualRouters: [virtualRouter('cart', 30)],
  virtualServices: [virtualService('cart')],
};

const resources: MeshResources = {
  virtualNodes: [node('cart-blue_soak', { turn: '7' }), node('cart-green_soak')],
  virtualRouters: [{ virtualRouterName: 'cart_soak' }],
  routes: [route({ 'cart-green_soak': 70, 'cart-blue_soak': 30 })],
  virtualServices: [{ virtualServiceName: 'cart.soak' }],
};

function node(
  virtualNodeName: string,
  attributes: Readonly<Record<string, string>> = {},
): MeshResources['virtualNodes'][number] {
  const listed = Object.entries(attributes).map(([key, value]) => ({ key, value }));
  return { virtualNodeName, spec: { serviceDiscovery: { awsCloudMap: { attributes: listed } } } };
}

function route(weights: Readonly<Record<string, number>>): MeshResources['routes'][number] {
  const weightedTargets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }));
  return {
    virtualRouterName: 'cart_soak',
    routeName: 'by-weight',
    spec: { httpRoute: { action: { weightedTargets } } },
  };
}

describe('the checker of the soak, for App Mesh', () => {
  const check = (changes: Partial<MeshObjects>, changed: Partial<MeshResources> = {}) =>
    meshViolations({ objects: { ...objects, ...changes }, resources: { ...resources, ...changed } });

  it('the checker of the soak finds nothing where App Mesh has what the objects say', () => {
    expect(check({})).toEqual([]);
  });

  it('the checker of the soak finds an object of any kind that App Mesh does not have', () => {
    const empty = { virtualNodes: [], virtualRouters: [], routes: [], virtualServices: [] };
    expect(check({}, empty)).toEqual([
      'mesh missing virtual node cart-blue_soak',
      'mesh missing virtual node cart-green_soak',
      'mesh missing virtual router cart_soak',
      'mesh missing route cart_soak/by-weight',
      'mesh missing virtual service cart.soak',
    ]);
  });

  it('the checker of the soak finds a resource of any kind that has no object', () => {
    const surplus = {
      virtualNodes: [...resources.virtualNodes, node('orders-blue_soak')],
      virtualRouters: [...resources.virtualRouters, { virtualRouterName: 'orders_soak' }],
      routes: [...resources.routes, { ...route({ 'cart-blue_soak': 1 }), routeName: 'former' }],
      virtualServices: [...resources.virtualServices, { virtualServiceName: 'orders.soak' }],
    };
    expect(check({}, surplus)).toEqual([
      'mesh surplus virtual node orders-blue_soak',
      'mesh surplus virtual router orders_soak',
      'mesh surplus route cart_soak/former',
      'mesh surplus virtual service orders.soak',
    ]);
  });

  it('the checker of the soak finds a route with other weights, other targets or fewer', () => {
    const differs = (actual: string) => [
      `mesh differs route cart_soak/by-weight has weights ${actual}, expected weights cart-blue_soak=30 cart-green_soak=70`,
    ];
    expect(check({}, { routes: [route({ 'cart-blue_soak': 31, 'cart-green_soak': 69 })] })).toEqual(
      differs('cart-blue_soak=31 cart-green_soak=69'),
    );
    expect(check({}, { routes: [route({ 'cart-blue_soak': 70, 'cart-green_soak': 30 })] })).toHaveLength(1);
    expect(check({}, { routes: [route({ 'cart-blue_soak': 30 })] })).toEqual(differs('cart-blue_soak=30'));
  });

  it('the checker of the soak finds a virtual node with other attributes', () => {
    const virtualNodes = [node('cart-blue_soak', { turn: '6' }), node('cart-green_soak', { turn: '6' })];
    expect(check({}, { virtualNodes })).toEqual([
      'mesh differs virtual node cart-blue_soak has attributes turn=6, expected attributes turn=7',
      'mesh differs virtual node cart-green_soak has attributes turn=6, expected attributes',
    ]);
  });

  it('the checker of the soak lets the node of a deleted object stay as long as a route names it, and no longer', () => {
    const virtualNodes = [virtualNode(blue, { turn: '7' })];
    expect(check({ virtualNodes })).toEqual([]);
    const virtualRouters = [virtualRouter('cart', 100)];
    const routes = [route({ 'cart-blue_soak': 100 })];
    expect(check({ virtualNodes, virtualRouters }, { routes })).toEqual([
      'mesh surplus virtual node cart-green_soak',
    ]);
  });

  it('the checker of the soak does not compare the weights of a router that names a node without object', () => {
    const former = [route({ 'cart-blue_soak': 31, 'cart-green_soak': 69 })];
    expect(check({ virtualNodes: [virtualNode(blue, { turn: '7' })] }, { routes: former })).toEqual([]);
    expect(check({}, { routes: former })).toHaveLength(1);
  });
});
