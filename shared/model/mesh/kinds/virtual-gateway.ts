import * as z from 'zod/mini';
import { strictLabelSelector } from '../label-selector.ts';
import { gatewayListener } from '../listener.ts';
import { logging } from '../logging.ts';
import { awsName, meshRef } from '../references.ts';
import { backendDefaults } from '../tls.ts';

export const virtualGatewaySpec = z.strictObject({
  awsName,
  meshRef: z.nullish(meshRef),
  /** Selects the namespaces whose gateway routes belong to the gateway; absent selects none, empty all. */
  namespaceSelector: z.nullish(strictLabelSelector),
  /** Selects among their gateway routes; absent selects all. */
  gatewayRouteSelector: z.nullish(strictLabelSelector),
  podSelector: z.nullish(strictLabelSelector),
  /** App Mesh requires at least one. */
  listeners: z.array(gatewayListener).check(z.minLength(1)),
  backendDefaults: z.nullish(backendDefaults),
  logging: z.nullish(logging),
});
export type VirtualGatewaySpec = z.output<typeof virtualGatewaySpec>;
