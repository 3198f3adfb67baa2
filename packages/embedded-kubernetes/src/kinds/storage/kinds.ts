import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { defaultsOf } from '../rules/defaults.ts';
import { validationOf } from '../rules/validation.ts';
import { setClaimDefaults, setVolumeDefaults } from './defaults.ts';
import * as printers from './printers.ts';
import { validateClaim, validateClass, validateVolume } from './validation.ts';

const storage = { group: 'storage.k8s.io', namespaced: false, passive: true } as const;

/** Volumes, and who provides them. */
export const storageKinds: readonly Kind[] = [
  builtIn({
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    shortNames: ['pvc'],
    subresources: ['status'],
    printer: printers.claimPrinter,
    setDefaults: setClaimDefaults,
    validate: validateClaim,
  }),
  builtIn({
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    shortNames: ['pv'],
    namespaced: false,
    subresources: ['status'],
    printer: printers.volumePrinter,
    setDefaults: setVolumeDefaults,
    validate: validateVolume,
  }),
  builtIn({
    ...storage,
    kind: 'StorageClass',
    plural: 'storageclasses',
    shortNames: ['sc'],
    printer: printers.storageClassPrinter,
    setDefaults: defaultsOf({ reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
    validate: validateClass,
  }),
  builtIn({
    ...storage,
    kind: 'CSIDriver',
    plural: 'csidrivers',
    printer: printers.driverPrinter,
    setDefaults: defaultsOf({
      'spec.attachRequired': true,
      'spec.podInfoOnMount': false,
      'spec.storageCapacity': false,
      'spec.fsGroupPolicy': 'ReadWriteOnceWithFSType',
      'spec.volumeLifecycleModes': ['Persistent'],
      'spec.requiresRepublish': false,
      'spec.seLinuxMount': false,
    }),
  }),
  builtIn({ ...storage, kind: 'CSINode', plural: 'csinodes', printer: printers.storageNodePrinter }),
  builtIn({
    ...storage,
    kind: 'CSIStorageCapacity',
    plural: 'csistoragecapacities',
    namespaced: true,
    printer: printers.capacityPrinter,
    validate: validationOf({ required: { storageClassName: '' } }),
  }),
  builtIn({
    ...storage,
    kind: 'VolumeAttachment',
    plural: 'volumeattachments',
    subresources: ['status'],
    printer: printers.attachmentPrinter,
    setDefaults: defaultsOf({ 'status.attached': false }),
    validate: validationOf({ required: { 'spec.attacher': '', 'spec.nodeName': '' } }),
  }),
  builtIn({
    ...storage,
    kind: 'VolumeAttributesClass',
    plural: 'volumeattributesclasses',
    shortNames: ['vac'],
    printer: printers.attributesClassPrinter,
    validate: validationOf({ required: { driverName: '' }, immutable: ['driverName', 'parameters'] }),
  }),
];
