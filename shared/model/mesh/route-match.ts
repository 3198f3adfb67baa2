import * as z from 'zod/mini';
import { exactlyOne } from './exactly-one.ts';

/** The path of a request, or its prefix; every path begins with a slash. */
const slashed = z.string().check(z.regex(/^\//, 'expected a path that begins with /'));
export const pathPrefix = slashed;
export const wholePath = slashed.check(z.maxLength(255));

const text = z.string().check(z.minLength(1), z.maxLength(255));

/** A regular expression is in Envoy's dialect (RE2) and is not validated. */
export const pathMatch = z
  .strictObject({ exact: z.nullish(wholePath), regex: z.nullish(text) })
  .check(z.refine(...exactlyOne('exact', 'regex')));

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
  .check(
    z.refine(
      ({ start, end }) => start < end,
      'expected a start below the end, which is not in the range itself',
    ),
  );

const valueMatch = z
  .strictObject({
    exact: z.nullish(text),
    prefix: z.nullish(text),
    suffix: z.nullish(text),
    regex: z.nullish(text),
    range: z.nullish(range),
  })
  .check(z.refine(...exactlyOne('exact', 'prefix', 'suffix', 'regex', 'range')));
export type ValueMatch = z.output<typeof valueMatch>;

const namedMatch = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(50)),
  match: z.nullish(valueMatch),
  invert: z.nullish(z.boolean()),
});
export type NamedMatch = z.output<typeof namedMatch>;

/** Headers, or a gRPC call's metadata. All must match, so a name may occur twice: with a prefix and a suffix. */
export const namedMatches = z.nullish(z.array(namedMatch).check(z.minLength(1), z.maxLength(10)));

const queryParameter = z.strictObject({
  name: z.string(),
  match: z.nullish(z.strictObject({ exact: z.string() })),
});
export type QueryParameter = z.output<typeof queryParameter>;
export const queryParameters = z.nullish(z.array(queryParameter).check(z.minLength(1), z.maxLength(10)));
