import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import { type ListRule, listRules } from './list-rules.ts';
import { isQuantity } from './quantities.ts';

/** An OpenAPI v3 schema as Kubernetes uses it, for built-in kinds and, as the structural schema, for custom ones. */
export interface Schema extends ListRule {
  $ref?: string;
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  nullable?: boolean;
  default?: unknown;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-validations'?: ValidationRule[];
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

/** A rule in CEL that a value must fulfil. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

const definitions = new Map<string, Schema>();

/**
 * The definition of a built-in type, such as `V1Pod`, from the generated models of the official client (field names,
 * types, formats) and from `listRules` (merge rules, which the models lack). Throws for an unknown type.
 */
export function definition(type: string): Schema {
  const known = definitions.get(type);
  if (known) return known;
  const model = (models as unknown as Record<string, { attributeTypeMap?: readonly Attribute[] }>)[type];
  if (!model?.attributeTypeMap) throw new Error(`model ${type} not found in @kubernetes/client-node`);
  const schema: Schema = { type: 'object', properties: {} };
  definitions.set(type, schema);
  schema.properties = Object.fromEntries(
    model.attributeTypeMap.map((attribute) => [attribute.baseName, attributeSchema(type, attribute)]),
  );
  Object.assign(schema, listRules[type]);
  return schema;
}

/** Resolves a reference. */
export function resolve(schema: Schema | undefined): Schema | undefined {
  if (schema?.$ref === undefined) return schema;
  const target = definition(schema.$ref.replace(/^.*\//, ''));
  // Siblings of the reference (merge rules) apply to the field.
  const { $ref: _, ...beside } = schema;
  return Object.keys(beside).length === 0 ? target : { ...target, ...beside };
}

/** The schema of a field, an item or a map's value; undefined if unknown. */
export function fieldSchema(schema: Schema | undefined, field: string): Schema | undefined {
  const own = resolve(schema);
  const property = own?.properties?.[field];
  if (property) return resolve(property);
  return typeof own?.additionalProperties === 'object' ? resolve(own.additionalProperties) : undefined;
}

export function itemSchema(schema: Schema | undefined): Schema | undefined {
  return resolve(resolve(schema)?.items);
}

function attributeSchema(owner: string, { baseName, type, format }: Attribute): Schema {
  // Go decodes a resource.Quantity from a number or a string.
  const schema = typeSchema(type, isQuantity(owner, baseName) ? 'quantity' : format);
  return Object.assign(schema, listRules[`${owner}.${baseName}`]);
}

function typeSchema(type: string, format: string): Schema {
  const list = /^Array<(.*)>$/.exec(type)?.[1];
  if (list !== undefined) return { type: 'array', items: typeSchema(list, format) };
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
  if (map !== undefined) return { type: 'object', additionalProperties: typeSchema(map, format) };
  return scalarSchema(type, format);
}

function scalarSchema(type: string, format: string): Schema {
  if (type === 'string' || type === 'boolean') return { type, ...(format && { format }) };
  if (type === 'number')
    return { type: /^int/.test(format) ? 'integer' : 'number', ...(format && { format }) };
  if (type === 'Date' || type === 'V1MicroTime') return { type: 'string', format: 'date-time' };
  if (type === 'IntOrString') return { 'x-kubernetes-int-or-string': true, format: 'int-or-string' };
  if (type === 'any') return { 'x-kubernetes-preserve-unknown-fields': true };
  return { $ref: `#/components/schemas/${type}` };
}
