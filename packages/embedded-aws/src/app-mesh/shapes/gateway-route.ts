import { z } from 'zod';
import { httpMatch, namedMatches, port, resourceName, text } from './common.ts';
import { pathFaults, startsWithSlash } from './match-rules.ts';
import { atMostOne, exactlyOne, must, rule, someOf } from './rule.ts';

const isRewritten = z.enum(['ENABLED', 'DISABLED']).optional();
const hostname = z
  .strictObject({ exact: text(1, 253).optional(), suffix: text(1, 253).optional() })
  .check(rule((value) => exactlyOne(value, ['exact', 'suffix'])))
  .optional();
const hostnameRewrite = z.strictObject({ defaultTargetHostname: isRewritten }).optional();
const target = z.strictObject({
  port: port.optional(),
  virtualService: z.strictObject({ virtualServiceName: resourceName }),
});

const prefixRewrite = z
  .strictObject({ defaultPrefix: isRewritten, value: text(1, 255).optional() })
  .check(
    rule((prefix) => [
      ...exactlyOne(prefix, ['defaultPrefix', 'value']),
      ...must(startsWithSlash(prefix.value), ['value'], 'must start with /'),
    ]),
  );
const pathRewrite = z
  .strictObject({ exact: text(1, 255).optional() })
  .check(rule(({ exact }) => must(startsWithSlash(exact), ['exact'], 'must start with /')));

/** A match needs a prefix, path or host name. Which of the other members suffice is an assumption. */
const httpRoute = z
  .strictObject({
    action: z.strictObject({
      rewrite: z
        .strictObject({
          hostname: hostnameRewrite,
          path: pathRewrite.optional(),
          prefix: prefixRewrite.optional(),
        })
        .check(rule((rewrite) => atMostOne(rewrite, ['prefix', 'path'])))
        .optional(),
      target,
    }),
    match: z
      .strictObject({ ...httpMatch, hostname })
      .check(
        rule((match) => [
          ...someOf(match, ['prefix', 'path', 'hostname']),
          ...atMostOne(match, ['prefix', 'path']),
          ...pathFaults(match),
        ]),
      ),
  })
  .check(
    rule(({ action: { rewrite }, match }) => [
      ...must(!(rewrite?.prefix && match.path), ['action', 'rewrite', 'prefix'], 'needs a match by prefix'),
      ...must(!(rewrite?.path && match.prefix), ['action', 'rewrite', 'path'], 'needs a match by path'),
    ]),
  );

const grpcRoute = z.strictObject({
  action: z.strictObject({ rewrite: z.strictObject({ hostname: hostnameRewrite }).optional(), target }),
  match: z
    .strictObject({
      hostname,
      metadata: namedMatches,
      port: port.optional(),
      serviceName: z.string().optional(),
    })
    .check(rule((match) => someOf(match, ['serviceName', 'hostname', 'metadata']))),
});

export const gatewayRouteSpec = z
  .strictObject({
    grpcRoute: grpcRoute.optional(),
    http2Route: httpRoute.optional(),
    httpRoute: httpRoute.optional(),
    priority: z.int().min(0).max(1000).optional(),
  })
  .check(rule((route) => exactlyOne(route, ['grpcRoute', 'http2Route', 'httpRoute'])));
