import { copy, ensureObject, isObject, setDefault } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { placesOf } from './paths.ts';

/**
 * Defaults as data: the value of each path, set where its parent exists and it does not. `spec` and `status` always
 * exist. In order, so that a later default can go into an object that an earlier one made.
 */
export function defaultsOf(values: Readonly<Record<string, unknown>>): (object: KubernetesObject) => void {
  return (object) => {
    for (const [path, value] of Object.entries(values)) {
      const [first = ''] = path.split('.', 1);
      if ((first === 'spec' || first === 'status') && path !== first && !isObject(object[first]))
        ensureObject(object, first);
      for (const { parent, key } of placesOf(object, path)) setDefault(parent, key, copy(value));
    }
  };
}
