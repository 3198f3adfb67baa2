import { z } from 'zod';
import {
  duration,
  httpMatch,
  httpTimeout,
  namedMatches,
  port,
  resourceName,
  tcpTimeout,
  text,
} from './common.ts';

const action = z.strictObject({
  weightedTargets: z
    .array(
      z.strictObject({
        port: port.optional(),
        virtualNode: resourceName,
        weight: z.int().min(0).max(100),
      }),
    )
    .min(1)
    .max(10),
});
const retryPolicy = {
  httpRetryEvents: z.array(text(1, 25)).min(1).max(25).optional(),
  maxRetries: z.int().min(0),
  perRetryTimeout: duration,
  tcpRetryEvents: z
    .array(z.enum(['connection-error']))
    .min(1)
    .max(1)
    .optional(),
};
const grpcRetryEvents = z
  .array(z.enum(['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable']))
  .min(1)
  .max(5)
  .optional();

const httpRoute = z.strictObject({
  action,
  match: z.strictObject({ ...httpMatch, scheme: z.enum(['http', 'https']).optional() }),
  retryPolicy: z.strictObject(retryPolicy).optional(),
  timeout: httpTimeout.optional(),
});
const grpcRoute = z.strictObject({
  action,
  match: z.strictObject({
    metadata: namedMatches,
    methodName: text(1, 50).optional(),
    port: port.optional(),
    serviceName: z.string().optional(),
  }),
  retryPolicy: z.strictObject({ ...retryPolicy, grpcRetryEvents }).optional(),
  timeout: httpTimeout.optional(),
});
const tcpRoute = z.strictObject({
  action,
  match: z.strictObject({ port: port.optional() }).optional(),
  timeout: tcpTimeout.optional(),
});

export const routeSpec = z.strictObject({
  grpcRoute: grpcRoute.optional(),
  http2Route: httpRoute.optional(),
  httpRoute: httpRoute.optional(),
  priority: z.int().min(0).max(1000).optional(),
  tcpRoute: tcpRoute.optional(),
});
