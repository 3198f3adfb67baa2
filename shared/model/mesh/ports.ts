import * as z from 'zod/mini';

export const port = z.int().check(z.minimum(1), z.maximum(65535));

/** What virtual nodes and virtual routers listen for. */
export const portProtocol = z.enum(['http', 'http2', 'grpc', 'tcp']);

/** What a virtual gateway listens for: no TCP. */
export const gatewayProtocol = z.enum(['http', 'http2', 'grpc']);

export const portMapping = z.strictObject({ port, protocol: portProtocol });
export const gatewayPortMapping = z.strictObject({ port, protocol: gatewayProtocol });
