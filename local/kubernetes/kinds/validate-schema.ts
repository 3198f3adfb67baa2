import { isEqual, isObject } from '../model/json.ts';
import { type FieldFault, invalidValue, notSupported, required } from '../model/status.ts';
import { resolve, type Schema } from './schema.ts';

/** Faults of a custom object against its structural schema, worded as the API server does. */
export function validateSchema(value: unknown, declared: Schema | undefined, path: string): FieldFault[] {
  const schema = resolve(declared);
  if (!schema || (value === null && schema.nullable)) return [];
  const type = typeFault(value, schema, path);
  if (type) return [type];
  return [
    ...enumFaults(value, schema, path),
    ...textFaults(value, schema, path),
    ...numberFaults(value, schema, path),
    ...listFaults(value, schema, path),
    ...objectFaults(value, schema, path),
    ...combinationFaults(value, schema, path),
  ];
}

function typeFault(value: unknown, schema: Schema, path: string): FieldFault | undefined {
  const actual = typeOf(value);
  if (schema['x-kubernetes-int-or-string'])
    return actual === 'integer' || actual === 'string' ? undefined : wrongType(value, 'integer,string', path);
  if (schema.type === undefined || actual === schema.type) return undefined;
  if (schema.type === 'number' && actual === 'integer') return undefined;
  return wrongType(value, schema.type, path);
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

function textFaults(value: unknown, schema: Schema, path: string): FieldFault[] {
  if (typeof value !== 'string') return [];
  const length = [...value].length;
  return collect(
    schema.minLength !== undefined &&
      length < schema.minLength &&
      `${path} in body should be at least ${schema.minLength} chars long`,
    schema.maxLength !== undefined &&
      length > schema.maxLength &&
      `${path} in body should be at most ${schema.maxLength} chars long`,
    schema.pattern !== undefined &&
      !new RegExp(schema.pattern).test(value) &&
      `${path} in body should match '${schema.pattern}'`,
  ).map((why) => invalidValue(path, value, why));
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
  const passes = (option: Schema) => validateSchema(value, option, path).length === 0;
  const matching = schema.oneOf?.filter(passes).length;
  return [
    ...(schema.allOf ?? []).flatMap((option) => validateSchema(value, option, path)),
    ...collect(
      schema.anyOf !== undefined &&
        !schema.anyOf.some(passes) &&
        `"${path}" must validate at least one schema (anyOf)`,
      matching !== undefined &&
        matching !== 1 &&
        `"${path}" must validate one and only one schema (oneOf). Found ${matching === 0 ? 'none' : String(matching)} valid`,
      schema.not !== undefined && passes(schema.not) && `"${path}" must not validate the schema (not)`,
    ).map((why) => invalidValue(path, value, why)),
  ];
}

function sizeFaults(
  size: number,
  minimum: number | undefined,
  maximum: number | undefined,
  what: string,
  path: string,
): FieldFault[] {
  return collect(
    minimum !== undefined && size < minimum && `${path} in body should have at least ${minimum} ${what}`,
    maximum !== undefined && size > maximum && `must have at most ${maximum} ${what}`,
  ).map((why) => invalidValue(path, size, why));
}

function collect(...faults: readonly (string | false)[]): string[] {
  return faults.filter((fault) => fault !== false);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Fills in the defaults of a structural schema, in place. */
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
