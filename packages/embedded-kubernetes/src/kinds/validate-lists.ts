import { isEqual, isObject } from '../model/json.ts';
import { duplicate, type FieldFault } from '../model/status.ts';
import { fieldSchema, itemSchema, resolve, type Schema } from './schema.ts';

/** Duplicate items of a set or keyed list, which the API server rejects (apiextensions' listtype). */
export function duplicateFaults(value: unknown, declared: Schema | undefined, path: string): FieldFault[] {
  const schema = resolve(declared);
  if (isObject(value))
    return Object.entries(value).flatMap(([name, child]) =>
      duplicateFaults(child, fieldSchema(schema, name), path === '' ? name : `${path}.${name}`),
    );
  if (!Array.isArray(value)) return [];
  const identities = value.map((item) => identityOf(item, schema));
  const repeated = [...identities.entries()].filter(
    ([index, identity]) =>
      identity !== undefined && identities.findIndex((other) => isEqual(other, identity)) < index,
  );
  return [
    ...repeated.map(([index, identity]) => duplicate(`${path}[${index}]`, identity)),
    ...value.flatMap((item, index) => duplicateFaults(item, itemSchema(schema), `${path}[${index}]`)),
  ];
}

/** The unique key of an item; undefined for other lists. */
function identityOf(item: unknown, schema: Schema | undefined): unknown {
  if (schema?.['x-kubernetes-list-type'] === 'set') return item;
  if (schema?.['x-kubernetes-list-type'] !== 'map' || !isObject(item)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return Object.fromEntries(keys.filter((key) => key in item).map((key) => [key, item[key]]));
}
