import * as z from 'zod';
import { exactlyOne } from './exactly-one.ts';

/** What a path of a request begins with, or is; every path begins with a slash. */
const slashed = z.string().regex(/^\//, 'expected a path that begins with /');
export const pathPrefix = slashed;
export const wholePath = slashed.max(255);

const text = z.string().min(1).max(255);

/** A regular expression is in Envoy's dialect (RE2) and not looked into. */
export const pathMatch = z
  .strictObject({ exact: wholePath.nullish(), regex: text.nullish() })
  .refine(...exactlyOne('exact', 'regex'));

export const httpMethod = z.enum([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);

const range = z
  .strictObject({ start: z.int(), end: z.int() })
  .refine(
    ({ start, end }) => start < end,
    'expected a start below the end, which is not in the range itself',
  );

const valueMatch = z
  .strictObject({
    exact: text.nullish(),
    prefix: text.nullish(),
    suffix: text.nullish(),
    regex: text.nullish(),
    range: range.nullish(),
  })
  .refine(...exactlyOne('exact', 'prefix', 'suffix', 'regex', 'range'));
export type ValueMatch = z.output<typeof valueMatch>;

const namedMatch = z.strictObject({
  name: z.string().min(1).max(50),
  match: valueMatch.nullish(),
  invert: z.boolean().nullish(),
});
export type NamedMatch = z.output<typeof namedMatch>;

/** Headers, or a gRPC call's metadata. All must match, so that a name may come twice: with a prefix and a suffix. */
export const namedMatches = z.array(namedMatch).min(1).max(10).nullish();

const queryParameter = z.strictObject({
  name: z.string(),
  match: z.strictObject({ exact: z.string() }).nullish(),
});
export type QueryParameter = z.output<typeof queryParameter>;
export const queryParameters = z.array(queryParameter).min(1).max(10).nullish();
