import { type Model, shapeOf } from './botocore.ts';

/** What a rule of ours and a shape of the model have in common, in one form, to be compared. */
type Form = Readonly<Record<string, unknown>>;

/** Of a JSON schema, what zod makes of our rules. */
export interface JsonSchema {
  readonly type: string;
  readonly union?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export function formOfRules(rules: JsonSchema): Form {
  const { properties, items, propertyNames, additionalProperties } = rules;
  if (properties !== undefined)
    return {
      members: mapValues(properties, formOfRules),
      required: sorted(rules.required),
      union: rules.union,
    };
  if (items !== undefined) return { member: formOfRules(items), ...limits(rules.minItems, rules.maxItems) };
  if (propertyNames !== undefined && additionalProperties !== undefined)
    return { key: formOfRules(propertyNames), value: formOfRules(additionalProperties) };
  if (rules.enum !== undefined) return { enum: sorted(rules.enum) };
  const range = limits(rules.minLength ?? rules.minimum, rules.maxLength ?? rules.maximum);
  return { type: rules.type, pattern: rules.pattern, ...range };
}

export function formOfShape(model: Model, name: string): Form {
  const { type, members, member, key, value, required, pattern, min, max, ...rest } = shapeOf(model, name);
  const formOf = ({ shape }: { readonly shape: string }) => formOfShape(model, shape);
  if (members !== undefined)
    return { members: mapValues(members, formOf), required: sorted(required), union: rest.union };
  if (member !== undefined) return { member: formOf(member), ...limits(min, max) };
  // The size of a map is a rule that a JSON schema made by zod does not show; a test of its own checks it.
  if (key !== undefined && value !== undefined) return { key: formOf(key), value: formOf(value) };
  if (rest.enum !== undefined) return { enum: sorted(rest.enum) };
  return {
    type: type === 'long' ? 'integer' : type,
    // Botocore's model of App Mesh has lost the tab after a blank.
    pattern: pattern?.replaceAll('\\-', '-').replaceAll('  ', ' \\t'),
    ...limits(min, max),
  };
}

/** No lower limit and a lower limit of 0 are one; JavaScript's own limits of whole numbers are none of the model. */
function limits(min: number | undefined, max: number | undefined): Form {
  const hasMin = min !== 0 && min !== Number.MIN_SAFE_INTEGER;
  return { min: hasMin ? min : undefined, max: max === Number.MAX_SAFE_INTEGER ? undefined : max };
}

function sorted(names: readonly string[] = []): string[] {
  return [...names].sort();
}

function mapValues<In, Out>(
  object: Readonly<Record<string, In>>,
  change: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
