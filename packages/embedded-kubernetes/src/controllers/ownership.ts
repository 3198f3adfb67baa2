import { matchesLabels, selectorOf } from '../kinds/label-selector.ts';
import { at } from '../model/json.ts';
import { controllerOf, isTerminating, type KubernetesObject, type OwnerReference } from '../model/objects.ts';
import type { Api } from '../verbs/api.ts';

/** The controller ownerReference of objects that a controller creates. */
export function controllerReference(owner: KubernetesObject): OwnerReference {
  const { name, uid } = owner.metadata;
  const { apiVersion, kind } = owner;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/**
 * The objects that an owner with a selector controls: its own that match, and matching orphans, which it adopts. Its
 * own that no longer match are released: so a pod leaves its ReplicaSet when a label changes.
 */
export function claim(
  api: Api,
  owner: KubernetesObject,
  candidates: readonly KubernetesObject[],
): KubernetesObject[] {
  const selector = selectorOf(at(owner, 'spec', 'selector'));
  return candidates.flatMap((candidate) => {
    const controller = controllerOf(candidate);
    const matches = matchesLabels(candidate.metadata.labels, selector);
    if (controller?.uid === owner.metadata.uid) {
      if (matches || isTerminating(candidate)) return [candidate];
      release(api, owner, candidate);
      return [];
    }
    if (controller || !matches || isTerminating(candidate)) return [];
    return [adopt(api, owner, candidate)];
  });
}

function release(api: Api, owner: KubernetesObject, object: KubernetesObject): void {
  const ownerReferences =
    object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid) ?? [];
  api.update({ ...object, metadata: { ...object.metadata, ownerReferences } });
}

function adopt(api: Api, owner: KubernetesObject, object: KubernetesObject): KubernetesObject {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
  return api.update({ ...object, metadata: { ...object.metadata, ownerReferences } });
}
