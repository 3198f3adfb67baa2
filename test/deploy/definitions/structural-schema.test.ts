import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { re2Pattern } from '../../../deploy/definitions/re2-pattern.ts';
import { structuralSchema } from '../../../deploy/definitions/structural-schema.ts';
import { atLeastOne, atMostOne, exactlyOne } from '../../../shared/model/mesh/exactly-one.ts';

const ab = z.strictObject({ a: z.string().nullish(), b: z.string().nullish() });
const properties = { a: { type: 'string' }, b: { type: 'string' } };
const abc = ab.extend({ c: z.string().nullish() });
const present = [{ required: ['a'] }, { required: ['b'] }];

describe('the structural schema', () => {
  it.each<[string, z.ZodType, object]>([
    ['an integer', z.int(), { type: 'integer', format: 'int64' }],
    [
      'limits of a number',
      z.int().min(1).max(10),
      { type: 'integer', format: 'int64', minimum: 1, maximum: 10 },
    ],
    ['limits of a text', z.string().min(1).max(5), { type: 'string', minLength: 1, maxLength: 5 }],
    ['a pattern', z.string().regex(/^a\/b$/), { type: 'string', pattern: '^a/b$' }],
    [
      'two patterns',
      z.string().regex(/^a/).regex(/b$/),
      { type: 'string', allOf: [{ pattern: '^a' }, { pattern: 'b$' }] },
    ],
    ['a literal', z.literal('*'), { type: 'string', enum: ['*'] }],
    ['a union of literals', z.literal('x').or(z.enum(['y', 'z'])), { type: 'string', enum: ['x', 'y', 'z'] }],
    [
      'a union of texts',
      z.literal('*').or(z.string().regex(/^a/)),
      { type: 'string', anyOf: [{ enum: ['*'] }, { pattern: '^a' }] },
    ],
    [
      'a list',
      z.array(z.boolean()).min(1).max(2),
      { type: 'array', items: { type: 'boolean' }, minItems: 1, maxItems: 2 },
    ],
    ['a map', z.record(z.string(), z.string()), { type: 'object', additionalProperties: { type: 'string' } }],
    [
      'a description and a default',
      z.string().default('x').describe('why'),
      { type: 'string', default: 'x', description: 'why' },
    ],
    ['exactly one', ab.refine(...exactlyOne('a', 'b')), { type: 'object', properties, oneOf: present }],
    ['at least one', ab.refine(...atLeastOne('a', 'b')), { type: 'object', properties, anyOf: present }],
    [
      'at most one',
      ab.refine(...atMostOne('a', 'b')),
      { type: 'object', properties, not: { required: ['a', 'b'] } },
    ],
    [
      'at most one of three',
      abc.refine(...atMostOne('a', 'b', 'c')),
      {
        type: 'object',
        properties: { ...properties, c: { type: 'string' } },
        not: { anyOf: [{ required: ['a', 'b'] }, { required: ['a', 'c'] }, { required: ['b', 'c'] }] },
      },
    ],
    [
      'a rule of members that is behind another refinement and may be null',
      z.strictObject({
        in: ab
          .refine(...exactlyOne('a', 'b'))
          .refine(() => true)
          .nullish(),
      }),
      { type: 'object', properties: { in: { type: 'object', properties, oneOf: present } } },
    ],
    ['a null among items', z.array(z.string().nullable()), nullableItems()],
  ])('the structural schema says %s', (_, schema, expected) => {
    expect(structuralSchema(schema)).toEqual(expected);
  });

  it('the structural schema lets a null be dropped where the field is optional, and only there takes it as a value', () => {
    const schema = structuralSchema(
      z.strictObject({ optional: z.string().nullish(), required: z.string().nullable() }),
    );
    expect(schema).toEqual({
      type: 'object',
      properties: { optional: { type: 'string' }, required: { type: 'string', nullable: true } },
      required: ['required'],
    });
  });

  it.each<[string, z.ZodType, RegExp]>([
    [
      'a union of types',
      z.strictObject({ a: z.string().or(z.int()) }),
      /the schema\.a has no structural form/,
    ],
    [
      'a union of objects',
      z.strictObject({ a: ab.or(z.strictObject({ c: z.string() })) }),
      /the schema\.a has no structural form: .*properties/,
    ],
    [
      'two rules of one kind',
      ab.refine(...exactlyOne('a', 'b')).refine(...exactlyOne('a', 'b')),
      /no structural form/,
    ],
    [
      'a pattern that Go cannot read',
      z.strictObject({ list: z.array(z.string().regex(/^(?!a)/)) }),
      /^the schema\.list\[\]: the API server cannot read \(\?!/,
    ],
  ])('the structural schema refuses %s, naming it', (_, schema, message) => {
    expect(() => structuralSchema(schema)).toThrow(message);
  });
});

function nullableItems() {
  return { type: 'array', items: { type: 'string', nullable: true } };
}

it.each(['(?=a)', '(?<!a)', '(a)\\1', '(?<n>a)\\k<n>', '\\u0041', '[^]', 'a{1,1001}', 'a{2000}'])(
  'Go cannot read %s',
  (source) => {
    expect(() => re2Pattern(source, 'a.b')).toThrow('a.b: the API server cannot read');
  },
);

it.each(['(?:a|b)', '^\\d{12}$', '[^/]+', 'a{1,1000}', '(?<n>a)', '\\.'])('Go reads %s', (source) => {
  expect(re2Pattern(source, 'a.b')).toBe(source);
});
