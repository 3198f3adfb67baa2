import { at, numberAt, objectAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue } from '../../model/status.ts';
import { validationOf } from '../rules/validation.ts';

export const validateAutoscaler = validationOf(
  { required: { 'spec.scaleTargetRef.kind': '', 'spec.scaleTargetRef.name': '' } },
  replicasFaults,
);

function replicasFaults(scaler: KubernetesObject): FieldFault[] {
  const spec = objectAt(scaler, 'spec');
  const [minimum, maximum] = [numberAt(spec, 'minReplicas'), numberAt(spec, 'maxReplicas')];
  return [
    ...(minimum < 1 ? [invalidValue('spec.minReplicas', minimum, 'must be greater than or equal to 1')] : []),
    ...(maximum < 1 ? [invalidValue('spec.maxReplicas', maximum, 'must be greater than 0')] : []),
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
