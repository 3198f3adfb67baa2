/** Makes a value once for each owner and key; it lives as long as its owner. */
export function sharedBy<Owner extends object, Value>() {
  const all = new WeakMap<Owner, Map<string, Value>>();
  return (owner: Owner, key: string, make: () => Value): Value => {
    const values = all.get(owner) ?? new Map<string, Value>();
    all.set(owner, values);
    const value = values.get(key) ?? make();
    values.set(key, value);
    return value;
  };
}
