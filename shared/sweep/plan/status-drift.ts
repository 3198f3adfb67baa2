import { statusPatch } from '../../mesh/plan/status.ts';
import type { LiveStatus } from '../../model/kubernetes-object.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import type { StatusRecord } from '../../model/records/status-record.ts';
import { isSameContent } from '../../pods/plan/same-content.ts';
import { type Finding, finding } from './findings/finding.ts';

/** A status that an object no longer has. */
export interface DriftedStatus {
  readonly record: StatusRecord;
  /** The same, as not written. */
  readonly next: StatusRecord;
  /** The fields that differ. */
  readonly fields: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a mesh object has lost of the status that was written to it, because it was restored from a backup or somebody changed
 * it; undefined if nothing. The writer of statuses knows only what it wrote. Fields and conditions of others are not compared, except the ARNs of routes: those that the
 * router does not have are removed with the next write. Without a mesh target, nobody writes the status in the mesh: what is
 * recorded of a former target is left out, since the App Mesh controller may write it again.
 */
export function driftOf(
  record: StatusRecord,
  live: ReadonlyMap<string, LiveStatus>,
  hasMeshTarget: boolean,
): DriftedStatus | undefined {
  const { object, uid, mesh, written, revision } = record;
  const found = live.get(objectNameText(object));
  if (found === undefined || found.uid !== uid || written !== revision) return undefined;
  const { status } = found;
  const own = hasMeshTarget ? record : { instances: record.instances };
  const { conditions, ...patch } = statusPatch(object, own);
  const types = [...(hasMeshTarget ? [`${object.kind}Active`] : []), 'CloudMapInstancesRegistered'];
  const fields = Object.keys(patch).filter(
    (field) => !isSameContent(patch[field] ?? {}, status[field] ?? {}),
  );
  if (!isSameContent(conditions, ownConditions(status, types))) fields.push('conditions');
  if (fields.length === 0) return undefined;
  const routes = status.routeARNs as Fields | undefined;
  const former = Object.keys(routes ?? {}).map((name) => [name, null]);
  const next = {
    ...record,
    ...(mesh?.routeArns && {
      mesh: { ...mesh, routeArns: { ...Object.fromEntries(former), ...mesh.routeArns } },
    }),
    written: undefined,
  };
  return { record, next, fields };
}

/** The conditions of the types that this system writes. */
function ownConditions({ conditions }: Fields, types: readonly unknown[]): readonly unknown[] {
  if (!Array.isArray(conditions)) return [];
  return conditions.filter((each: { readonly type?: unknown } | null) => types.includes(each?.type));
}

export function statusDrifted({ record, fields }: DriftedStatus): Finding {
  const detail = `its status is not the one that was written to it: ${fields.join(', ')}`;
  return finding('StatusDrifted', { object: objectNameText(record.object), detail });
}
