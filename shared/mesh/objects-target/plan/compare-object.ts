import type { LiveObject, Manifest } from '../../../model/kubernetes-object.ts';
import { fieldManager } from '../../../model/own-object.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether the object has all that the manifest says, and we own it: a field that somebody else changed is owned by them.
 * What the API server adds as a default, and fields that others added, are no difference.
 */
export function isAsApplied({ metadata, spec, data }: Manifest, live: LiveObject): boolean {
  const { labels, annotations } = metadata;
  const applied: Fields = {
    metadata: { labels, annotations },
    ...(spec && { spec }),
    ...(data && { data }),
  };
  const owned = live.metadata.managedFields?.find(
    ({ manager, operation, subresource }) =>
      manager === fieldManager && operation === 'Apply' && !subresource,
  );
  return owned?.fieldsV1 !== undefined && owns(owned.fieldsV1, applied) && has({ ...live }, applied);
}

/** Whether a tree of `fieldsV1` has every field of the value. */
function owns(tree: Fields, value: unknown): boolean {
  if (Object.keys(tree).length === 0) return true; // one field as a whole
  if (Array.isArray(value)) return value.every((item) => ownsItem(tree, item));
  if (!isObject(value)) return true;
  return members(value).every(([name, member]) => {
    const node = tree[`f:${name}`];
    return isObject(node) && owns(node, member);
  });
}

/** An item of a list with keys, `k:{"port":80}`, or of a set, `v:"a"`. */
function ownsItem(tree: Fields, item: unknown): boolean {
  return Object.entries(tree).some(([key, node]) => {
    if (key.startsWith('v:')) return key.slice(2) === JSON.stringify(item);
    return (
      key.startsWith('k:') && isNamedBy(item, JSON.parse(key.slice(2))) && isObject(node) && owns(node, item)
    );
  });
}

/** A key that the item leaves out has its default. */
function isNamedBy(item: unknown, keys: Fields): boolean {
  return (
    isObject(item) &&
    Object.entries(keys).every(([name, key]) => item[name] === undefined || item[name] === key)
  );
}

/** Whether the live value has all of the applied one. */
function has(live: unknown, applied: unknown): boolean {
  if (Array.isArray(applied))
    return (
      Array.isArray(live) &&
      live.length === applied.length &&
      applied.every((item, index) => has(live[index], item))
    );
  if (!isObject(applied)) return live === applied;
  return isObject(live) && members(applied).every(([name, member]) => has(live[name], member));
}

function members(value: Fields): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
