import * as z from 'zod/mini';
import { atLeastOne, atMostOne, exactlyOne } from '../exactly-one.ts';
import { port } from '../ports.ts';
import { awsName, meshRef, virtualGatewayRef, virtualServiceArn, virtualServiceRef } from '../references.ts';
import { priority } from '../route.ts';
import {
  httpMethod,
  namedMatches,
  pathMatch,
  pathPrefix,
  queryParameters,
  wholePath,
} from '../route-match.ts';

const target = z.strictObject({
  virtualService: z
    .strictObject({
      virtualServiceRef: z.nullish(virtualServiceRef),
      virtualServiceARN: z.nullish(virtualServiceArn),
    })
    .check(z.refine(...exactlyOne('virtualServiceRef', 'virtualServiceARN'))),
  port: z.nullish(port),
});
export type GatewayRouteTarget = z.output<typeof target>;

const hostname = z.nullish(z.string().check(z.minLength(1), z.maxLength(253)));
const hostnameMatch = z
  .strictObject({ exact: hostname, suffix: hostname })
  .check(z.refine(...exactlyOne('exact', 'suffix')));

const onOrOff = z.enum(['ENABLED', 'DISABLED']);
const hostnameRewrite = z.strictObject({ defaultTargetHostname: z.nullish(onOrOff) });
const prefixRewrite = z
  .strictObject({
    defaultPrefix: z.nullish(onOrOff),
    value: z.nullish(
      z
        .string()
        .check(z.maxLength(255), z.regex(/^\/(.*\/)?$/, 'expected a prefix that begins and ends with /')),
    ),
  })
  .check(z.refine(...exactlyOne('defaultPrefix', 'value')));

const httpRewrite = z
  .strictObject({
    prefix: z.nullish(prefixRewrite),
    path: z.nullish(z.strictObject({ exact: wholePath })),
    hostname: z.nullish(hostnameRewrite),
  })
  .check(z.refine(...atLeastOne('prefix', 'path', 'hostname')), z.refine(...atMostOne('prefix', 'path')));
export type HttpRewrite = z.output<typeof httpRewrite>;

const httpMatch = z
  .strictObject({
    prefix: z.nullish(pathPrefix),
    path: z.nullish(pathMatch),
    hostname: z.nullish(hostnameMatch),
    method: z.nullish(httpMethod),
    headers: namedMatches,
    queryParameters,
    port: z.nullish(port),
  })
  .check(z.refine(...atLeastOne('prefix', 'path', 'hostname')), z.refine(...atMostOne('prefix', 'path')));

const httpAction = z.strictObject({ target, rewrite: z.nullish(httpRewrite) });

/** The rewrite must be of the matched part: a prefix of a prefix match, a path of a path match. */
const httpRoute = z.strictObject({ match: httpMatch, action: httpAction }).check(
  z.superRefine((route, context) => {
    const { prefix, path } = route.action.rewrite ?? {};
    const refuse = (part: string, matched: string) =>
      context.addIssue({
        code: 'custom',
        path: ['action', 'rewrite', part],
        message: `expected no rewrite of a ${part} where the match is by ${matched}`,
      });
    if (prefix && route.match.path) refuse('prefix', 'path');
    if (path && route.match.prefix) refuse('path', 'prefix');
  }),
);
export type HttpGatewayRoute = z.output<typeof httpRoute>;

const grpcMatch = z
  .strictObject({
    serviceName: z.nullish(z.string()),
    hostname: z.nullish(hostnameMatch),
    metadata: namedMatches,
    port: z.nullish(port),
  })
  .check(z.refine(...atLeastOne('serviceName', 'hostname')));

const grpcRoute = z.strictObject({
  match: grpcMatch,
  action: z.strictObject({
    target,
    rewrite: z.nullish(z.strictObject({ hostname: z.nullish(hostnameRewrite) })),
  }),
});
export type GrpcGatewayRoute = z.output<typeof grpcRoute>;

export const gatewayRouteSpec = z
  .strictObject({
    awsName,
    priority: z.nullish(priority),
    httpRoute: z.nullish(httpRoute),
    http2Route: z.nullish(httpRoute),
    grpcRoute: z.nullish(grpcRoute),
    virtualGatewayRef: z.nullish(virtualGatewayRef),
    meshRef: z.nullish(meshRef),
  })
  .check(z.refine(...exactlyOne('httpRoute', 'http2Route', 'grpcRoute')));
export type GatewayRouteSpec = z.output<typeof gatewayRouteSpec>;
