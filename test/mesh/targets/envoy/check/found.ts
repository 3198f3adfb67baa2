import { type Found, Place, type Rule } from '../../../../../shared/mesh/targets/envoy/check/rule.ts';

/** What a rule finds in a value, as `path: message`. */
export function faultsOf(rule: Rule, value: unknown, path = ''): readonly string[] {
  return foundBy((place) => rule(value, place), path);
}

export function foundBy(check: (place: Place) => void, path = ''): readonly string[] {
  const found: Found[] = [];
  check(new Place(path, found));
  return found.map((each) => `${each.path}: ${each.message}`);
}

export type Case = readonly [value: unknown, faults: readonly string[]];
