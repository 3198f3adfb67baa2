import { at, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, forbiddenField, invalidValue, required } from '../../model/status.ts';
import { immutableFaults, optionFaults } from '../faults.ts';

export function validateAutoscaler(scaler: KubernetesObject): FieldFault[] {
  const { kind, name, apiVersion = '' } = objectAt(scaler, 'spec', 'scaleTargetRef');
  return [
    ...replicasFaults(scaler),
    ...(kind ? [] : [required('spec.scaleTargetRef.kind')]),
    ...(name ? [] : [required('spec.scaleTargetRef.name')]),
    ...(apiVersion === ''
      ? [invalidValue('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group')]
      : []),
  ];
}

function replicasFaults(scaler: KubernetesObject): FieldFault[] {
  const spec = objectAt(scaler, 'spec');
  const [minimum, maximum] = [numberAt(spec, 'minReplicas'), numberAt(spec, 'maxReplicas')];
  return [
    ...(minimum < 1 ? [invalidValue('spec.minReplicas', minimum, 'must be greater than or equal to 1')] : []),
    ...(maximum === 0 ? [required('spec.maxReplicas', 'must be set and greater than 0')] : []),
    ...(maximum < 0 ? [invalidValue('spec.maxReplicas', maximum, 'must be greater than or equal to 1')] : []),
    ...(maximum < minimum
      ? [invalidValue('spec.maxReplicas', maximum, 'must be greater than or equal to `minReplicas`')]
      : []),
  ];
}

export function validateBudget(budget: KubernetesObject): FieldFault[] {
  const spec = objectAt(budget, 'spec');
  if (at(spec, 'minAvailable') === undefined || at(spec, 'maxUnavailable') === undefined) return [];
  return [invalidValue('spec', spec, 'minAvailable and maxUnavailable cannot be both set')];
}

const namePart =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

export function validateLimitRange(range: KubernetesObject): FieldFault[] {
  return listAt(range, 'spec', 'limits').flatMap((limit, index) => {
    const path = `spec.limits[${index}].type`;
    if (stringAt(limit, 'type') !== '') return [];
    return [invalidValue(path, '', 'name part must be non-empty'), invalidValue(path, '', namePart)];
  });
}

const policies = ['PreemptLowerPriority', 'Never'];

export function validatePriorityClass(
  priority: KubernetesObject,
  old: KubernetesObject | undefined,
): FieldFault[] {
  const policy = optionFaults(priority.preemptionPolicy, policies, 'preemptionPolicy');
  if (!old) return policy;
  return [
    ...policy,
    ...(priority.value === old.value ? [] : [forbiddenField('value', 'may not be changed in an update.')]),
    ...immutableFaults(priority.preemptionPolicy, old.preemptionPolicy, 'preemptionPolicy'),
  ];
}
