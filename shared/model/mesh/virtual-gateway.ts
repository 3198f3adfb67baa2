import * as z from 'zod';
import { strictLabelSelector } from './label-selector.ts';
import { gatewayListener } from './listener.ts';
import { logging } from './logging.ts';
import { awsName, meshRef } from './references.ts';
import { backendDefaults } from './tls.ts';

export const virtualGatewaySpec = z.strictObject({
  awsName,
  meshRef: meshRef.nullish(),
  /** The namespaces whose gateway routes are the gateway's; absent, none are, and empty, all. */
  namespaceSelector: strictLabelSelector.nullish(),
  /** Which of them; absent, all. */
  gatewayRouteSelector: strictLabelSelector.nullish(),
  podSelector: strictLabelSelector.nullish(),
  /** App Mesh creates no virtual gateway without. */
  listeners: z.array(gatewayListener).min(1),
  backendDefaults: backendDefaults.nullish(),
  logging: logging.nullish(),
});
export type VirtualGatewaySpec = z.output<typeof virtualGatewaySpec>;
