import { fieldSchema, itemSchema, resolve, type Schema, type ValidationRule } from '../kinds/schema.ts';
import { isEqual, isObject } from '../model/json.ts';
import { duplicate, type FieldFault, forbiddenField, invalidValue, required } from '../model/status.ts';
import { celValue, compileRule, type RuleResult } from './compiled-rule.ts';

/** A value with its schema, the value it replaces, and its path for messages. */
interface Place {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: Schema | undefined;
  readonly path: string;
}

/** The faults by `x-kubernetes-validations` of a value that its schema accepts, with the API server's texts. */
export function ruleFaults(place: Place): FieldFault[] {
  const schema = resolve(place.schema);
  if (schema === undefined || place.value === null || !hasRules(schema)) return [];
  const own = schema['x-kubernetes-validations'] ?? [];
  return [
    ...own.flatMap((rule) => faultOf(rule, { ...place, schema })),
    ...childrenOf(place, schema).flatMap(ruleFaults),
  ];
}

const withRules = new WeakMap<Schema, boolean>();

/** Whether a rule is in the schema or below. */
function hasRules(schema: Schema): boolean {
  const known = withRules.get(schema);
  if (known !== undefined) return known;
  const children = [
    ...Object.values(schema.properties ?? {}),
    ...(typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []),
    ...(schema.items ? [schema.items] : []),
  ];
  const has =
    (schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
    // A reference is the metadata of the object, which has no rules.
    children.some((child) => child.$ref === undefined && hasRules(child));
  withRules.set(schema, has);
  return has;
}

function childrenOf({ value, old, path }: Place, schema: Schema): Place[] {
  if (Array.isArray(value))
    return value.map((item, index) => ({
      ...{ value: item, old: oldItem(item, old, schema) },
      ...{ schema: itemSchema(schema), path: `${path}[${index}]` },
    }));
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, child]) => ({
    ...{ value: child, old: isObject(old) ? old[name] : undefined, schema: fieldSchema(schema, name) },
    path: schema.properties?.[name] ? (path ? `${path}.${name}` : name) : `${path}[${name}]`,
  }));
}

/** Only an item of a list with keys is known to be the same as before. */
function oldItem(item: unknown, old: unknown, schema: Schema): unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old) || !isObject(item)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return old.find((each) => isObject(each) && keys.every((key) => isEqual(each[key], item[key])));
}

function faultOf(rule: ValidationRule, place: Place): FieldFault[] {
  const isTransition = /\boldSelf\b/.test(rule.rule);
  if (isTransition && place.old === undefined) return [];
  const result = evaluated(rule.rule, place);
  if (result === undefined || ('value' in result && result.value === true)) return [];
  const message = messageOf(rule, place);
  const why = 'error' in result ? `${result.error} evaluating rule: ${message}` : message;
  return [faultFor(rule, place, why)];
}

function evaluated(expression: string, { value, old, schema }: Place): RuleResult | undefined {
  const rule = compileRule(expression);
  return rule(celValue(value, schema), old === undefined ? undefined : celValue(old, schema));
}

/** The text of `messageExpression`, else `message`, else the rule itself. */
function messageOf({ rule, message, messageExpression }: ValidationRule, place: Place): string {
  const given = messageExpression ? evaluated(messageExpression, place) : undefined;
  if (given && 'value' in given && typeof given.value === 'string' && given.value.trim() !== '')
    return given.value;
  return message ? message.trim() : `failed rule: ${rule.trim()}`;
}

function faultFor({ reason, fieldPath }: ValidationRule, { value, path }: Place, why: string): FieldFault {
  const field = `${path}${fieldPath ?? ''}`.replace(/^\./, '') || '<nil>';
  if (reason === 'FieldValueForbidden') return forbiddenField(field, why);
  if (reason === 'FieldValueRequired') return required(field, why);
  if (reason === 'FieldValueDuplicate') return duplicate(field, typeText(value));
  return invalidValue(field, typeText(value), why);
}

function typeText(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
