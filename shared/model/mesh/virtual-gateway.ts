import * as z from 'zod/mini';
import { strictLabelSelector } from './label-selector.ts';
import { gatewayListener } from './listener.ts';
import { logging } from './logging.ts';
import { awsName, meshRef } from './references.ts';
import { backendDefaults } from './tls.ts';

export const virtualGatewaySpec = z.strictObject({
  awsName,
  meshRef: z.nullish(meshRef),
  /** The namespaces whose gateway routes are the gateway's; absent, none are, and empty, all. */
  namespaceSelector: z.nullish(strictLabelSelector),
  /** Which of them; absent, all. */
  gatewayRouteSelector: z.nullish(strictLabelSelector),
  podSelector: z.nullish(strictLabelSelector),
  /** App Mesh creates no virtual gateway without. */
  listeners: z.array(gatewayListener).check(z.minLength(1)),
  backendDefaults: z.nullish(backendDefaults),
  logging: z.nullish(logging),
});
export type VirtualGatewaySpec = z.output<typeof virtualGatewaySpec>;
