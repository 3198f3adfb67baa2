import { isEqual, isObject } from '../model/json.ts';
import { type FieldFault, invalidValue, notSupported, required, tooLong, tooMany } from '../model/status.ts';
import { resolve, type Schema } from './schema.ts';

/** Validates a custom object against its structural schema, with the API server's texts (kube-openapi's validate). */
export function validateSchema(value: unknown, declared: Schema | undefined, path: string): FieldFault[] {
  const schema = resolve(declared);
  if (!schema) return [];
  const faults = typeFaults(value, schema, path);
  if (value === null) return [...faults, ...enumFaults(value, schema, path)];
  return [
    ...faults,
    ...combinationFaults(value, schema, path),
    ...textFaults(value, schema, path),
    ...numberFaults(value, schema, path),
    ...listFaults(value, schema, path),
    ...enumFaults(value, schema, path),
    ...objectFaults(value, schema, path),
  ];
}

function typeFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  const actual = typeOf(value);
  if (value === null && schema.nullable) return [];
  if (schema['x-kubernetes-int-or-string'])
    return actual === 'integer' || actual === 'string' ? [] : [wrongType(value, 'integer,string', path)];
  if (schema.type === undefined || actual === schema.type) return [];
  if (schema.type === 'number' && actual === 'integer') return [];
  return [wrongType(value, schema.type, path)];
}

function wrongType(value: unknown, expected: string, path: string): FieldFault {
  const actual = typeOf(value);
  const message = `Invalid value: "${actual}": ${path} in body must be of type ${expected}: "${actual}"`;
  return { field: path, reason: 'FieldValueTypeInvalid', message };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function enumFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (!schema.enum || schema.enum.some((option) => isEqual(option, value))) return [];
  return [notSupported(path, value, schema.enum)];
}

/** RFC 3339. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** The first fault of length and pattern, and of the date-time format. */
function textFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (typeof value !== 'string') return [];
  const length = [...value].length;
  const { minLength, maxLength, pattern } = schema;
  if (maxLength !== undefined && length > maxLength) return [tooLong(path, maxLength)];
  if (minLength !== undefined && length < minLength)
    return [invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`)];
  if (pattern !== undefined && !new RegExp(pattern).test(value))
    return [invalidValue(path, value, `${path} in body should match '${pattern}'`)];
  if (schema.format !== 'date-time' || dateTime.test(value)) return [];
  const why = `${path} in body must be of type date-time: "${value}"`;
  return [{ ...invalidValue(path, value, why), reason: 'FieldValueTypeInvalid' }];
}

function numberFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (typeof value !== 'number') return [];
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema;
  return collect(
    (exclusiveMinimum ? value <= minimum : value < minimum) &&
      `${path} in body should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`,
    (exclusiveMaximum ? value >= maximum : value > maximum) &&
      `${path} in body should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`,
  ).map((why) => invalidValue(path, value, why));
}

function listFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (!Array.isArray(value)) return [];
  const items = value.flatMap((item, index) => validateSchema(item, schema.items, `${path}[${index}]`));
  return [...sizeFaults(value.length, schema.minItems, schema.maxItems, 'items', path), ...items];
}

function objectFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (!isObject(value)) return [];
  const missing = (schema.required ?? []).filter((name) => value[name] === undefined);
  const fields = Object.entries(value).flatMap(([name, child]) => {
    const additional =
      typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    return validateSchema(child, schema.properties?.[name] ?? additional, join(path, name));
  });
  return [
    ...missing.map((name) => required(join(path, name))),
    ...sizeFaults(Object.keys(value).length, schema.minProperties, schema.maxProperties, 'properties', path),
    ...fields,
  ];
}

function combinationFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  const { allOf = [], anyOf, oneOf, not } = schema;
  const faultsOf = (option: Schema) => validateSchema(value, option, path);
  const required = allOf.map(faultsOf).filter((faults) => faults.length > 0);
  const refused = required.length < allOf.length ? '' : '. None validated';
  return [
    ...(anyOf ? alternativeFaults(anyOf.map(faultsOf), path) : []),
    ...(oneOf ? choiceFaults(oneOf.map(faultsOf), path) : []),
    ...required.flat(),
    ...(required.length > 0
      ? [combination(`"${path}" must validate all the schemas (allOf)${refused}`)]
      : []),
    ...(not && faultsOf(not).length === 0
      ? [combination(`"${path}" must not validate the schema (not)`)]
      : []),
  ];
}

/** If no alternative matches, reports the faults of the first one too. */
function alternativeFaults(alternatives: readonly FieldFault[][], path: string): FieldFault[] {
  if (alternatives.some((faults) => faults.length === 0)) return [];
  return [combination(`"${path}" must validate at least one schema (anyOf)`), ...(alternatives[0] ?? [])];
}

function choiceFaults(choices: readonly FieldFault[][], path: string): FieldFault[] {
  const valid = choices.filter((faults) => faults.length === 0).length;
  if (valid === 1) return [];
  const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
  return [
    combination(`"${path}" must validate one and only one schema (oneOf). ${found}`),
    ...(valid === 0 ? (choices[0] ?? []) : []),
  ];
}

/** A fault without a field: Go prints the missing path as <nil>. */
function combination(why: string): FieldFault {
  return invalidValue('<nil>', '', why);
}

function sizeFaults(
  size: number,
  minimum: number | undefined,
  maximum: number | undefined,
  what: string,
  path: string,
): FieldFault[] {
  if (maximum !== undefined && size > maximum) return [tooMany(path, size, maximum)];
  if (minimum === undefined || size >= minimum) return [];
  return [invalidValue(path, size, `${path} in body should have at least ${minimum} ${what}`)];
}

function collect(...faults: readonly (string | false)[]): string[] {
  return faults.filter((fault) => fault !== false);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Sets the defaults of a structural schema in place. */
export function applySchemaDefaults(value: unknown, declared: Schema | undefined): void {
  const schema = resolve(declared);
  if (!schema) return;
  if (Array.isArray(value)) for (const item of value) applySchemaDefaults(item, schema.items);
  if (!isObject(value)) return;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (value[name] === undefined && field.default !== undefined)
      value[name] = structuredClone(field.default);
    if (value[name] !== undefined) applySchemaDefaults(value[name], field);
  }
  if (typeof schema.additionalProperties === 'object')
    for (const child of Object.values(value)) applySchemaDefaults(child, schema.additionalProperties);
}
