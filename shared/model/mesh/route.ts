import * as z from 'zod';
import { duration, requestTimeout, tcpTimeout } from './durations.ts';
import { atLeastOne, exactlyOne } from './exactly-one.ts';
import { port } from './ports.ts';
import { routeName, virtualNodeArn, virtualNodeRef } from './references.ts';
import { httpMethod, namedMatches, pathMatch, pathPrefix, queryParameters } from './route-match.ts';

const weightedTarget = z
  .strictObject({
    virtualNodeRef: virtualNodeRef.nullish(),
    virtualNodeARN: virtualNodeArn.nullish(),
    weight: z.int().min(0).max(100),
    port: port.nullish(),
  })
  .refine(...exactlyOne('virtualNodeRef', 'virtualNodeARN'));

/** Weights are relative to their total. Envoy refuses a cluster whose total is 0. */
const action = z.strictObject({
  weightedTargets: z
    .array(weightedTarget)
    .min(1)
    .max(10)
    .refine(
      (all) => all.length === 0 || all.some(({ weight }) => weight !== 0),
      'expected a weight above 0 in one of the targets',
    ),
});
export type RouteAction = z.output<typeof action>;

const httpRetryEvent = z.enum(['server-error', 'gateway-error', 'client-error', 'stream-error']);
const grpcRetryEvent = z.enum([
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);
const retry = {
  maxRetries: z.int().min(0),
  perRetryTimeout: duration,
  httpRetryEvents: z.array(httpRetryEvent).min(1).max(25).nullish(),
  tcpRetryEvents: z
    .array(z.enum(['connection-error']))
    .min(1)
    .max(1)
    .nullish(),
};
const httpRetryPolicy = z.strictObject(retry).refine(...atLeastOne('httpRetryEvents', 'tcpRetryEvents'));
const grpcRetryPolicy = z
  .strictObject({ ...retry, grpcRetryEvents: z.array(grpcRetryEvent).min(1).max(5).nullish() })
  .refine(...atLeastOne('grpcRetryEvents', 'httpRetryEvents', 'tcpRetryEvents'));

const httpMatch = z
  .strictObject({
    prefix: pathPrefix.nullish(),
    path: pathMatch.nullish(),
    method: httpMethod.nullish(),
    scheme: z.enum(['http', 'https']).nullish(),
    headers: namedMatches,
    queryParameters,
    port: port.nullish(),
  })
  .refine(...exactlyOne('prefix', 'path'));

const httpRoute = z.strictObject({
  match: httpMatch,
  action,
  retryPolicy: httpRetryPolicy.nullish(),
  timeout: requestTimeout.nullish(),
});
export type HttpRoute = z.output<typeof httpRoute>;

const grpcMatch = z
  .strictObject({
    serviceName: z.string().nullish(),
    methodName: z.string().min(1).max(50).nullish(),
    metadata: namedMatches,
    port: port.nullish(),
  })
  .refine(
    ({ serviceName, methodName }) => !methodName || Boolean(serviceName),
    'expected a serviceName beside the methodName',
  );

const grpcRoute = z.strictObject({
  match: grpcMatch,
  action,
  retryPolicy: grpcRetryPolicy.nullish(),
  timeout: requestTimeout.nullish(),
});
export type GrpcRoute = z.output<typeof grpcRoute>;

const tcpRoute = z.strictObject({
  match: z.strictObject({ port: port.nullish() }).nullish(),
  action,
  timeout: tcpTimeout.nullish(),
});
export type TcpRoute = z.output<typeof tcpRoute>;

/** The lower, the earlier a request is compared with it. */
export const priority = z.int().min(0).max(1000);

/** A route of a virtual router: a resource of its own in App Mesh, under the name that it has here. */
export const route = z
  .strictObject({
    name: routeName,
    priority: priority.nullish(),
    httpRoute: httpRoute.nullish(),
    http2Route: httpRoute.nullish(),
    grpcRoute: grpcRoute.nullish(),
    tcpRoute: tcpRoute.nullish(),
  })
  .refine(...exactlyOne('httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute'));
export type Route = z.output<typeof route>;
