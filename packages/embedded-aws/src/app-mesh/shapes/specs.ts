import { z } from 'zod';
import type { ResourceKind } from '../resources/resource-kind.ts';
import { ipPreference, resourceName, union } from './common.ts';
import { gatewayRouteSpec } from './gateway-route.ts';
import { portFaults } from './listener-rules.ts';
import { routeSpec } from './route.ts';
import { rule } from './rule.ts';
import { virtualGatewaySpec } from './virtual-gateway.ts';
import { portMapping, virtualNodeSpec } from './virtual-node.ts';

const meshSpec = z.strictObject({
  egressFilter: z.strictObject({ type: z.enum(['ALLOW_ALL', 'DROP_ALL']) }).optional(),
  serviceDiscovery: z.strictObject({ ipPreference }).optional(),
});
const virtualRouterSpec = z
  .strictObject({ listeners: z.array(z.strictObject({ portMapping })).optional() })
  .check(rule(({ listeners }) => portFaults(listeners)));
const virtualServiceSpec = z.strictObject({
  provider: union({
    virtualNode: z.strictObject({ virtualNodeName: resourceName }),
    virtualRouter: z.strictObject({ virtualRouterName: resourceName }),
  }).optional(),
});

/** The `spec` of each kind, as in the service model. */
export const specs = {
  mesh: meshSpec,
  virtualGateway: virtualGatewaySpec,
  gatewayRoute: gatewayRouteSpec,
  virtualNode: virtualNodeSpec,
  virtualRouter: virtualRouterSpec,
  route: routeSpec,
  virtualService: virtualServiceSpec,
} satisfies Record<ResourceKind, z.ZodType>;

export type SpecOf<Kind extends ResourceKind> = z.output<(typeof specs)[Kind]>;
export type Spec = SpecOf<ResourceKind>;
