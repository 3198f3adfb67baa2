import * as z from 'zod/mini';
import { duration, requestTimeout, tcpTimeout } from './durations.ts';
import { exactlyOne, setMembers } from './exactly-one.ts';
import { gatewayPortMapping, gatewayProtocol, port, portMapping, portProtocol } from './ports.ts';
import { listenerTls } from './tls.ts';

/** The limits of App Mesh's HealthCheckPolicy and VirtualGatewayHealthCheckPolicy. */
const checked = {
  healthyThreshold: z.int().check(z.minimum(2), z.maximum(10)),
  intervalMillis: z.int().check(z.minimum(5000), z.maximum(300_000)),
  /** Used with http and http2 only. */
  path: z.nullish(z.string()),
  port: z.nullish(port),
  timeoutMillis: z.int().check(z.minimum(2000), z.maximum(60_000)),
  unhealthyThreshold: z.int().check(z.minimum(2), z.maximum(10)),
};

/** The limits of App Mesh's MaxConnections, MaxPendingRequests and MaxRequests. */
const many = z.int().check(z.minimum(1), z.maximum(2_147_483_647));
const httpPool = z.nullish(z.strictObject({ maxConnections: many, maxPendingRequests: z.nullish(many) }));
const requestPool = z.nullish(z.strictObject({ maxRequests: many }));
const pools = { http: httpPool, http2: requestPool, grpc: requestPool };
const nodePools = { ...pools, tcp: z.nullish(z.strictObject({ maxConnections: many })) };

interface Pooled {
  readonly portMapping: { readonly protocol: string };
  readonly connectionPool?: object | null | undefined;
}

/** "Should be the same protocol as the one chosen under port mapping" (VirtualNodeConnectionPool of App Mesh's API). */
function checkPool(
  { portMapping: { protocol }, connectionPool }: Pooled,
  context: z.core.$RefinementCtx,
): void {
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
  maxEjectionPercent: z.int().check(z.minimum(0), z.maximum(100)),
  maxServerErrors: z.int().check(z.minimum(1)),
});

const timeout = z
  .strictObject({
    http: z.nullish(requestTimeout),
    http2: z.nullish(requestTimeout),
    grpc: z.nullish(requestTimeout),
    tcp: z.nullish(tcpTimeout),
  })
  .check(z.refine(...exactlyOne('http', 'http2', 'grpc', 'tcp')));

/** A listener of a virtual node. */
export const listener = z
  .strictObject({
    portMapping,
    healthCheck: z.nullish(z.strictObject({ ...checked, protocol: portProtocol })),
    outlierDetection: z.nullish(outlierDetection),
    connectionPool: z.nullish(
      z.strictObject(nodePools).check(z.refine(...exactlyOne('http', 'http2', 'grpc', 'tcp'))),
    ),
    timeout: z.nullish(timeout),
    tls: z.nullish(listenerTls),
  })
  .check(z.superRefine(checkPool));
export type Listener = z.output<typeof listener>;

/** A listener of a virtual gateway. */
export const gatewayListener = z
  .strictObject({
    portMapping: gatewayPortMapping,
    healthCheck: z.nullish(z.strictObject({ ...checked, protocol: gatewayProtocol })),
    connectionPool: z.nullish(z.strictObject(pools).check(z.refine(...exactlyOne('http', 'http2', 'grpc')))),
    tls: z.nullish(listenerTls),
  })
  .check(z.superRefine(checkPool));
export type GatewayListener = z.output<typeof gatewayListener>;
