import * as z from 'zod';

export const port = z.int().min(1).max(65535);

/** What virtual nodes and virtual routers listen for. */
const portProtocol = z.enum(['http', 'http2', 'grpc', 'tcp']);
export type PortProtocol = z.output<typeof portProtocol>;

/** What a virtual gateway listens for: no TCP. */
const gatewayProtocol = z.enum(['http', 'http2', 'grpc']);
export type GatewayProtocol = z.output<typeof gatewayProtocol>;

export const portMapping = z.strictObject({ port, protocol: portProtocol });
export type PortMapping = z.output<typeof portMapping>;
export const gatewayPortMapping = z.strictObject({ port, protocol: gatewayProtocol });

/** The limits of App Mesh's HealthCheckPolicy and VirtualGatewayHealthCheckPolicy. */
const checked = {
  healthyThreshold: z.int().min(2).max(10),
  intervalMillis: z.int().min(5000).max(300_000),
  path: z.string().nullish(),
  port: port.nullish(),
  timeoutMillis: z.int().min(2000).max(60_000),
  unhealthyThreshold: z.int().min(2).max(10),
};
export const healthCheck = z.strictObject({ ...checked, protocol: portProtocol });
export const gatewayHealthCheck = z.strictObject({ ...checked, protocol: gatewayProtocol });
export type HealthCheck = z.output<typeof healthCheck>;
