import { AppMesh, type AppMeshOptions } from '../../../../src/app-mesh/app-mesh.ts';
import type { SettingsInput } from '../../../../src/app-mesh/settings.ts';
import { EngineBench, type Json } from '../../engine-bench.ts';
import { gatewayRouteSpec, gatewaySpec, nodeSpec, routerSpec, routeSpec } from '../specs.ts';

const meshName = 'm';

/** The engine on a virtual clock, and short ways to call it; all in the mesh `m`. */
export class Bench extends EngineBench<AppMesh> {
  constructor(settings: SettingsInput = {}, options: AppMeshOptions = {}) {
    super((clock) => new AppMesh({ clock, settings: { rates: {}, ...settings }, ...options }));
  }

  mesh(more: Json = {}): Json {
    return this.call('CreateMesh', { meshName, ...more });
  }

  node(virtualNodeName: string, more: Json = {}): Json {
    return this.call('CreateVirtualNode', node(virtualNodeName, more));
  }

  router(virtualRouterName: string, spec: Json = routerSpec as Json): Json {
    return this.call('CreateVirtualRouter', { meshName, virtualRouterName, spec });
  }

  route(routeName: string, weights: Readonly<Record<string, number>>): Json {
    return this.call('CreateRoute', route(routeName, routeSpec(weights)));
  }

  service(virtualServiceName: string, spec: Json = {}): Json {
    return this.call('CreateVirtualService', { meshName, virtualServiceName, spec });
  }

  gateway(virtualGatewayName: string, spec: Json = gatewaySpec as unknown as Json): Json {
    return this.call('CreateVirtualGateway', { meshName, virtualGatewayName, spec });
  }

  gatewayRoute(gatewayRouteName: string, serviceName: string): Json {
    return this.call('CreateGatewayRoute', gatewayRoute(gatewayRouteName, gatewayRouteSpec(serviceName)));
  }
}

/** Inputs, for calls that are to be refused too. */
export function node(virtualNodeName: string, more: Json = {}): Json {
  return { meshName, virtualNodeName, spec: nodeSpec(), ...more };
}

/** Of the router `r`. */
export function route(routeName: string, spec: object): Json {
  return { meshName, virtualRouterName: 'r', routeName, spec };
}

/** Of the gateway `g`. */
export function gatewayRoute(gatewayRouteName: string, spec: object): Json {
  return { meshName, virtualGatewayName: 'g', gatewayRouteName, spec };
}
