import { at, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, required } from '../../model/status.ts';
import { optionFaults } from '../faults.ts';

export function validateWebhooks(configuration: KubernetesObject): FieldFault[] {
  return listAt(configuration, 'webhooks').flatMap((webhook, index) =>
    webhookFaults(webhook, `webhooks[${index}]`),
  );
}

const minSegments = 3;

function webhookFaults(webhook: unknown, path: string): FieldFault[] {
  const name = stringAt(webhook, 'name');
  const option = (field: string, options: readonly string[]) =>
    optionFaults(at(webhook, field), options, `${path}.${field}`);
  const target = objectAt(webhook, 'clientConfig');
  const hasTarget = (target.url === undefined) !== (target.service === undefined);
  return [
    ...(name.split('.').length < minSegments
      ? [
          invalidValue(
            `${path}.name`,
            name,
            'should be a domain with at least three segments separated by dots',
          ),
        ]
      : []),
    ...option('failurePolicy', ['Fail', 'Ignore']),
    ...option('matchPolicy', ['Equivalent', 'Exact']),
    ...(at(webhook, 'sideEffects') === undefined
      ? [required(`${path}.sideEffects`, 'must specify one of None, NoneOnDryRun')]
      : option('sideEffects', ['None', 'NoneOnDryRun'])),
    ...(hasTarget ? [] : [required(`${path}.clientConfig`, 'exactly one of url or service is required')]),
    ...(listAt(webhook, 'admissionReviewVersions').length === 0
      ? [required(`${path}.admissionReviewVersions`, 'must specify one of v1, v1beta1')]
      : []),
  ];
}

export function validatePolicy(policy: KubernetesObject): FieldFault[] {
  const { matchConstraints, validations, auditAnnotations, failurePolicy } = objectAt(policy, 'spec');
  const checks = listAt({ validations }, 'validations');
  const isEmpty = checks.length === 0 && listAt({ auditAnnotations }, 'auditAnnotations').length === 0;
  const why = 'validations or auditAnnotations must contain at least one item';
  return [
    ...optionFaults(failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy'),
    ...(isObject(matchConstraints) ? [] : [required('spec.matchConstraints')]),
    ...(isEmpty ? [required('spec.validations', why), required('spec.auditAnnotations', why)] : []),
    ...checks.flatMap((check, index) =>
      stringAt(check, 'expression').trim() === ''
        ? [required(`spec.validations[${index}].expression`, 'expression is not specified')]
        : [],
    ),
  ];
}
