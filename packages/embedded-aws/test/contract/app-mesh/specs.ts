import type * as am from '@aws-sdk/client-app-mesh';

/** Small valid specs. */
export const listener = { portMapping: { port: 8080, protocol: 'http' } } as const;

export function nodeSpec(more: am.VirtualNodeSpec = {}): am.VirtualNodeSpec {
  return { listeners: [listener], serviceDiscovery: { dns: { hostname: 'blue.example' } }, ...more };
}

/** A route with these targets: name → weight. */
export function routeSpec(weights: Readonly<Record<string, number>>): am.RouteSpec {
  const weightedTargets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }));
  return { httpRoute: { match: { prefix: '/' }, action: { weightedTargets } } };
}

export const routerSpec: am.VirtualRouterSpec = { listeners: [listener] };
export const gatewaySpec: am.VirtualGatewaySpec = { listeners: [listener] };

export function providedByNode(virtualNodeName: string): am.VirtualServiceSpec {
  return { provider: { virtualNode: { virtualNodeName } } };
}

export function providedByRouter(virtualRouterName: string): am.VirtualServiceSpec {
  return { provider: { virtualRouter: { virtualRouterName } } };
}

export function gatewayRouteSpec(virtualServiceName: string, prefix = '/'): am.GatewayRouteSpec {
  const target = { virtualService: { virtualServiceName } };
  return { httpRoute: { match: { prefix }, action: { target } } };
}
