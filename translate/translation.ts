import type { ObjectDesired } from '../shared/mesh/objects-target/plan/object-claim.ts';
import { manifestOf, markedManifestOf } from '../shared/mesh/objects-target/plan/object-manifest.ts';
import { desiredMesh } from '../shared/mesh/plan/desired.ts';
import { Directory } from '../shared/mesh/plan/directory.ts';
import { entryOf } from '../shared/mesh/plan/entry.ts';
import type { KindVersions } from '../shared/mesh/plan/object-resource.ts';
import type { DesiredResource, ObjectPlan } from '../shared/mesh/plan/resource.ts';
import type { TargetRules } from '../shared/mesh/plan/target-rules.ts';
import type { ClusterObject } from '../shared/model/kubernetes.ts';
import type { Manifest } from '../shared/model/kubernetes-object.ts';
import { objectNameText } from '../shared/model/records/mesh-claim.ts';
import { assumed } from './assumed-objects.ts';

/** An object of the result, and the object that it is made from. */
export interface Translated {
  readonly manifest: Manifest;
  readonly source: string;
}

/** What is not carried over, or not exactly. */
export interface Row {
  readonly object: string;
  readonly field: string;
  readonly effect: string;
  readonly message: string;
  readonly instead: string;
}

export interface Translation {
  readonly objects: readonly Translated[];
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  /** Whether an object could not be translated. */
  readonly isRefused: boolean;
}

export interface Target {
  readonly rules: TargetRules;
  readonly versions: KindVersions;
}

/** `cluster`: whose marks of ownership are added, if any. */
export function translate(
  objects: readonly ClusterObject[],
  { rules, versions }: Target,
  cluster: string | undefined,
): Translation {
  const { meshes, labels, notes } = assumed(objects);
  const meshObjects = objects.filter(({ kind }) => kind !== 'Namespace');
  const entries = [...meshes, ...meshObjects].map((object) => entryOf(object));
  const desired = desiredMesh(new Directory(entries, labels), rules, () => undefined);
  const translated = [...desired.resources.values()].map((resource) => {
    const wanted = resource as ObjectDesired;
    const [version = 'v1'] = versions[wanted.resource.kind] ?? [];
    const manifest =
      cluster === undefined ? manifestOf(wanted, version) : markedManifestOf(wanted, version, cluster);
    return { manifest, source: objectNameText(wanted.sourceObject) };
  });
  const faults = [...desired.resources.values()].flatMap((resource) => faultRow(resource, rules));
  return {
    objects: translated,
    rows: distinct([...desired.objects.flatMap(rowsOf), ...faults]),
    notes,
    isRefused: faults.length > 0 || desired.objects.some(({ problems }) => problems.length > 0),
  };
}

/** Why the target would not be given the resource. */
function faultRow(resource: DesiredResource, rules: Target['rules']): readonly Row[] {
  const fault = rules.faultOf?.(resource as ObjectDesired);
  const object = objectNameText(resource.sourceObject);
  return fault ? [{ object, field: '', effect: fault.reason, message: fault.message, instead: '' }] : [];
}

function rowsOf({ entry, differences, problems }: ObjectPlan): readonly Row[] {
  const object = objectNameText(entry.id);
  const stated = differences
    // A field of another object is stated on that one.
    .filter((difference) => !difference.object || objectNameText(difference.object) === object)
    .map(({ path, effect, message, instead }) => ({ object, field: path, effect, message, instead }));
  const others = problems
    .filter(({ reason }) => reason !== 'Unsupported')
    .map(({ reason, message }) => ({ object, field: '', effect: reason, message, instead: '' }));
  return [...stated, ...others];
}

function distinct(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
