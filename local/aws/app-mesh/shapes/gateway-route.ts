import { z } from 'zod';
import { httpMatch, namedMatches, port, resourceName, text } from './common.ts';

const isRewritten = z.enum(['ENABLED', 'DISABLED']).optional();
const hostname = z
  .strictObject({ exact: text(1, 253).optional(), suffix: text(1, 253).optional() })
  .optional();
const hostnameRewrite = z.strictObject({ defaultTargetHostname: isRewritten }).optional();
const target = z.strictObject({
  port: port.optional(),
  virtualService: z.strictObject({ virtualServiceName: resourceName }),
});

const httpRoute = z.strictObject({
  action: z.strictObject({
    rewrite: z
      .strictObject({
        hostname: hostnameRewrite,
        path: z.strictObject({ exact: text(1, 255).optional() }).optional(),
        prefix: z.strictObject({ defaultPrefix: isRewritten, value: text(1, 255).optional() }).optional(),
      })
      .optional(),
    target,
  }),
  match: z.strictObject({ ...httpMatch, hostname }),
});

const grpcRoute = z.strictObject({
  action: z.strictObject({ rewrite: z.strictObject({ hostname: hostnameRewrite }).optional(), target }),
  match: z.strictObject({
    hostname,
    metadata: namedMatches,
    port: port.optional(),
    serviceName: z.string().optional(),
  }),
});

export const gatewayRouteSpec = z.strictObject({
  grpcRoute: grpcRoute.optional(),
  http2Route: httpRoute.optional(),
  httpRoute: httpRoute.optional(),
  priority: z.int().min(0).max(1000).optional(),
});
