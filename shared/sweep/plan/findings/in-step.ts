/**
 * Finds keys of a map in ascending order. Two maps with nearly the same keys in the same order are compared faster
 * entry by entry than with a hash lookup for each of 100,000 keys. Keys in another order are found too, only slower.
 */
export function lookupInStep<Value>(map: ReadonlyMap<string, Value>): (key: string) => Value | undefined {
  const entries = map.entries();
  let next = entries.next();
  return (key) => {
    while (!next.done && next.value[0] < key) next = entries.next();
    if (next.done || next.value[0] !== key) return map.get(key);
    const [, value] = next.value;
    next = entries.next();
    return value;
  };
}
