import { builtIn } from '../described.ts';
import type { Kind } from '../kind.ts';
import { setClaimDefaults, setVolumeDefaults } from './defaults.ts';
import { claimPrinter, volumePrinter } from './printers.ts';

export const storageKinds: readonly Kind[] = [
  builtIn({
    kind: 'PersistentVolumeClaim',
    plural: 'persistentvolumeclaims',
    shortNames: ['pvc'],
    subresources: ['status'],
    printer: claimPrinter,
    setDefaults: setClaimDefaults,
  }),
  builtIn({
    kind: 'PersistentVolume',
    plural: 'persistentvolumes',
    shortNames: ['pv'],
    namespaced: false,
    subresources: ['status'],
    printer: volumePrinter,
    setDefaults: setVolumeDefaults,
  }),
];
