import type { KubernetesObjects } from '../../ports/kubernetes-objects.ts';
import type { MeshTarget } from '../mesh-target.ts';
import type { KindVersions } from '../plan/object-resource.ts';
import type { TargetRules } from '../plan/target-rules.ts';
import { ensureObject } from './ensure-object.ts';
import { type ObjectsRun, ServedKinds } from './objects-run.ts';
import type { ObjectClaim } from './plan/object-claim.ts';
import { releaseObject } from './release-object.ts';
import { verifyObjects } from './verify-objects.ts';

export interface ObjectsTargetOptions {
  readonly rules: TargetRules<ObjectClaim>;
  /** The objects of the cluster that the target is in. */
  readonly objects: KubernetesObjects;
  readonly versions: KindVersions;
  /** For the verification: what is expected of an object, where that depends on the live one. */
  readonly expected?: ObjectsRun['expected'];
}

/** A mesh target whose resources are objects of the cluster, for one run. */
export function objectsTarget({
  rules,
  objects,
  versions,
  expected,
}: ObjectsTargetOptions): MeshTarget<ObjectClaim> {
  const kinds = new ServedKinds(objects, rules.title, versions);
  return {
    rules,
    ensure: (run, step) => ensureObject({ run, objects, kinds }, step),
    release: (run, claim) => releaseObject({ run, objects, kinds }, claim),
    verify: (run, resources) => verifyObjects({ run, objects, kinds, expected }, resources),
  };
}
