import type { Kind } from '../kinds/kind.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { isEqual } from '../model/json.ts';
import type { KubernetesObject, ManagedFieldsEntry } from '../model/objects.ts';
import { ApiError } from '../model/status.ts';
import {
  difference,
  type FieldSet,
  fromFieldsV1,
  isEmpty,
  isSameSet,
  onlyFields,
  setOf,
  toFieldsV1,
  union,
  withoutFields,
} from './field-set.ts';
import { type Comparison, compare } from './typed.ts';

/** The writer: the manager's name and the subresource. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string | undefined;
  readonly apiVersion: string;
}

export interface Managed extends Writer {
  readonly fields: FieldSet;
  readonly time: string | undefined;
}

/** Metadata that the server writes and that has no owner (fieldmanager's stripMeta). */
const systemMetadata = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
].map((field) => `f:${field}`);

export function readManaged(object: KubernetesObject | undefined): Managed[] {
  return (object?.metadata.managedFields ?? []).map((entry) => ({
    manager: entry.manager,
    operation: entry.operation,
    subresource: entry.subresource,
    apiVersion: entry.apiVersion,
    fields: fromFieldsV1(entry.fieldsV1),
    time: entry.time,
  }));
}

export function writeManaged(managed: readonly Managed[]): ManagedFieldsEntry[] {
  return managed.map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
    manager,
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(fields),
    ...(subresource !== undefined && subresource !== '' && { subresource }),
  }));
}

/** An applier is the same manager in all versions; an updater is another one in each version. */
export function isSameWriter(a: Writer, b: Writer): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    (a.subresource ?? '') === (b.subresource ?? '') &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion)
  );
}

/** The fields of a set that can have an owner, for the subresource: only status, or all but status. */
export function ownable(set: FieldSet, kind: Kind, subresource: string | undefined): FieldSet {
  const bare = withoutFields(set, ['f:apiVersion', 'f:kind']);
  const metadata = bare.children.get('f:metadata');
  const children = new Map(bare.children);
  // The object and its metadata as a whole have no owner, only their fields do.
  if (metadata) children.set('f:metadata', { ...withoutFields(metadata, systemMetadata), member: false });
  const all = setOf(false, children);
  if (subresource === 'status') return onlyFields(all, ['f:status', 'f:metadata']);
  return kind.subresources.includes('status') ? withoutFields(all, ['f:status']) : all;
}

/**
 * The managed fields after an update (create, replace, patch): the writer owns the fields that it added or changed;
 * others lose those and removed fields. The client may edit them: `after.metadata.managedFields` is used as sent, and
 * an explicitly empty list resets them. An object without tracked fields stays so.
 */
export function trackUpdate(
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  kind: Kind,
  writer: Writer,
  now: string,
): ManagedFieldsEntry[] {
  const sent = after.metadata.managedFields;
  const edited = sent !== undefined && !isEqual(sent, before?.metadata.managedFields);
  const managed = readManaged(edited ? after : before);
  if (before && managed.length === 0) return [];
  const changes = changesOf(before, after, kind);
  if (!changes) return writeManaged(managed);
  const part = (set: FieldSet) => ownable(set, kind, writer.subresource);
  const [gained, removed] = [union(part(changes.added), part(changes.modified)), part(changes.removed)];
  const others = managed
    .filter((entry) => !isSameWriter(entry, writer))
    .map((entry) => lose(lose(entry, gained), removed))
    .filter((entry) => !isEmpty(entry.fields));
  const mine = managed.find((entry) => isSameWriter(entry, writer));
  const fields = union(mine ? difference(mine.fields, removed) : setOf(false, []), gained);
  return writeManaged(withWriter(others, mine, writer, fields, now));
}

/** Undefined if the object's lists cannot be keyed: the update succeeds, but its fields are not tracked. */
function changesOf(
  before: KubernetesObject | undefined,
  after: KubernetesObject,
  kind: Kind,
): Comparison | undefined {
  try {
    return compare(before ?? {}, after, kind.schema);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Adds the writer's entry; its time changes only with its fields. */
export function withWriter(
  others: readonly Managed[],
  mine: Managed | undefined,
  writer: Writer,
  fields: FieldSet,
  now: string,
): Managed[] {
  if (isEmpty(fields)) return [...others];
  const time = mine && isSameSet(mine.fields, fields) ? mine.time : now;
  const appliers = others.filter(({ operation }) => operation === 'Apply');
  const updaters = others.filter(({ operation }) => operation === 'Update');
  const entry: Managed = { ...writer, fields, time };
  return writer.operation === 'Apply' ? [...appliers, entry, ...updaters] : [...appliers, ...updaters, entry];
}

export function lose(entry: Managed, fields: FieldSet): Managed {
  return { ...entry, fields: difference(entry.fields, fields) };
}

export function writerOf(
  kind: Kind,
  manager: string,
  operation: 'Apply' | 'Update',
  subresource?: string,
): Writer {
  return { manager, operation, subresource, apiVersion: apiVersionOf(kind) };
}
