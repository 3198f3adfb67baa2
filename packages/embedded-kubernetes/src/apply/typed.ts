import { keyDefaults } from '../kinds/list-rules.ts';
import { fieldSchema, itemSchema, resolve, type Schema } from '../kinds/schema.ts';
import { isEqual, isObject } from '../model/json.ts';
import type { JsonObject } from '../model/objects.ts';
import { badRequest } from '../model/status.ts';
import { emptySet, type FieldSet, isEmpty, leaf, setOf } from './field-set.ts';

/**
 * The value types of structured-merge-diff: a granular map (or struct), a list with keyed items, a set, or an atomic
 * value. Without a schema, maps are granular and lists are atomic.
 */
type Shape = 'map' | 'keyed-list' | 'set' | 'atomic';

function shapeOf(value: unknown, schema: Schema | undefined): Shape {
  const own = resolve(schema);
  if (isObject(value)) return own?.['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'map';
  if (!Array.isArray(value)) return 'atomic';
  if (own?.['x-kubernetes-list-type'] === 'map') return 'keyed-list';
  return own?.['x-kubernetes-list-type'] === 'set' ? 'set' : 'atomic';
}

/** One child of a value: its path element, its value and its schema. */
export interface Child {
  readonly element: string;
  readonly value: unknown;
  readonly schema: Schema | undefined;
  /** A list item, or a map key that is not in the schema: a member of field sets by itself. */
  readonly isItem: boolean;
}

function childrenOf(value: unknown, schema: Schema | undefined): Child[] {
  const own = resolve(schema);
  if (isObject(value)) {
    return Object.entries(value).map(([name, child]) => ({
      element: `f:${name}`,
      value: child,
      schema: fieldSchema(own, name),
      isItem: own?.properties?.[name] === undefined,
    }));
  }
  if (!Array.isArray(value)) return [];
  const items = itemSchema(own);
  return value.map((item) => ({ element: elementOf(item, own), value: item, schema: items, isItem: true }));
}

/** The path element of a list item. Throws 400 if a key is missing. */
function elementOf(item: unknown, schema: Schema | undefined): string {
  if (schema?.['x-kubernetes-list-type'] === 'set') return `v:${JSON.stringify(item)}`;
  const keys: JsonObject = {};
  for (const key of [...(schema?.['x-kubernetes-list-map-keys'] ?? [])].sort()) {
    const value = (isObject(item) ? item[key] : undefined) ?? keyDefaults[key] ?? itemKeyDefault(schema, key);
    if (value === undefined)
      throw badRequest(`associative list with keys has an element that omits key field "${key}"`);
    keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

function itemKeyDefault(schema: Schema | undefined, key: string): unknown {
  return fieldSchema(itemSchema(schema), key)?.default;
}

/** The fields of an applied configuration. Throws 400 if two items of a list have the same key. */
export function fieldsOf(value: unknown, schema: Schema | undefined): FieldSet {
  if (shapeOf(value, schema) === 'atomic') return leaf;
  const children = new Map<string, FieldSet>();
  for (const child of childrenOf(value, schema)) {
    if (children.has(child.element))
      throw badRequest(`duplicate entries for key [${child.element.slice(2)}] in a list that merges by it`);
    const below = fieldsOf(child.value, child.schema);
    const isBare = isObject(child.value) && Object.keys(child.value).length === 0;
    children.set(child.element, child.isItem || isBare ? { ...below, member: true } : below);
  }
  return setOf(false, children);
}

/** All fields at and below a value: those added with it. */
function wholeOf(value: unknown, schema: Schema | undefined): FieldSet {
  if (shapeOf(value, schema) === 'atomic') return leaf;
  return setOf(
    true,
    childrenOf(value, schema).map((child) => [child.element, wholeOf(child.value, child.schema)]),
  );
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const unchanged: Comparison = { added: emptySet, modified: emptySet, removed: emptySet };

/** The fields that differ between two states of an object. */
export function compare(before: unknown, after: unknown, schema: Schema | undefined): Comparison {
  if (before === after) return unchanged;
  if (before === undefined) return { ...unchanged, added: wholeOf(after, schema) };
  if (after === undefined) return { ...unchanged, removed: wholeOf(before, schema) };
  const shape = shapeOf(after, schema);
  if (shape === 'atomic' || shapeOf(before, schema) !== shape)
    return isEqual(before, after) ? unchanged : { ...unchanged, modified: leaf };
  return compareChildren(childrenOf(before, schema), childrenOf(after, schema));
}

function compareChildren(before: readonly Child[], after: readonly Child[]): Comparison {
  const old = new Map(before.map((child) => [child.element, child]));
  const now = new Map(after.map((child) => [child.element, child]));
  const parts = [...new Set([...old.keys(), ...now.keys()])].map((element) => {
    const [a, b] = [old.get(element), now.get(element)];
    return [element, compare(a?.value, b?.value, b?.schema ?? a?.schema)] as const;
  });
  const pick = (side: keyof Comparison) =>
    setOf(
      false,
      parts.map(([element, part]) => [element, part[side]] as const),
    );
  return { added: pick('added'), modified: pick('modified'), removed: pick('removed') };
}

/** Merges the applied configuration into the live object: maps and keyed lists merge, other values are replaced. */
export function mergeApplied(live: unknown, applied: unknown, schema: Schema | undefined): unknown {
  const shape = shapeOf(applied, schema);
  if (live === undefined || live === null || shape === 'atomic' || shapeOf(live, schema) !== shape)
    return applied;
  if (isObject(applied)) return mergeMaps(live as JsonObject, applied, schema);
  return mergeLists(live as unknown[], applied as unknown[], schema);
}

function mergeMaps(live: JsonObject, applied: JsonObject, schema: Schema | undefined): JsonObject {
  const merged = { ...live };
  for (const [name, value] of Object.entries(applied))
    merged[name] = mergeApplied(live[name], value, fieldSchema(schema, name));
  return merged;
}

/**
 * Sorts in the applied order. Items that only the live list has keep their position among the common items, as far as
 * the two orders agree.
 */
function mergeLists(live: unknown[], applied: unknown[], schema: Schema | undefined): unknown[] {
  const own = resolve(schema);
  const items = itemSchema(own);
  const current = new Map(live.map((item) => [elementOf(item, own), item]));
  const wanted = new Map(applied.map((item) => [elementOf(item, own), item]));
  const queue = [...wanted.keys()];
  const merged: unknown[] = [];
  const take = (count: number) => {
    for (const element of queue.splice(0, count))
      merged.push(mergeApplied(current.get(element), wanted.get(element), items));
  };
  for (const [element, item] of current) {
    const nextShared = queue.findIndex((each) => current.has(each));
    if (!wanted.has(element)) merged.push(item);
    else if (queue[nextShared] === element) take(nextShared + 1);
  }
  take(queue.length);
  return merged;
}

/**
 * Removes the fields that `last` contains and `kept` does not, with all fields below. A set that contains anything
 * below a named field contains the field; a list item must be in the set itself.
 */
export function removeFields(
  value: unknown,
  last: FieldSet,
  kept: FieldSet,
  schema: Schema | undefined,
): unknown {
  if (shapeOf(value, schema) === 'atomic') return value;
  const remaining: Child[] = [];
  for (const child of childrenOf(value, schema)) {
    const was = last.children.get(child.element) ?? emptySet;
    const stays = kept.children.get(child.element) ?? emptySet;
    if (holds(child.element, was) && !holds(child.element, stays)) continue;
    const below = isEmpty(was) ? child.value : removeFields(child.value, was, stays, child.schema);
    remaining.push({ ...child, value: below });
  }
  if (Array.isArray(value)) return remaining.map((child) => child.value);
  return Object.fromEntries(remaining.map((child) => [child.element.slice(2), child.value]));
}

function holds(element: string, set: FieldSet): boolean {
  return element.startsWith('f:') ? !isEmpty(set) : set.member;
}
