import * as z from 'zod';
import { re2Pattern } from './re2-pattern.ts';

/** An OpenAPI v3 schema in a CustomResourceDefinition. */
export interface StructuralSchema {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly required?: readonly string[];
  readonly allOf?: readonly StructuralSchema[];
  readonly anyOf?: readonly StructuralSchema[];
  readonly oneOf?: readonly StructuralSchema[];
  readonly not?: StructuralSchema;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map' | 'set';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** The output of zod for the target openapi-3.0. */
type Written = Readonly<Record<string, unknown>>;

/**
 * The structural schema of a zod schema, for a CustomResourceDefinition (see "Specifying a structural schema" in the
 * Kubernetes documentation). It accepts every value that the zod schema accepts. The reverse holds only as far as the schema
 * language can express: of the refinements, it has `exactlyOne`, `atLeastOne` and `atMostOne`. Throws an error with the path
 * of a part that has no structural form.
 */
export function structuralSchema(schema: z.core.$ZodType): StructuralSchema {
  const written = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    cycles: 'throw',
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, memberRules(zodSchema._zod.def.checks ?? []));
    },
  });
  return converted(written as Written, 'the schema');
}

/**
 * A schema's refinements on the presence of members (shared/model/mesh/exactly-one.ts). Throws for two of one kind, since
 * one would be lost.
 */
function memberRules(checks: readonly z.core.$ZodCheck[]): StructuralSchema {
  const rules = checks.flatMap(({ _zod: { def } }) => memberRule((def as { params?: unknown }).params));
  const keywords = rules.flatMap((rule) => Object.keys(rule));
  if (new Set(keywords).size < keywords.length)
    throw new Error(`an object has no structural form: ${keywords.join(' and ')} of its members`);
  return Object.assign({}, ...rules);
}

function memberRule(params: unknown): StructuralSchema[] {
  const { expected, members = [] } = (params ?? {}) as { expected?: string; members?: readonly string[] };
  const present = members.map((member) => ({ required: [member] }));
  if (expected === 'exactly one') return [{ oneOf: present }];
  if (expected === 'at least one') return [{ anyOf: present }];
  const pairs = members.flatMap((a, index) => members.slice(index + 1).map((b) => ({ required: [a, b] })));
  return expected === 'at most one' ? [{ not: pairs.length === 1 ? { ...pairs[0] } : { anyOf: pairs } }] : [];
}

/** Keywords that are copied. */
const plainKeywords = new Set([
  'type',
  'format',
  'description',
  'default',
  'enum',
  'minLength',
  'maxLength',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'required',
  'nullable',
]);
/** Keywords that the API server does not use or support, such as the schema of a map's keys. */
const leftOut = new Set(['$schema', 'title', 'propertyNames']);

function converted(written: Written, path: string): StructuralSchema {
  const parts = Object.entries(written).map(([keyword, value]) => keywordOf(keyword, value, written, path));
  const schema: StructuralSchema = Object.assign({}, ...parts);
  return schema.type === 'integer' ? { ...schema, format: 'int64' } : schema;
}

function keywordOf(keyword: string, value: unknown, written: Written, path: string): StructuralSchema {
  if (plainKeywords.has(keyword)) return { [keyword]: value };
  if (leftOut.has(keyword)) return {};
  switch (keyword) {
    case 'minimum':
    case 'maximum':
      return isSafeLimit(value) ? {} : { [keyword]: Number(value) };
    case 'pattern':
      return { pattern: re2Pattern(String(value), path) };
    case 'items':
      return { items: converted(value as Written, `${path}[]`) };
    case 'properties':
      return { properties: propertiesOf(value as Record<string, Written>, written, path) };
    case 'additionalProperties':
      // A structural schema rejects no field: the API server prunes unknown ones, or warns or rejects if the client asks for it.
      return value === false ? {} : { additionalProperties: converted(value as Written, `${path}.*`) };
    case 'not':
      return { not: value as StructuralSchema };
    case 'allOf':
    case 'oneOf':
      return { [keyword]: (value as Written[]).map((option) => constraint(option, written, path)) };
    case 'anyOf':
      return unionOf(value as Written[], written, path);
    default:
      throw new Error(`${path} has no structural form: ${keyword} ${JSON.stringify(value)}`);
  }
}

/** zod limits every integer to JavaScript's safe integers. */
function isSafeLimit(limit: unknown): boolean {
  return limit === Number.MAX_SAFE_INTEGER || limit === Number.MIN_SAFE_INTEGER;
}

/**
 * A null in an optional field means that it is absent: without `nullable` the API server drops the null, as it did
 * under the old controller's definitions, so that `required` in a union means what it says.
 */
function propertiesOf(
  properties: Readonly<Record<string, Written>>,
  { required = [] }: Written,
  path: string,
): Record<string, StructuralSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, written]) => {
      const { nullable, ...property } = converted(written, `${path}.${name}`);
      const isRequired = (required as readonly string[]).includes(name);
      return [name, nullable && isRequired ? { nullable, ...property } : property];
    }),
  );
}

/** Within allOf, anyOf, oneOf and not, only constraints on the value are allowed, not its type. */
function constraint(option: Written, { type }: Written, path: string): StructuralSchema {
  const { type: own = type, ...limits } = converted(option, path);
  const stray = Object.keys(limits).find((keyword) => !limiting.has(keyword));
  if (own !== type || stray !== undefined)
    throw new Error(
      `${path} has no structural form: a union of ${String(own)} with ${stray ?? String(type)}`,
    );
  return limits;
}

const limiting = new Set([
  'pattern',
  'enum',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'required',
  'not',
]);

/** A union of literals is one enumeration; of other scalars of one type, that type with alternatives. */
function unionOf(
  options: readonly Written[],
  { type = options[0]?.type }: Written,
  path: string,
): StructuralSchema {
  const limits = options.map((option) => constraint(option, { type }, path));
  if (limits.every((limit) => limit.enum !== undefined && Object.keys(limit).length === 1))
    return { type: String(type), enum: [...new Set(limits.flatMap((limit) => limit.enum ?? []))] };
  return { type: String(type), anyOf: limits };
}
