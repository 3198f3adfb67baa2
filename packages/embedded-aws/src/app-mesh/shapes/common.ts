import { z } from 'zod';
import { exactlyOne, must, rule } from './rule.ts';

/**
 * Common parts of the shapes of the service model 2019-01-25. Unknown members are rejected. That is stricter than most
 * AWS services, so that no misspelled field is silently ignored.
 */
export const text = (min: number, max: number) => z.string().min(min).max(max);
export const resourceName = text(1, 255);
export const filePath = text(1, 255);
export const port = z.int().min(1).max(65535);
export const arn = z.string();
export const count = z.int().min(1);

/** A union of the model: exactly one member is set. */
export function union<Members extends z.ZodRawShape>(members: Members) {
  const names = Object.keys(members);
  return z
    .strictObject(members)
    .partial()
    .check(rule((value: object) => exactlyOne(value, names)))
    .meta({ union: true });
}

/** The model requires neither member, but a duration needs both. */
export const duration = z
  .strictObject({ unit: z.enum(['s', 'ms']).optional(), value: z.int().min(0).optional() })
  .check(
    rule(({ unit, value }) =>
      must(unit !== undefined && value !== undefined, [], 'must have unit and value'),
    ),
  );
export const tcpTimeout = z.strictObject({ idle: duration.optional() });
export const httpTimeout = z.strictObject({ idle: duration.optional(), perRequest: duration.optional() });
export const ipPreference = z.enum(['IPv6_PREFERRED', 'IPv4_PREFERRED', 'IPv4_ONLY', 'IPv6_ONLY']).optional();

/** A match of a header or a gRPC metadata value. */
const valueMatch = union({
  exact: text(1, 255),
  prefix: text(1, 255),
  range: z
    .strictObject({ start: z.int(), end: z.int() })
    .check(rule(({ start, end }) => must(start < end, ['end'], 'must be greater than start'))),
  regex: text(1, 255),
  suffix: text(1, 255),
});
const namedMatch = z.strictObject({
  invert: z.boolean().optional(),
  match: valueMatch.optional(),
  name: text(1, 50),
});
/** HTTP headers or gRPC metadata. */
export const namedMatches = z.array(namedMatch).min(1).max(10).optional();

/** Match members shared by HTTP routes and HTTP gateway routes. */
export const httpMatch = {
  headers: namedMatches,
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']).optional(),
  path: z.strictObject({ exact: text(1, 255).optional(), regex: text(1, 255).optional() }).optional(),
  port: port.optional(),
  prefix: z.string().optional(),
  queryParameters: z
    .array(
      z.strictObject({
        match: z.strictObject({ exact: z.string().optional() }).optional(),
        name: z.string(),
      }),
    )
    .min(1)
    .max(10)
    .optional(),
};

const format = union({
  json: z.array(z.strictObject({ key: text(1, 100), value: text(1, 100) })),
  text: text(1, 1000),
});
const accessLog = union({ file: z.strictObject({ format: format.optional(), path: filePath }) });
export const logging = z.strictObject({ accessLog: accessLog.optional() });

/** For virtual nodes and virtual gateways; their protocols differ. */
export const healthCheck = <Protocol extends z.ZodType>(protocol: Protocol) =>
  z.strictObject({
    healthyThreshold: z.int().min(2).max(10),
    intervalMillis: z.int().min(5000).max(300000),
    path: z.string().optional(),
    port: port.optional(),
    protocol,
    timeoutMillis: z.int().min(2000).max(60000),
    unhealthyThreshold: z.int().min(2).max(10),
  });
export const httpPool = z.strictObject({ maxConnections: count, maxPendingRequests: count.optional() });
export const requestPool = z.strictObject({ maxRequests: count });
