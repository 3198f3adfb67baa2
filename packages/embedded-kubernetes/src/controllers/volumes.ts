import { listAt, objectAt, stringAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject } from '../model/objects.ts';
import type { Api } from '../verbs/api.ts';
import { type ControlPlane, WorkQueue } from './control-plane.ts';

const claims = 'persistentvolumeclaims';
const volumes = 'persistentvolumes';
const usualClass = 'gp3';

/**
 * Binds each PersistentVolumeClaim to a volume of its own, as a provisioner would; nothing is stored. A claim that names
 * a volume is bound to it when it exists. A volume is deleted with its claim, unless its policy is Retain.
 */
export function startVolumeController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue = new WorkQueue(plane.timers, (key) => bind(plane, api, key));
  plane.store.subscribe(claims, ({ type, key, object }) => {
    if (type === 'DELETED') release(api, object);
    else queue.add(key);
  });
  plane.store.subscribe(volumes, ({ type }) => {
    if (type === 'ADDED')
      for (const claim of plane.store.list(claims)) if (!isBound(claim)) queue.add(keyText(claim));
  });
}

const keyText = ({ metadata }: KubernetesObject) => `${metadata.namespace}/${metadata.name}`;
const isBound = (claim: KubernetesObject) => stringAt(claim, 'status', 'phase') === 'Bound';

function bind(plane: ControlPlane, api: Api, key: string): void {
  const claim = plane.store.get(claims, key);
  if (!claim || isTerminating(claim) || isBound(claim)) return;
  const named = stringAt(claim, 'spec', 'volumeName');
  const volume = named
    ? api.get(volumes, undefined, named)
    : (api.get(volumes, undefined, `pvc-${claim.metadata.uid}`) ?? provision(api, claim));
  if (!volume) return;
  const { name } = volume.metadata;
  const latest = named
    ? claim
    : api.update({
        ...claim,
        spec: {
          ...objectAt(claim, 'spec'),
          volumeName: name,
        },
      });
  api.updateStatus(latest, {
    phase: 'Bound',
    accessModes: listAt(volume, 'spec', 'accessModes'),
    capacity: objectAt(volume, 'spec', 'capacity'),
  });
  api.updateStatus(volume, { ...objectAt(volume, 'status'), phase: 'Bound' });
  if (named) return;
  const message = `Successfully provisioned volume ${name}`;
  plane.recorder.record(claim, 'Normal', 'ProvisioningSucceeded', message, 'persistentvolume-controller');
}

function provision(api: Api, claim: KubernetesObject): KubernetesObject {
  const { name, namespace, uid } = claim.metadata;
  return api.create(volumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}` },
    spec: {
      accessModes: listAt(claim, 'spec', 'accessModes'),
      capacity: objectAt(claim, 'spec', 'resources', 'requests'),
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: stringAt(claim, 'spec', 'storageClassName') || usualClass,
      volumeMode: stringAt(claim, 'spec', 'volumeMode') || 'Filesystem',
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: `vol-${uid.replaceAll('-', '').slice(0, 17)}` },
    },
  });
}

function release(api: Api, claim: KubernetesObject): void {
  const volume = api.get(volumes, undefined, stringAt(claim, 'spec', 'volumeName'));
  if (!volume || stringAt(volume, 'spec', 'claimRef', 'uid') !== claim.metadata.uid) return;
  if (stringAt(volume, 'spec', 'persistentVolumeReclaimPolicy') === 'Delete')
    setImmediate(() => api.delete(volume));
  else setImmediate(() => api.updateStatus(volume, { ...objectAt(volume, 'status'), phase: 'Released' }));
}
