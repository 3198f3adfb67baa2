import { fieldSchema, itemSchema, type Schema } from '../kinds/schema.ts';
import { isEqual, isObject } from '../model/json.ts';
import type { JsonObject } from '../model/objects.ts';
import { badRequest } from '../model/status.ts';
import { applyOrder } from './element-order.ts';

const setElementOrder = '$setElementOrder/';
const deleteFromPrimitiveList = '$deleteFromPrimitiveList/';

/**
 * Kubernetes' strategic merge patch: a merge patch that also merges lists by key if their schema says so, and supports
 * the directives `$patch`, `$retainKeys`, `$setElementOrder/…` and `$deleteFromPrimitiveList/…` (apimachinery's
 * strategicpatch). Changes neither argument. Throws 400 for a malformed patch.
 */
export function strategicMergePatch(
  target: JsonObject,
  patch: JsonObject,
  schema: Schema | undefined,
): JsonObject {
  const directive = patch.$patch;
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge')
    throw badRequest(`Unknown patch type found: ${directive}`);
  const merged = retainKeys(target, patch);
  for (const key of Object.keys(patch)) {
    if (key.startsWith(deleteFromPrimitiveList)) deletePrimitives(merged, key, patch[key]);
  }
  for (const key of Object.keys(patch)) if (!key.startsWith('$')) mergeField(merged, key, patch, schema);
  for (const key of Object.keys(patch)) {
    if (key.startsWith(setElementOrder)) reorder(merged, key, patch[key], target, schema);
  }
  return merged;
}

function mergeField(merged: JsonObject, key: string, patch: JsonObject, schema: Schema | undefined): void {
  const value = patch[key];
  if (value === null) {
    delete merged[key];
    return;
  }
  const current = merged[key];
  const field = fieldSchema(schema, key);
  if (isObject(value) && isObject(current)) merged[key] = strategicMergePatch(current, value, field);
  else if (Array.isArray(value) && Array.isArray(current) && merges(field))
    merged[key] = mergeList(current, value, field);
  else merged[key] = Array.isArray(value) && !merges(field) ? value : freshItem(value);
}

function mergeList(current: unknown[], patch: unknown[], schema: Schema | undefined): unknown[] {
  const key = schema?.['x-kubernetes-patch-merge-key'];
  if (key === undefined) {
    const added = patch.filter((item) => !current.some((other) => isEqual(other, item)));
    return applyOrder([...current, ...added], patch, current, undefined);
  }
  if (patch.some(isReplaceMarker)) return freshItem(patch) as unknown[];
  return mergeByKey(current, patch, key, itemSchema(schema));
}

function mergeByKey(
  current: unknown[],
  patch: unknown[],
  key: string,
  schema: Schema | undefined,
): unknown[] {
  const merged = [...current];
  const kept: unknown[] = [];
  for (const item of patch) {
    if (!isObject(item) || item[key] === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const matches = (other: unknown) => isObject(other) && isEqual(other[key], item[key]);
    if (item.$patch === 'delete') {
      for (let index = merged.findIndex(matches); index >= 0; index = merged.findIndex(matches))
        merged.splice(index, 1);
      continue;
    }
    kept.push(item);
    const index = merged.findIndex(matches);
    if (index < 0) merged.push(fresh(item));
    else merged[index] = strategicMergePatch(merged[index] as JsonObject, item, schema);
  }
  return applyOrder(merged, kept, current, key);
}

/** `$setElementOrder/list`: the list in the given order; items that only the server has keep their position. */
function reorder(
  merged: JsonObject,
  directive: string,
  order: unknown,
  target: JsonObject,
  schema: Schema | undefined,
): void {
  const field = directive.slice(setElementOrder.length);
  const list = merged[field];
  if (!Array.isArray(order)) throw badRequest(`${directive} must be a list`);
  if (!Array.isArray(list)) return;
  const server = Array.isArray(target[field]) ? (target[field] as unknown[]) : [];
  const key = fieldSchema(schema, field)?.['x-kubernetes-patch-merge-key'];
  const keyless = order.find((item) => key !== undefined && !(isObject(item) && key in item));
  if (keyless !== undefined)
    throw badRequest(`map: ${JSON.stringify(keyless)} does not contain declared merge key: ${key}`);
  merged[field] = applyOrder(list, order, server, key);
}

function deletePrimitives(merged: JsonObject, directive: string, values: unknown): void {
  const field = directive.slice(deleteFromPrimitiveList.length);
  const list = merged[field];
  if (!Array.isArray(values)) throw badRequest(`${directive} must be a list`);
  if (Array.isArray(list)) merged[field] = list.filter((item) => !values.includes(item));
}

/** `$retainKeys` lists the fields to keep; it must contain every field that the patch sets. */
function retainKeys(target: JsonObject, patch: JsonObject): JsonObject {
  const retained = patch.$retainKeys;
  if (retained === undefined) return { ...target };
  if (!Array.isArray(retained)) throw badRequest('$retainKeys must be a list of field names');
  const stray = Object.keys(patch).find(
    (key) => !key.startsWith('$') && patch[key] !== null && !retained.includes(key),
  );
  if (stray !== undefined) throw badRequest(`$retainKeys does not contain ${stray}, which the patch sets`);
  return Object.fromEntries(Object.entries(target).filter(([key]) => retained.includes(key)));
}

function merges(schema: Schema | undefined): boolean {
  return schema?.['x-kubernetes-patch-strategy']?.split(',').includes('merge') ?? false;
}

/** An item with this directive makes the patch's other items replace the whole list. */
function isReplaceMarker(item: unknown): boolean {
  return isObject(item) && item.$patch === 'replace';
}

/** The value of a patch where no value exists: without nulls and directives. */
function fresh(patch: JsonObject): JsonObject {
  if (patch.$patch === 'delete') return {};
  const kept = Object.entries(patch).filter(([key, value]) => value !== null && !key.startsWith('$'));
  return Object.fromEntries(kept.map(([key, value]) => [key, freshItem(value)]));
}

function freshItem(value: unknown): unknown {
  if (Array.isArray(value))
    return value.filter((item) => !(isObject(item) && item.$patch !== undefined)).map(freshItem);
  return isObject(value) ? fresh(value) : value;
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => key !== '$patch'));
}
