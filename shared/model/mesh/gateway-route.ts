import * as z from 'zod';
import { atLeastOne, atMostOne, exactlyOne } from './exactly-one.ts';
import { port } from './ports.ts';
import { awsName, meshRef, virtualGatewayRef, virtualServiceArn, virtualServiceRef } from './references.ts';
import { priority } from './route.ts';
import {
  httpMethod,
  namedMatches,
  pathMatch,
  pathPrefix,
  queryParameters,
  wholePath,
} from './route-match.ts';

const target = z.strictObject({
  virtualService: z
    .strictObject({
      virtualServiceRef: virtualServiceRef.nullish(),
      virtualServiceARN: virtualServiceArn.nullish(),
    })
    .refine(...exactlyOne('virtualServiceRef', 'virtualServiceARN')),
  port: port.nullish(),
});
export type GatewayRouteTarget = z.output<typeof target>;

const hostname = z.string().min(1).max(253).nullish();
const hostnameMatch = z
  .strictObject({ exact: hostname, suffix: hostname })
  .refine(...exactlyOne('exact', 'suffix'));

const onOrOff = z.enum(['ENABLED', 'DISABLED']);
const hostnameRewrite = z.strictObject({ defaultTargetHostname: onOrOff.nullish() });
const prefixRewrite = z
  .strictObject({
    defaultPrefix: onOrOff.nullish(),
    value: z
      .string()
      .max(255)
      .regex(/^\/(.*\/)?$/, 'expected a prefix that begins and ends with /')
      .nullish(),
  })
  .refine(...exactlyOne('defaultPrefix', 'value'));

const httpRewrite = z
  .strictObject({
    prefix: prefixRewrite.nullish(),
    path: z.strictObject({ exact: wholePath }).nullish(),
    hostname: hostnameRewrite.nullish(),
  })
  .refine(...atLeastOne('prefix', 'path', 'hostname'))
  .refine(...atMostOne('prefix', 'path'));
export type HttpRewrite = z.output<typeof httpRewrite>;

const httpMatch = z
  .strictObject({
    prefix: pathPrefix.nullish(),
    path: pathMatch.nullish(),
    hostname: hostnameMatch.nullish(),
    method: httpMethod.nullish(),
    headers: namedMatches,
    queryParameters,
    port: port.nullish(),
  })
  .refine(...atLeastOne('prefix', 'path', 'hostname'))
  .refine(...atMostOne('prefix', 'path'));

const httpAction = z.strictObject({ target, rewrite: httpRewrite.nullish() });

/** What was matched is what is rewritten: a prefix by a prefix, a path by a path. */
const httpRoute = z.strictObject({ match: httpMatch, action: httpAction }).superRefine((route, context) => {
  const { prefix, path } = route.action.rewrite ?? {};
  const refuse = (part: string, matched: string) =>
    context.addIssue({
      code: 'custom',
      path: ['action', 'rewrite', part],
      message: `expected no rewrite of a ${part} where the match is by ${matched}`,
    });
  if (prefix && route.match.path) refuse('prefix', 'path');
  if (path && route.match.prefix) refuse('path', 'prefix');
});
export type HttpGatewayRoute = z.output<typeof httpRoute>;

const grpcMatch = z
  .strictObject({
    serviceName: z.string().nullish(),
    hostname: hostnameMatch.nullish(),
    metadata: namedMatches,
    port: port.nullish(),
  })
  .refine(...atLeastOne('serviceName', 'hostname'));

const grpcRoute = z.strictObject({
  match: grpcMatch,
  action: z.strictObject({
    target,
    rewrite: z.strictObject({ hostname: hostnameRewrite.nullish() }).nullish(),
  }),
});
export type GrpcGatewayRoute = z.output<typeof grpcRoute>;

export const gatewayRouteSpec = z
  .strictObject({
    awsName,
    priority: priority.nullish(),
    httpRoute: httpRoute.nullish(),
    http2Route: httpRoute.nullish(),
    grpcRoute: grpcRoute.nullish(),
    virtualGatewayRef: virtualGatewayRef.nullish(),
    meshRef: meshRef.nullish(),
  })
  .refine(...exactlyOne('httpRoute', 'http2Route', 'grpcRoute'));
export type GatewayRouteSpec = z.output<typeof gatewayRouteSpec>;
