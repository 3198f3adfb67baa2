import { isEqual, isObject } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, notSupported, required } from '../../model/status.ts';
import { placesOf } from './paths.ts';

/** What the API server checks in a kind, as data. Paths are as in `placesOf`. */
export interface Rules {
  /** Fields that must be there and not empty, with why if the API server says it. */
  readonly required?: Readonly<Record<string, string>>;
  /** Fields with a few values. */
  readonly options?: Readonly<Record<string, readonly string[]>>;
  /** Numbers from a minimum, with the API server's text. */
  readonly minimum?: Readonly<Record<string, number>>;
  /** Fields that an update may not change. */
  readonly immutable?: readonly string[];
}

export function validationOf(rules: Rules, more?: NonNullable<Check>): NonNullable<Check> {
  return (object, old) => [
    ...Object.entries(rules.required ?? {}).flatMap(([path, why]) => missingFaults(object, path, why)),
    ...Object.entries(rules.options ?? {}).flatMap(([path, options]) => optionFaults(object, path, options)),
    ...Object.entries(rules.minimum ?? {}).flatMap(([path, minimum]) => minimumFaults(object, path, minimum)),
    ...(old ? (rules.immutable ?? []).flatMap((path) => changeFaults(object, old, path)) : []),
    ...(more?.(object, old) ?? []),
  ];
}

type Check = (object: KubernetesObject, old: KubernetesObject | undefined) => FieldFault[];

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) && value.length === 0;
}

function missingFaults(object: KubernetesObject, path: string, why: string): FieldFault[] {
  return placesOf(withSpec(object, path), path)
    .filter(({ parent, key }) => isEmpty(parent[key]))
    .map((place) => required(place.path, why));
}

/** A missing spec is an empty one, in Go. */
function withSpec(object: KubernetesObject, path: string): KubernetesObject {
  return path.startsWith('spec.') && !isObject(object.spec) ? { ...object, spec: {} } : object;
}

function optionFaults(object: KubernetesObject, path: string, options: readonly string[]): FieldFault[] {
  return placesOf(object, path)
    .filter(({ parent, key }) => !isEmpty(parent[key]) && !options.includes(String(parent[key])))
    .map(({ parent, key, path: shown }) => notSupported(shown, parent[key], options));
}

function minimumFaults(object: KubernetesObject, path: string, minimum: number): FieldFault[] {
  return placesOf(object, path).flatMap(({ parent, key, path: shown }) => {
    const value = parent[key];
    if (typeof value !== 'number' || value >= minimum) return [];
    return [invalidValue(shown, value, `must be greater than or equal to ${minimum}`)];
  });
}

function changeFaults(object: KubernetesObject, old: KubernetesObject, path: string): FieldFault[] {
  const valuesOf = (each: KubernetesObject) => placesOf(each, path).map(({ parent, key }) => parent[key]);
  const [values, before] = [valuesOf(object), valuesOf(old)];
  return isEqual(values, before) ? [] : [invalidValue(path, values[0] ?? null, 'field is immutable')];
}
