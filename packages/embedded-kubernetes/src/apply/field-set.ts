import { isObject } from '../model/json.ts';
import type { JsonObject } from '../model/objects.ts';

/**
 * A set of field paths, a trie as in FieldsV1: path elements are `f:name`, `k:{"key":"value"}` or `v:"value"`. `member`
 * says that the path itself is in the set, not only paths below it. Sets are immutable.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

export const emptySet: FieldSet = { member: false, children: new Map() };
export const leaf: FieldSet = { member: true, children: new Map() };

export function isEmpty(set: FieldSet): boolean {
  return !set.member && set.children.size === 0;
}

function node(member: boolean, entries: Iterable<readonly [string, FieldSet]>): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of entries) if (!isEmpty(child)) children.set(element, child);
  return { member, children };
}

export function setOf(member: boolean, entries: Iterable<readonly [string, FieldSet]>): FieldSet {
  return node(member, entries);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const other = children.get(element);
    children.set(element, other ? union(other, child) : child);
  }
  return { member: a.member || b.member, children };
}

export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return node(
    a.member && !b.member,
    [...a.children].map(([element, child]) => [
      element,
      difference(child, b.children.get(element) ?? emptySet),
    ]),
  );
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return node(
    a.member && b.member,
    [...a.children].map(([element, child]) => [
      element,
      intersection(child, b.children.get(element) ?? emptySet),
    ]),
  );
}

export function isSameSet(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a));
}

/** The set without the given top-level fields, or with only those. */
export function withoutFields(set: FieldSet, fields: readonly string[]): FieldSet {
  return node(
    set.member,
    [...set.children].filter(([element]) => !fields.includes(element)),
  );
}

export function onlyFields(set: FieldSet, fields: readonly string[]): FieldSet {
  return node(
    false,
    [...set.children].filter(([element]) => fields.includes(element)),
  );
}

/** All members as path texts, such as `.spec.containers[name="web"].image`; direct members first at each level. */
export function pathTexts(set: FieldSet, prefix = ''): string[] {
  const children = [...set.children].sort(([a], [b]) => (a < b ? -1 : 1));
  const own = children.filter(([, child]) => child.member).map(([element]) => prefix + elementText(element));
  return [...own, ...children.flatMap(([element, child]) => pathTexts(child, prefix + elementText(element)))];
}

function elementText(element: string): string {
  const value = element.slice(2);
  if (element.startsWith('f:')) return `.${value}`;
  if (element.startsWith('v:')) return `[=${value}]`;
  const keys = Object.entries(JSON.parse(value) as JsonObject);
  return `[${keys.map(([key, part]) => `${key}=${JSON.stringify(part)}`).join(',')}]`;
}

/** In the form of FieldsV1. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const json: JsonObject = {};
  if (set.member && set.children.size > 0) json['.'] = {};
  for (const element of [...set.children.keys()].sort())
    json[element] = toFieldsV1(set.children.get(element) ?? emptySet);
  return json;
}

export function fromFieldsV1(json: unknown): FieldSet {
  if (!isObject(json)) return emptySet;
  const entries = Object.entries(json).filter(([element]) => element !== '.');
  return {
    member: '.' in json || entries.length === 0,
    children: new Map(entries.map(([element, child]) => [element, fromFieldsV1(child)])),
  };
}
