import { at, isObject, listAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import {
  ageColumn,
  boolean,
  count,
  createdColumn,
  field,
  integer,
  nameColumn,
  orNone,
  printerOf,
  text,
  wide,
} from '../columns.ts';
import { nameWithDefault } from '../network/ingress-printers.ts';

const modeTexts: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function modesText(modes: readonly unknown[]): string {
  return Object.keys(modeTexts)
    .filter((mode) => modes.includes(mode))
    .map((mode) => modeTexts[mode])
    .join(',');
}

const phaseText = (object: KubernetesObject) =>
  isTerminating(object) ? 'Terminating' : stringAt(object, 'status', 'phase');

/** The class, which was an annotation once. */
function classText(object: KubernetesObject): string {
  return (
    object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ??
    stringAt(object, 'spec', 'storageClassName')
  );
}

const isBound = (claim: KubernetesObject) => stringAt(claim, 'spec', 'volumeName') !== '';

export const claimPrinter = printerOf(
  nameColumn,
  text('Status', phaseText),
  text('Volume', field('spec.volumeName')),
  text('Capacity', (claim) => (isBound(claim) ? stringAt(claim, 'status', 'capacity', 'storage') : '')),
  text('Access Modes', (claim) => (isBound(claim) ? modesText(listAt(claim, 'status', 'accessModes')) : '')),
  text('StorageClass', classText),
  text('VolumeAttributesClass', field('spec.volumeAttributesClassName', '<unset>')),
  ageColumn,
  wide(text('VolumeMode', field('spec.volumeMode', '<unset>'))),
);

export const volumePrinter = printerOf(
  nameColumn,
  text('Capacity', field('spec.capacity.storage')),
  text('Access Modes', (volume) => modesText(listAt(volume, 'spec', 'accessModes'))),
  text('Reclaim Policy', field('spec.persistentVolumeReclaimPolicy')),
  text('Status', phaseText),
  text('Claim', (volume) => {
    const claim = at(volume, 'spec', 'claimRef');
    return isObject(claim) ? `${stringAt(claim, 'namespace')}/${stringAt(claim, 'name')}` : '';
  }),
  text('StorageClass', classText),
  text('VolumeAttributesClass', field('spec.volumeAttributesClassName', '<unset>')),
  text('Reason', field('status.reason')),
  ageColumn,
  wide(text('VolumeMode', field('spec.volumeMode', '<unset>'))),
);

const isTrue = (path: string) => (object: KubernetesObject) => field(path)(object, 0) === true;

export const storageClassPrinter = printerOf(
  { ...nameColumn, cell: (object) => nameWithDefault(object, 'storageclass.kubernetes.io/is-default-class') },
  text('Provisioner', field('provisioner')),
  text('ReclaimPolicy', field('reclaimPolicy', 'Delete')),
  text('VolumeBindingMode', field('volumeBindingMode', 'Immediate')),
  text('AllowVolumeExpansion', isTrue('allowVolumeExpansion')),
  ageColumn,
);

export const driverPrinter = printerOf(
  nameColumn,
  boolean('AttachRequired', field('spec.attachRequired', true)),
  boolean('PodInfoOnMount', isTrue('spec.podInfoOnMount')),
  boolean('StorageCapacity', isTrue('spec.storageCapacity')),
  text('TokenRequests', (driver) =>
    at(driver, 'spec', 'tokenRequests') === undefined
      ? '<unset>'
      : listAt(driver, 'spec', 'tokenRequests')
          .map((request) => stringAt(request, 'audience'))
          .join(','),
  ),
  boolean('RequiresRepublish', isTrue('spec.requiresRepublish')),
  text('Modes', (driver) => orNone(listAt(driver, 'spec', 'volumeLifecycleModes').join(','))),
  ageColumn,
);

export const storageNodePrinter = printerOf(
  nameColumn,
  integer('Drivers', count('spec', 'drivers')),
  ageColumn,
);

export const capacityPrinter = printerOf(nameColumn, createdColumn);

export const attachmentPrinter = printerOf(
  nameColumn,
  { ...text('Attacher', field('spec.attacher')), format: 'name' },
  text('PV', field('spec.source.persistentVolumeName')),
  text('Node', field('spec.nodeName')),
  boolean('Attached', isTrue('status.attached')),
  ageColumn,
);

export const attributesClassPrinter = printerOf(
  nameColumn,
  text('DriverName', field('driverName')),
  ageColumn,
);
