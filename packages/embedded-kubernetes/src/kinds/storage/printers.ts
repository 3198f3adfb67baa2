import { at, isObject, listAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject } from '../../model/objects.ts';
import { ageColumn, field, nameColumn, printerOf, text, wide } from '../columns.ts';

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
