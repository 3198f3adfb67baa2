import { at, isEqual, isObject, listAt, objectAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, forbiddenField, notSupported, required } from '../../model/status.ts';
import { immutableFaults, optionFaults } from '../faults.ts';

type Old = KubernetesObject | undefined;

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

export function validateClaim(claim: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(claim, 'spec');
  return [
    ...claimSpecFaults(spec, 'spec'),
    ...(old && !isEqual(fixed(spec), fixed(objectAt(old, 'spec')))
      ? [forbiddenField('spec', changeRefusal)]
      : []),
  ];
}

const changeRefusal =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

/** The spec without what may change, or what the binding of the claim sets. */
function fixed(spec: JsonObject): JsonObject {
  const { resources: _, volumeAttributesClassName: __, volumeName: ___, ...rest } = spec;
  return rest;
}

export function claimSpecFaults(spec: JsonObject, path: string): FieldFault[] {
  return [
    ...modesFaults(spec, path, 'at least 1 access mode is required'),
    ...(at(spec, 'resources', 'requests', 'storage') === undefined
      ? [required(`${path}.resources[storage]`)]
      : []),
  ];
}

export function validateVolume(volume: KubernetesObject): FieldFault[] {
  const spec = objectAt(volume, 'spec');
  const capacity = objectAt(spec, 'capacity');
  const sources = Object.keys(spec).filter((name) => !plainFields.includes(name) && isObject(spec[name]));
  return [
    ...modesFaults(spec, 'spec', ''),
    ...(Object.keys(capacity).length === 0 ? [required('spec.capacity')] : []),
    ...(capacity.storage === undefined
      ? [notSupported('spec.capacity', spec.capacity ?? null, ['storage'])]
      : []),
    ...(sources.length === 0 ? [required('spec', 'must specify a volume type')] : []),
    ...(sources.length > 1
      ? sources
          .slice(1)
          .map((name) => forbiddenField(`spec.${name}`, 'may not specify more than 1 volume type'))
      : []),
  ];
}

const plainFields = ['capacity', 'claimRef', 'nodeAffinity'];

function modesFaults(spec: JsonObject, path: string, why: string): FieldFault[] {
  const given = listAt(spec, 'accessModes');
  if (given.length === 0) return [required(`${path}.accessModes`, why)];
  return given
    .filter((mode) => !modes.includes(String(mode)))
    .map((mode) => notSupported(`${path}.accessModes`, mode, modes));
}

/** Only whether volumes may be expanded, and the mount options, may change. */
export function validateClass(storageClass: KubernetesObject, old: Old): FieldFault[] {
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode } = storageClass;
  return [
    ...(provisioner ? [] : [required('provisioner')]),
    ...optionFaults(reclaimPolicy, ['Delete', 'Retain'], 'reclaimPolicy'),
    ...optionFaults(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode'),
    ...(old
      ? [
          ...(isEqual(parameters, old.parameters)
            ? []
            : [forbiddenField('parameters', 'updates to parameters are forbidden.')]),
          ...(provisioner === old.provisioner
            ? []
            : [forbiddenField('provisioner', 'updates to provisioner are forbidden.')]),
          ...immutableFaults(reclaimPolicy, old.reclaimPolicy, 'reclaimPolicy'),
          ...immutableFaults(volumeBindingMode, old.volumeBindingMode, 'volumeBindingMode'),
        ]
      : []),
  ];
}
