import { isEqual, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject, OwnerReference } from '../../model/objects.ts';
import { ApiError } from '../../model/status.ts';
import type { Api } from '../../verbs/api.ts';
import type { ControlPlane } from '../control-plane.ts';
import { recordOnce } from '../workload/create-pod.ts';
import { claimsOf } from './identity.ts';

const resource = 'persistentvolumeclaims';

/** Creates the PersistentVolumeClaims of a pod that are missing; those that are there are used again. */
export function ensureClaims(
  plane: ControlPlane,
  api: Api,
  set: KubernetesObject,
  podName: string,
  component: string,
): void {
  for (const claim of claimsOf(set, podName)) {
    const name = stringAt(claim, 'metadata', 'name');
    if (api.get(resource, set.metadata.namespace, name)) continue;
    createClaim(plane, api, set, podName, component, claim);
    const message = `create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name} success`;
    plane.recorder.record(set, 'Normal', 'SuccessfulCreate', message, component);
  }
}

/** Records a refusal once, and throws it. */
function createClaim(
  plane: ControlPlane,
  api: Api,
  set: KubernetesObject,
  podName: string,
  component: string,
  claim: JsonObject,
): void {
  try {
    api.create(resource, claim);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const place = `${stringAt(claim, 'metadata', 'name')} for Pod ${podName} in StatefulSet ${set.metadata.name}`;
    const message = `create Claim ${place} failed error: ${error.message}`;
    recordOnce(plane, set, 'Warning', 'FailedCreate', message, component);
    throw error;
  }
}

/**
 * Sets the owners of a pod's claims by the retention policy, so that the garbage collector deletes them with the
 * StatefulSet, or with a pod that is scaled down:
 *
 * | whenDeleted | whenScaled | pod wanted  | pod scaled down |
 * |-------------|------------|-------------|-----------------|
 * | Retain      | Retain     | none        | none            |
 * | Delete      | Retain     | StatefulSet | StatefulSet     |
 * | Retain      | Delete     | none        | pod             |
 * | Delete      | Delete     | StatefulSet | pod             |
 */
export function ownClaims(api: Api, set: KubernetesObject, pod: KubernetesObject, isWanted: boolean): void {
  const policy = (when: string) =>
    stringAt(set, 'spec', 'persistentVolumeClaimRetentionPolicy', when) === 'Delete';
  const byPod = !isWanted && policy('whenScaled');
  const owner = byPod ? pod : policy('whenDeleted') ? set : undefined;
  for (const { metadata } of claimsOf(set, pod.metadata.name) as unknown as KubernetesObject[]) {
    const claim = api.get(resource, set.metadata.namespace, metadata.name);
    if (claim) setOwner(api, claim, [set, pod], owner);
  }
}

function setOwner(
  api: Api,
  claim: KubernetesObject,
  possible: readonly KubernetesObject[],
  owner: KubernetesObject | undefined,
): void {
  const { ownerReferences = [] } = claim.metadata;
  const others = ownerReferences.filter(
    ({ kind, name }) => !possible.some((each) => each.kind === kind && each.metadata.name === name),
  );
  const next = owner ? [...others, reference(owner)] : others;
  if (!isEqual(next, ownerReferences))
    api.update({ ...claim, metadata: { ...claim.metadata, ownerReferences: next } });
}

function reference({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid };
}
