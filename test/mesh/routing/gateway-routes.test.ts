import { describe, expect, it } from 'vitest';
import { isOfKind } from '../../../shared/mesh/plan/entry.ts';
import {
  gatewayOf,
  gatewayRouteOf,
  orderedGatewayRoutes,
} from '../../../shared/mesh/routing/gateway-routes.ts';
import { httpMatchOf } from '../../../shared/mesh/routing/match.ts';
import { listenersOf, nodesOf, providerOf } from '../../../shared/mesh/routing/provider.ts';
import { directoryOf } from '../plan/entries.ts';

const labels = { mesh: 'shop' };
const base = [
  { kind: 'Namespace', metadata: { name: 'shop', labels } },
  { kind: 'Mesh', metadata: { name: 'shop' }, spec: { namespaceSelector: { matchLabels: labels } } },
  {
    kind: 'VirtualGateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      namespaceSelector: { matchLabels: labels },
      listeners: [{ portMapping: { port: 8088, protocol: 'http' } }],
    },
  },
];

function gatewayRoute(name: string, match: object, priority?: number) {
  const action = { target: { virtualService: { virtualServiceRef: { name: 'orders' } } } };
  return {
    kind: 'GatewayRoute',
    metadata: { name, namespace: 'shop' },
    spec: { ...(priority === undefined ? {} : { priority }), httpRoute: { match, action } },
  };
}

function object(kind: string, name: string, spec: Readonly<Record<string, unknown>>) {
  return { kind, metadata: { name, namespace: 'shop' }, spec };
}

describe('the gateway routes of a virtual gateway', () => {
  const routes = [
    gatewayRoute('b-any', { hostname: { exact: 'a.example' } }),
    gatewayRoute('long', { prefix: '/orders' }),
    gatewayRoute('a-any', { hostname: { suffix: '.example' } }),
    gatewayRoute('invalid', {}),
    gatewayRoute('first', { prefix: '/' }, 3),
  ];

  it.each([
    ['as given', routes],
    ['the other way round', routes.toReversed()],
  ])('gateway routes are in App Mesh’s order, invalid ones last, with the objects %s', (_, given) => {
    const directory = directoryOf(...base, ...given);
    const gateway = directory.find('VirtualGateway', { namespace: 'shop', name: 'edge' });
    const order = gateway && orderedGatewayRoutes(directory, gateway).map(({ id }) => id.name);
    expect(order).toEqual(['first', 'long', 'b-any', 'a-any', 'invalid']);
  });

  it('of gateway routes with equal paths the one with the more specific host name is tried first', () => {
    const prefix = '/';
    const ofHosts = [
      gatewayRoute('a-all', { prefix, method: 'GET' }),
      gatewayRoute('b-short', { prefix, hostname: { suffix: '.example' } }),
      gatewayRoute('c-long', { prefix, hostname: { suffix: '.shop.example' } }),
      gatewayRoute('d-exact', { prefix, hostname: { exact: 'a.shop.example' } }),
      gatewayRoute('e-path', { prefix: '/orders' }),
      gatewayRoute('f-first', { prefix }, 1),
    ];
    const directory = directoryOf(...base, ...ofHosts);
    const gateway = directory.find('VirtualGateway', { namespace: 'shop', name: 'edge' });
    const order = gateway && orderedGatewayRoutes(directory, gateway).map(({ id }) => id.name);
    expect(order).toEqual(['f-first', 'e-path', 'd-exact', 'c-long', 'b-short', 'a-all']);
  });

  it.each([
    [['b-first', 'b-second', 'a-other']],
    [['a-other', 'b-second', 'b-first']],
    [['b-second', 'a-other', 'b-first']],
  ])('equal gateway routes are in the order of their namespaces and names, created as %j', (created) => {
    const all = { 'b-first': 'depot', 'b-second': 'depot', 'a-other': 'shop' };
    const given = created.map((name) => {
      const { metadata, ...rest } = gatewayRoute(name, { prefix: '/' });
      return { ...rest, metadata: { ...metadata, namespace: all[name as keyof typeof all] } };
    });
    const depot = { kind: 'Namespace', metadata: { name: 'depot', labels } };
    const directory = directoryOf(...base, depot, ...given);
    const gateway = directory.find('VirtualGateway', { namespace: 'shop', name: 'edge' });
    const order = gateway && orderedGatewayRoutes(directory, gateway).map(({ id }) => id.name);
    expect(order).toEqual(['b-first', 'b-second', 'a-other']);
  });

  it('a gateway has its own gateway routes, and nothing else of the mesh', () => {
    const selected = (app: string) => ({
      namespaceSelector: { matchLabels: labels },
      gatewayRouteSelector: { matchLabels: { app } },
      listeners: [{ portMapping: { port: 8088, protocol: 'http' } }],
    });
    const labelled = (name: string, app: string) => {
      const { metadata, ...rest } = gatewayRoute(name, { prefix: '/' });
      return { ...rest, metadata: { ...metadata, labels: { app } } };
    };
    const directory = directoryOf(
      ...base.slice(0, 2),
      ...['one', 'two'].map((app) => object('VirtualGateway', app, selected(app))),
      ...[labelled('first', 'one'), labelled('second', 'two'), labelled('none', 'three')],
      object('VirtualService', 'orders', {}),
    );
    const of = (name: string) => {
      const gateway = directory.find('VirtualGateway', { namespace: 'shop', name });
      return gateway && orderedGatewayRoutes(directory, gateway).map(({ id }) => id.name);
    };
    expect([of('one'), of('two')]).toEqual([['first'], ['second']]);
  });

  it('a gateway route of no gateway, or of an invalid one, has none', () => {
    const route = gatewayRoute('all', { prefix: '/' });
    const bad = object('VirtualGateway', 'edge', { namespaceSelector: { matchLabels: labels }, x: 1 });
    for (const gateways of [[], [bad]]) {
      const directory = directoryOf(...base.slice(0, 2), ...gateways, route);
      const entry = directory.find('GatewayRoute', { namespace: 'shop', name: 'all' });
      expect(entry && gatewayOf(directory, entry)).toBe(undefined);
    }
    const directory = directoryOf(...base, route);
    const entry = directory.find('GatewayRoute', { namespace: 'shop', name: 'all' });
    expect(entry && gatewayOf(directory, entry)?.id.name).toBe('edge');
  });

  it.each([
    ['httpRoute', 'http'],
    ['http2Route', 'http2'],
  ])('a gateway route by %s has the protocol %s, its target and its rewrite', (field, protocol) => {
    const target = { virtualService: { virtualServiceRef: { name: 'orders' } }, port: 80 };
    const rewrite = { prefix: { value: '/' } };
    const match = { prefix: '/a', method: 'GET', port: 8088 };
    expect(gatewayRouteOf({ [field]: { match, action: { target, rewrite } } })).toEqual({
      ...{ protocol, path: `spec.${field}`, target, rewrite },
      match: httpMatchOf(match),
    });
    const without = { match: {}, action: { target, rewrite: null } };
    expect(gatewayRouteOf({ [field]: without }).rewrite).toBe(undefined);
  });

  it('a gateway route of a gRPC service has the service as the prefix of the path', () => {
    const target = { virtualService: { virtualServiceRef: { name: 'orders' } } };
    const grpcRoute = { match: { serviceName: 'shop.Cart' }, action: { target } };
    expect(gatewayRouteOf({ grpcRoute })).toMatchObject({
      protocol: 'grpc',
      path: 'spec.grpcRoute',
      match: { path: { kind: 'prefix', value: '/shop.Cart/' } },
      rewrite: undefined,
    });
  });
});

describe('the provider of a virtual service', () => {
  const node = (name: string, ...ports: readonly number[]) =>
    object('VirtualNode', name, {
      listeners: ports.map((port) => ({ portMapping: { port, protocol: 'http' } })),
      serviceDiscovery: { dns: { hostname: `${name}.shop.svc.cluster.local` } },
    });
  const weighted = (...targets: readonly object[]) => ({
    name: `to-${targets.length}`,
    httpRoute: {
      match: { prefix: '/' },
      action: { weightedTargets: targets.map((target) => ({ weight: 1, ...target })) },
    },
  });
  const targets = [{ virtualNodeRef: { name: 'blue' } }, { virtualNodeRef: { name: 'green' }, port: 81 }];

  function found(spec: Readonly<Record<string, unknown>>, provider: object) {
    const directory = directoryOf(
      ...base,
      ...[node('blue', 80), node('green', 80, 81), node('deaf'), object('VirtualNode', 'mute', {})],
      object('VirtualRouter', 'router', spec),
      object('VirtualService', 'service', { provider }),
    );
    const service = directory.find('VirtualService', { namespace: 'shop', name: 'service' });
    if (!service || !isOfKind(service, 'VirtualService')) throw new Error('not valid');
    const all = providerOf(directory, service);
    return {
      listeners: all && listenersOf(directory, all).map(({ port }) => port),
      nodes: nodesOf(directory, service).map(({ id }) => id.name),
    };
  }
  const byRouter = { virtualRouter: { virtualRouterRef: { name: 'router' } } };

  it('a virtual router as provider has its own listeners', () => {
    const listeners = [{ portMapping: { port: 8085, protocol: 'http' } }];
    expect(found({ listeners, routes: [weighted(...targets)] }, byRouter)).toEqual({
      listeners: [8085],
      nodes: ['blue', 'green'],
    });
  });

  it('a virtual router without listeners listens where its targets do', () => {
    expect(found({ routes: [weighted(...targets)] }, byRouter).listeners).toEqual([80, 81]);
  });

  it('it listens on each port once, in ascending order, whatever the order of its targets', () => {
    const mixed = [
      { virtualNodeRef: { name: 'green' }, port: 81 },
      { virtualNodeRef: { name: 'blue' } },
      { virtualNodeRef: { name: 'green' } },
      { virtualNodeRef: { name: 'blue' }, port: 9 },
    ];
    expect(found({ routes: [weighted(...mixed)] }, byRouter)).toEqual({
      listeners: [9, 80, 81],
      nodes: ['green', 'blue'],
    });
  });

  it.each([
    ['is missing', { name: 'none' }],
    ['has no listener', { name: 'deaf' }],
    ['has no listeners at all', { name: 'mute' }],
  ])('it does not listen for a target that %s and names no port', (_, virtualNodeRef) => {
    expect(found({ routes: [weighted({ virtualNodeRef })] }, byRouter).listeners).toEqual([]);
  });

  it('a virtual node without listeners does not listen', () => {
    expect(found({}, { virtualNode: { virtualNodeRef: { name: 'mute' } } })).toEqual({
      listeners: [],
      nodes: ['mute'],
    });
  });

  it('a virtual node as provider has its own listeners', () => {
    expect(found({}, { virtualNode: { virtualNodeRef: { name: 'green' } } })).toEqual({
      listeners: [80, 81],
      nodes: ['green'],
    });
  });

  it('a virtual service has no provider if the reference is dangling or by ARN', () => {
    const virtualRouterARN = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualRouter/router';
    for (const virtualRouter of [{ virtualRouterRef: { name: 'none' } }, { virtualRouterARN }])
      expect(found({}, { virtualRouter })).toEqual({ listeners: undefined, nodes: [] });
  });
});
