import * as z from 'zod';

export const port = z.int().min(1).max(65535);

/** What virtual nodes and virtual routers listen for. */
export const portProtocol = z.enum(['http', 'http2', 'grpc', 'tcp']);

/** What a virtual gateway listens for: no TCP. */
export const gatewayProtocol = z.enum(['http', 'http2', 'grpc']);

export const portMapping = z.strictObject({ port, protocol: portProtocol });
export const gatewayPortMapping = z.strictObject({ port, protocol: gatewayProtocol });
