import * as z from 'zod';
import { duration, requestTimeout, tcpTimeout } from './durations.ts';
import { exactlyOne, setMembers } from './exactly-one.ts';
import { gatewayPortMapping, gatewayProtocol, port, portMapping, portProtocol } from './ports.ts';
import { listenerTls } from './tls.ts';

/** The limits of App Mesh's HealthCheckPolicy and VirtualGatewayHealthCheckPolicy. */
const checked = {
  healthyThreshold: z.int().min(2).max(10),
  intervalMillis: z.int().min(5000).max(300_000),
  /** Used with http and http2 only. */
  path: z.string().nullish(),
  port: port.nullish(),
  timeoutMillis: z.int().min(2000).max(60_000),
  unhealthyThreshold: z.int().min(2).max(10),
};

/** As many as App Mesh's MaxConnections, MaxPendingRequests and MaxRequests. */
const many = z.int().min(1).max(2_147_483_647);
const httpPool = z.strictObject({ maxConnections: many, maxPendingRequests: many.nullish() }).nullish();
const requestPool = z.strictObject({ maxRequests: many }).nullish();
const pools = { http: httpPool, http2: requestPool, grpc: requestPool };
const nodePools = { ...pools, tcp: z.strictObject({ maxConnections: many }).nullish() };

interface Pooled {
  readonly portMapping: { readonly protocol: string };
  readonly connectionPool?: object | null | undefined;
}

/** "Should be the same protocol as the one chosen under port mapping" (VirtualNodeConnectionPool of App Mesh's API). */
function checkPool({ portMapping: { protocol }, connectionPool }: Pooled, context: z.RefinementCtx): void {
  const found = setMembers(connectionPool ?? {});
  if (found.some((pool) => pool !== protocol))
    context.addIssue({
      code: 'custom',
      path: ['connectionPool'],
      message: `expected ${protocol}, as the listener's protocol is; found ${found.join(' and ')}`,
    });
}

const outlierDetection = z.strictObject({
  baseEjectionDuration: duration,
  interval: duration,
  maxEjectionPercent: z.int().min(0).max(100),
  maxServerErrors: z.int().min(1),
});

const timeout = z
  .strictObject({
    http: requestTimeout.nullish(),
    http2: requestTimeout.nullish(),
    grpc: requestTimeout.nullish(),
    tcp: tcpTimeout.nullish(),
  })
  .refine(...exactlyOne('http', 'http2', 'grpc', 'tcp'));

/** Of a virtual node. */
export const listener = z
  .strictObject({
    portMapping,
    healthCheck: z.strictObject({ ...checked, protocol: portProtocol }).nullish(),
    outlierDetection: outlierDetection.nullish(),
    connectionPool: z
      .strictObject(nodePools)
      .refine(...exactlyOne('http', 'http2', 'grpc', 'tcp'))
      .nullish(),
    timeout: timeout.nullish(),
    tls: listenerTls.nullish(),
  })
  .superRefine(checkPool);
export type Listener = z.output<typeof listener>;

/** Of a virtual gateway. */
export const gatewayListener = z
  .strictObject({
    portMapping: gatewayPortMapping,
    healthCheck: z.strictObject({ ...checked, protocol: gatewayProtocol }).nullish(),
    connectionPool: z
      .strictObject(pools)
      .refine(...exactlyOne('http', 'http2', 'grpc'))
      .nullish(),
    tls: listenerTls.nullish(),
  })
  .superRefine(checkPool);
export type GatewayListener = z.output<typeof gatewayListener>;
