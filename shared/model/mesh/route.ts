import * as z from 'zod/mini';
import { duration, requestTimeout, tcpTimeout } from './durations.ts';
import { atLeastOne, exactlyOne } from './exactly-one.ts';
import { port } from './ports.ts';
import { routeName, virtualNodeArn, virtualNodeRef } from './references.ts';
import { httpMethod, namedMatches, pathMatch, pathPrefix, queryParameters } from './route-match.ts';

const weightedTarget = z
  .strictObject({
    virtualNodeRef: z.nullish(virtualNodeRef),
    virtualNodeARN: z.nullish(virtualNodeArn),
    weight: z.int().check(z.minimum(0), z.maximum(100)),
    port: z.nullish(port),
  })
  .check(z.refine(...exactlyOne('virtualNodeRef', 'virtualNodeARN')));

/** Weights are relative to their total. Envoy refuses a cluster whose total is 0. */
const action = z.strictObject({
  weightedTargets: z.array(weightedTarget).check(
    z.minLength(1),
    z.maxLength(10),
    z.refine(
      (all) => all.length === 0 || all.some(({ weight }) => weight !== 0),
      'expected a weight above 0 in one of the targets',
    ),
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
  maxRetries: z.int().check(z.minimum(0)),
  perRetryTimeout: duration,
  httpRetryEvents: z.nullish(z.array(httpRetryEvent).check(z.minLength(1), z.maxLength(25))),
  tcpRetryEvents: z.nullish(z.array(z.enum(['connection-error'])).check(z.minLength(1), z.maxLength(1))),
};
const httpRetryPolicy = z
  .strictObject(retry)
  .check(z.refine(...atLeastOne('httpRetryEvents', 'tcpRetryEvents')));
const grpcRetryPolicy = z
  .strictObject({
    ...retry,
    grpcRetryEvents: z.nullish(z.array(grpcRetryEvent).check(z.minLength(1), z.maxLength(5))),
  })
  .check(z.refine(...atLeastOne('grpcRetryEvents', 'httpRetryEvents', 'tcpRetryEvents')));

const httpMatch = z
  .strictObject({
    prefix: z.nullish(pathPrefix),
    path: z.nullish(pathMatch),
    method: z.nullish(httpMethod),
    scheme: z.nullish(z.enum(['http', 'https'])),
    headers: namedMatches,
    queryParameters,
    port: z.nullish(port),
  })
  .check(z.refine(...exactlyOne('prefix', 'path')));

const httpRoute = z.strictObject({
  match: httpMatch,
  action,
  retryPolicy: z.nullish(httpRetryPolicy),
  timeout: z.nullish(requestTimeout),
});
export type HttpRoute = z.output<typeof httpRoute>;

const grpcMatch = z
  .strictObject({
    serviceName: z.nullish(z.string()),
    methodName: z.nullish(z.string().check(z.minLength(1), z.maxLength(50))),
    metadata: namedMatches,
    port: z.nullish(port),
  })
  .check(
    z.refine(
      ({ serviceName, methodName }) => !methodName || Boolean(serviceName),
      'expected a serviceName beside the methodName',
    ),
  );

const grpcRoute = z.strictObject({
  match: grpcMatch,
  action,
  retryPolicy: z.nullish(grpcRetryPolicy),
  timeout: z.nullish(requestTimeout),
});
export type GrpcRoute = z.output<typeof grpcRoute>;

const tcpRoute = z.strictObject({
  match: z.nullish(z.strictObject({ port: z.nullish(port) })),
  action,
  timeout: z.nullish(tcpTimeout),
});
export type TcpRoute = z.output<typeof tcpRoute>;

/** Routes with a lower priority are tried first. */
export const priority = z.int().check(z.minimum(0), z.maximum(1000));

/** A route of a virtual router: a separate resource in App Mesh, with this name. */
export const route = z
  .strictObject({
    name: routeName,
    priority: z.nullish(priority),
    httpRoute: z.nullish(httpRoute),
    http2Route: z.nullish(httpRoute),
    grpcRoute: z.nullish(grpcRoute),
    tcpRoute: z.nullish(tcpRoute),
  })
  .check(z.refine(...exactlyOne('httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute')));
export type Route = z.output<typeof route>;
