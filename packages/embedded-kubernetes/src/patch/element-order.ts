import { isEqual, isObject } from '../model/json.ts';

/**
 * Sorts a merged list: items in `order` have that order, the others keep the order of `server`. The two sequences
 * interleave by the server's order where it has both (strategicpatch's normalizeElementOrder). Items are compared by
 * their merge key, or as a whole without one.
 */
export function applyOrder(
  items: readonly unknown[],
  order: readonly unknown[],
  server: readonly unknown[],
  key: string | undefined,
): unknown[] {
  const place = (list: readonly unknown[], item: unknown) =>
    list.findIndex((other) => same(other, item, key));
  const named = items.filter((item) => place(order, item) >= 0);
  const others = items.filter((item) => place(order, item) < 0);
  named.sort((a, b) => place(order, a) - place(order, b));
  others.sort((a, b) => byServer(place(server, a), place(server, b)));
  return interleave(others, named, (item) => place(server, item));
}

function same(a: unknown, b: unknown, key: string | undefined): boolean {
  return key === undefined ? isEqual(a, b) : isObject(a) && isObject(b) && isEqual(a[key], b[key]);
}

function byServer(a: number, b: number): number {
  return a >= 0 && b >= 0 ? a - b : 0;
}

function interleave(
  left: readonly unknown[],
  right: readonly unknown[],
  place: (item: unknown) => number,
): unknown[] {
  const merged: unknown[] = [];
  let [i, j] = [0, 0];
  while (i < left.length && j < right.length) {
    const [a, b] = [place(left[i]), place(right[j])];
    merged.push(a >= 0 && b >= 0 && a < b ? left[i++] : right[j++]);
  }
  return [...merged, ...left.slice(i), ...right.slice(j)];
}
