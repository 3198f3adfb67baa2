import { at, isEqual, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, forbiddenField, invalidValue, required } from '../../model/status.ts';
import { optionFaults } from '../faults.ts';

/** Validates ConfigMaps and Secrets: keys, and no change if immutable. */
export function validateData(object: KubernetesObject, old: KubernetesObject | undefined): FieldFault[] {
  const keys = [...Object.keys(objectAt(object, 'data')), ...Object.keys(objectAt(object, 'binaryData'))];
  const form = /^[-._a-zA-Z0-9]{1,253}$/;
  const message =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
  const isFrozen = old?.immutable === true && !isEqual(object.data, old.data);
  return [
    ...keys.filter((key) => !form.test(key)).map((key) => invalidValue(`data[${key}]`, key, message)),
    ...(isFrozen ? [forbiddenField('data', 'field is immutable when `immutable` is set')] : []),
  ];
}

export function validateEvent(event: KubernetesObject): FieldFault[] {
  const namespace = stringAt(event, 'involvedObject', 'namespace') || 'default';
  return namespace === event.metadata.namespace
    ? []
    : [invalidValue('involvedObject.namespace', namespace, 'does not match event.namespace')];
}

/** Validates a CustomResourceDefinition: consistent names, one storage version, a schema in each version. */
export function validateDefinition(object: KubernetesObject): FieldFault[] {
  const spec = objectAt(object, 'spec');
  const expected = `${stringAt(spec, 'names', 'plural')}.${stringAt(spec, 'group')}`;
  const versions = listAt(spec, 'versions');
  const stored = versions.filter((version) => at(version, 'storage') === true).length;
  return [
    ...(['group', 'scope'] as const)
      .filter((field) => !spec[field])
      .map((field) => required(`spec.${field}`)),
    ...(['plural', 'kind'] as const)
      .filter((field) => stringAt(spec, 'names', field) === '')
      .map((field) => required(`spec.names.${field}`)),
    ...(object.metadata.name === expected
      ? []
      : [invalidValue('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...optionFaults(spec.scope, ['Cluster', 'Namespaced'], 'spec.scope'),
    ...(stored === 1
      ? []
      : [
          invalidValue(
            'spec.versions',
            versions.length,
            'must have exactly one version marked as storage version',
          ),
        ]),
    ...versions.flatMap((version, index) =>
      isObject(at(version, 'schema', 'openAPIV3Schema'))
        ? []
        : [required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required')],
    ),
  ];
}
