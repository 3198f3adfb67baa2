import { describe, expect, it } from 'vitest';
import { connectionsOf } from '../../../../shared/report/plan/mesh/graph.ts';
import { directoryOf, node, object, route, router, service } from './harness.ts';

type Object = ReturnType<typeof object>;

function connections(...objects: readonly Object[]) {
  const directory = directoryOf(...objects);
  return connectionsOf(directory, directory.entries);
}
const gateway = object('VirtualGateway', 'in', {
  namespaceSelector: { matchLabels: { gateway: 'in' } },
  podSelector: { matchLabels: { app: 'in' } },
  listeners: [{ portMapping: { port: 8088, protocol: 'http' } }],
});
const gatewayRoute = object('GatewayRoute', 'r', {
  httpRoute: {
    match: { prefix: '/cart' },
    action: { target: { virtualService: { virtualServiceRef: { name: 'cart' } } } },
  },
});
const cart = service('cart', { virtualNode: { virtualNodeRef: { name: 'v1' } } });
const none = { edges: [], routes: [] };
const provider = {
  ...{ from: 'VirtualService shop/cart', to: 'VirtualNode shop/v1', kind: 'provider', labels: [] },
};

describe('the connections of a mesh', () => {
  it('are none of objects that lead nowhere', () => {
    expect(connections()).toEqual(none);
    expect(connections(node('v1'), gateway, router('r', []))).toEqual(none);
    expect(connections(object('VirtualNode', 'invalid', { listeners: 'none' }))).toEqual(none);
    expect(connections(service('empty', {}))).toEqual(none);
  });

  it('lead from a service to its provider', () => {
    expect(connections(node('v1'), cart)).toEqual({ edges: [provider], routes: [] });
    expect(connections(cart)).toEqual(none);
  });

  it('lead from a gateway to a service only if both are there', () => {
    const edge = {
      ...{
        from: 'VirtualGateway shop/in',
        to: 'VirtualService shop/cart',
        kind: 'gateway route',
        labels: [],
      },
    };
    const row = {
      ...{
        at: 'VirtualGateway shop/in',
        name: 'GatewayRoute shop/r',
        protocol: 'http',
        match: 'path /cart*',
      },
      targets: [{ name: 'VirtualService shop/cart' }],
    };
    expect(connections(gateway, gatewayRoute, cart)).toEqual({ edges: [edge], routes: [row] });
    expect(connections(gateway, gatewayRoute)).toEqual(none);
    expect(connections(gatewayRoute, cart)).toEqual(none);
    expect(connections(gatewayRoute)).toEqual(none);
  });

  it('lead from a node to its backends', () => {
    const backends = [{ virtualService: { virtualServiceRef: { name: 'cart' } } }];
    const backend = {
      from: 'VirtualNode shop/v1',
      to: 'VirtualService shop/cart',
      kind: 'backend',
      labels: [],
    };
    const v1 = node('v1', { backends });
    expect(connections(v1, cart).edges).toEqual(expect.arrayContaining([backend, provider]));
    expect(connections(v1, cart).edges).toHaveLength(2);
  });

  it('lead from a router to its nodes, with the different shares and the largest of them', () => {
    const routes = [route('a', { v1: 1, v2: 2 }), route('b', { v1: 1 }), route('c', { v1: 3, v2: 0, v3: 0 })];
    const edge = (to: string, labels: readonly string[], weight: number) => ({
      ...{ from: 'VirtualRouter shop/r', to: `VirtualNode shop/${to}`, kind: 'route', labels, weight },
    });
    const { edges } = connections(node('v1'), node('v2'), node('v3'), router('r', routes));
    expect(edges.toSorted((a, b) => (a.to < b.to ? -1 : 1))).toEqual([
      edge('v1', ['33.3 %', '100 %'], 100),
      edge('v2', ['66.7 %', '0 %'], 200 / 3),
      edge('v3', ['0 %'], 0),
    ]);
  });
});
