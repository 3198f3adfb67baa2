import type { Kind } from '../kinds/kind.ts';
import type { JsonObject, KubernetesObject, ManagedFieldsEntry } from '../model/objects.ts';
import { ApiError, type StatusCause } from '../model/status.ts';
import { difference, type FieldSet, intersection, isEmpty, pathTexts, union } from './field-set.ts';
import { fieldsLastApplied, withLastApplied } from './last-applied.ts';
import {
  isSameWriter,
  lose,
  type Managed,
  ownable,
  readManaged,
  type Writer,
  withWriter,
  writeManaged,
  writerOf,
} from './managed-fields.ts';
import { compare, fieldsOf, mergeApplied, removeFields } from './typed.ts';

export interface Applied {
  readonly object: KubernetesObject;
  readonly managedFields: ManagedFieldsEntry[];
}

/**
 * Server-side apply, the algorithm of structured-merge-diff: merges the configuration into the live object, removes the
 * fields that only this manager owned and no longer applies, and takes ownership. Throws 409 with a cause for each
 * field that another manager owns with another value, unless `force`.
 */
export function applyConfiguration(
  live: KubernetesObject,
  configuration: JsonObject,
  kind: Kind,
  writer: Writer,
  options: { readonly force: boolean; readonly now: string },
): Applied {
  const managed = managersOf(live, kind, options.now);
  const mine = managed.find((entry) => isSameWriter(entry, writer));
  const others = managed.filter((entry) => entry !== mine);
  const named = fieldsOf(configuration, kind.schema);
  const applied = ownable(named, kind, writer.subresource);
  const merged = mergeApplied(live, configuration, kind.schema);
  // Including applied fields without an owner, such as the name, so that they stay.
  const owned = others.reduce((set, { fields }) => union(set, fields), named);
  const object = (mine ? removeFields(merged, mine.fields, owned, kind.schema) : merged) as KubernetesObject;
  const { added, modified, removed } = compare(live, object, kind.schema);
  const changed = union(added, modified);
  const isKubectl = writer.manager === 'kubectl';
  const contested = isKubectl ? difference(changed, fieldsLastApplied(live, kind)) : changed;
  const conflicts = conflictsOf(others, contested);
  if (conflicts.length > 0 && !options.force) throw conflictError(conflicts);
  const left = others
    .map((entry) => lose(lose(entry, changed), removed))
    .filter(({ fields }) => !isEmpty(fields));
  return {
    object: isKubectl ? withLastApplied(object, configuration) : object,
    managedFields: writeManaged(withWriter(left, mine, writer, applied, options.now)),
  };
}

/** If an object has no tracked fields, a manager of its own owns all of them. */
function managersOf(live: KubernetesObject, kind: Kind, now: string): Managed[] {
  const managed = readManaged(live);
  if (managed.length > 0) return managed;
  const writer = writerOf(kind, 'before-first-apply', 'Update');
  const fields = ownable(compare({}, live, kind.schema).added, kind, undefined);
  return [{ ...writer, fields, time: now }];
}

interface FieldConflict {
  readonly entry: Managed;
  readonly fields: FieldSet;
}

function conflictsOf(others: readonly Managed[], changed: FieldSet): FieldConflict[] {
  return others
    .map((entry) => ({ entry, fields: intersection(entry.fields, changed) }))
    .filter(({ fields }) => !isEmpty(fields))
    .sort((a, b) => (a.entry.manager < b.entry.manager ? -1 : 1));
}

function conflictError(conflicts: readonly FieldConflict[]): ApiError {
  const causes = conflicts.flatMap(({ entry, fields }) =>
    pathTexts(fields).map(
      (field): StatusCause => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${managerText(entry)}`,
        field,
      }),
    ),
  );
  const [only] = causes;
  const text =
    causes.length === 1 && only
      ? `1 conflict: ${only.message}: ${only.field}`
      : `${causes.length} conflicts: ${conflicts.map(conflictText).join('\n')}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${text}`, { causes });
}

function conflictText({ entry, fields }: FieldConflict): string {
  return [`conflicts with ${managerText(entry)}:`, ...pathTexts(fields).map((path) => `- ${path}`)].join(
    '\n',
  );
}

function managerText({ manager, subresource, operation, apiVersion }: Managed): string {
  const through = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return `"${manager}"${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
