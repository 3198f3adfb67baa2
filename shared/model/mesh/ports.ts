import * as z from 'zod/mini';

export const port = z.int().check(z.minimum(1), z.maximum(65535));

/** Protocols of listeners of virtual nodes and virtual routers. */
export const portProtocol = z.enum(['http', 'http2', 'grpc', 'tcp']);

/** Protocols of listeners of a virtual gateway: no TCP. */
export const gatewayProtocol = z.enum(['http', 'http2', 'grpc']);

export const portMapping = z.strictObject({ port, protocol: portProtocol });
export const gatewayPortMapping = z.strictObject({ port, protocol: gatewayProtocol });
