import type { Directory } from './directory.ts';

/** Computes a value once for each directory, which is that of one run. */
export function perDirectory<Value>(
  compute: (directory: Directory) => Value,
): (directory: Directory) => Value {
  const all = new WeakMap<Directory, { readonly value: Value }>();
  return (directory) => {
    const known = all.get(directory) ?? { value: compute(directory) };
    all.set(directory, known);
    return known.value;
  };
}

/** Computes a value once for each object of a directory. */
export function perObject<Key, Value extends object>() {
  const all = perDirectory(() => new Map<Key, Value>());
  return (directory: Directory, key: Key, compute: () => Value): Value => {
    const values = all(directory);
    const value = values.get(key) ?? compute();
    values.set(key, value);
    return value;
  };
}
