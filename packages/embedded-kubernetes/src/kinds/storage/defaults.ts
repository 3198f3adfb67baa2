import { ensureObject, setDefault } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';

export function setClaimDefaults(claim: KubernetesObject): void {
  setClaimSpecDefaults(ensureObject(claim, 'spec'));
  setDefault(ensureObject(claim, 'status'), 'phase', 'Pending');
}

export function setClaimSpecDefaults(spec: JsonObject): void {
  setDefault(spec, 'volumeMode', 'Filesystem');
}

export function setVolumeDefaults(volume: KubernetesObject): void {
  const spec = ensureObject(volume, 'spec');
  setDefault(spec, 'persistentVolumeReclaimPolicy', 'Retain');
  setDefault(spec, 'volumeMode', 'Filesystem');
  setDefault(ensureObject(volume, 'status'), 'phase', 'Pending');
}
