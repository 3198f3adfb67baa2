import type { Directory } from '../../../plan/directory.ts';

/** Computes a value once for each key of a directory, which is that of one run. */
export function perDirectory<Key, Value>() {
  const all = new WeakMap<Directory, Map<Key, Value>>();
  return (directory: Directory, key: Key, compute: () => Value): Value => {
    const known = all.get(directory) ?? new Map<Key, Value>();
    all.set(directory, known);
    const value = known.get(key) ?? compute();
    known.set(key, value);
    return value;
  };
}
