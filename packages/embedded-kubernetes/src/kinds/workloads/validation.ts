import { at, isEqual, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, forbiddenField, invalidValue, notSupported, required } from '../../model/status.ts';
import { immutableFaults, negativeFaults, optionFaults } from '../faults.ts';
import { matchesLabels, selectorOf } from '../label-selector.ts';
import { label, labelFaults, nameFaults } from '../names.ts';
import { podSpecFaults } from '../pods/validation.ts';

type Old = KubernetesObject | undefined;

/** Validates a Deployment or a ReplicaSet. */
export function validateReplicated(object: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(object, 'spec');
  return [
    ...negativeFaults(spec.replicas, 'spec.replicas'),
    ...negativeFaults(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...selectorFaults(spec, object.kind),
    ...templateFaults(spec, 'spec.template'),
    ...strategyFaults(objectAt(spec, 'strategy')),
    ...(old ? immutableFaults(spec.selector, at(old, 'spec', 'selector'), 'spec.selector') : []),
  ];
}

/** Its selector is a plain map of labels. */
export function validateReplicationController(object: KubernetesObject): FieldFault[] {
  const spec = objectAt(object, 'spec');
  const hasSelector = Object.keys(objectAt(spec, 'selector')).length > 0;
  if (!hasSelector || !isObject(spec.template))
    return [
      ...(hasSelector ? [] : [required('spec.selector')]),
      ...(isObject(spec.template) ? [] : [required('spec.template')]),
    ];
  return [
    ...negativeFaults(spec.replicas, 'spec.replicas'),
    ...matchFaults({ ...spec, selector: { matchLabels: spec.selector } }),
    ...templateFaults(spec, 'spec.template'),
  ];
}

/** The selector is there, not empty, and matches the template. */
function selectorFaults(spec: JsonObject, kind: string): FieldFault[] {
  // A missing selector matches nothing; a DaemonSet's is not required by name.
  if (!isObject(spec.selector))
    return [...(kind === 'DaemonSet' ? [] : [required('spec.selector')]), mismatch(spec)];
  const selector = selectorOf(spec.selector);
  if (selector.length === 0)
    return [
      invalidValue('spec.selector', spec.selector, `empty selector is invalid for ${kind.toLowerCase()}`),
    ];
  return matchFaults(spec);
}

export function matchFaults(spec: JsonObject): FieldFault[] {
  const labels = objectAt(spec, 'template', 'metadata', 'labels') as Record<string, string>;
  return matchesLabels(labels, selectorOf(spec.selector)) ? [] : [mismatch(spec)];
}

function mismatch(spec: JsonObject): FieldFault {
  const labels = at(spec, 'template', 'metadata', 'labels') ?? null;
  return invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
}

/** A template whose pods are always restarted. */
function templateFaults(spec: JsonObject, path: string): FieldFault[] {
  const policy = at(spec, 'template', 'spec', 'restartPolicy');
  return [
    ...podTemplateFaults(objectAt(spec, 'template'), path),
    ...(policy === undefined || policy === 'Always'
      ? []
      : [notSupported(`${path}.spec.restartPolicy`, policy, ['Always'])]),
  ];
}

export function podTemplateFaults(template: JsonObject, path: string): FieldFault[] {
  return [
    ...labelFaults(at(template, 'metadata', 'labels'), `${path}.labels`),
    ...podSpecFaults(objectAt(template, 'spec'), `${path}.spec`),
  ];
}

function strategyFaults(strategy: JsonObject): FieldFault[] {
  if (strategy.type !== 'Recreate')
    return optionFaults(strategy.type, ['Recreate', 'RollingUpdate'], 'spec.strategy.type');
  if (strategy.rollingUpdate === undefined) return [];
  const why = "may not be specified when strategy `type` is 'Recreate'";
  return [forbiddenField('spec.strategy.rollingUpdate', why)];
}

export function validateStatefulSet(set: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(set, 'spec');
  const serviceName = stringAt(spec, 'serviceName');
  return [
    ...managementFaults(spec.podManagementPolicy),
    ...updateFaults(objectAt(spec, 'updateStrategy')),
    ...negativeFaults(at(spec, 'updateStrategy', 'rollingUpdate', 'partition'), partitionPath),
    ...negativeFaults(spec.replicas, 'spec.replicas'),
    ...negativeFaults(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...(serviceName === '' || old ? [] : nameFaults(serviceName, label, 'spec.serviceName')),
    ...selectorFaults(spec, set.kind),
    ...templateFaults(withClaims(spec), 'spec.template'),
    ...(old ? statefulSetUpdateFaults(spec, objectAt(old, 'spec')) : []),
  ];
}

function updateFaults(strategy: JsonObject): FieldFault[] {
  if (strategy.type === 'RollingUpdate' || strategy.type === 'OnDelete') return [];
  return [invalidValue('spec.updateStrategy', strategy, "must be 'RollingUpdate' or 'OnDelete'")];
}

const partitionPath = 'spec.updateStrategy.rollingUpdate.partition';

function managementFaults(policy: unknown): FieldFault[] {
  if (policy === 'OrderedReady' || policy === 'Parallel') return [];
  return [invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")];
}

/** The spec with a volume for each claim template, which containers may mount. */
function withClaims(spec: JsonObject): JsonObject {
  const claims = listAt(spec, 'volumeClaimTemplates').map((claim) => ({
    name: stringAt(claim, 'metadata', 'name'),
  }));
  const template = objectAt(spec, 'template');
  const podSpec = objectAt(template, 'spec');
  const volumes = [...claims, ...listAt(podSpec, 'volumes')];
  return { ...spec, template: { ...template, spec: { ...podSpec, volumes } } };
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function statefulSetUpdateFaults(spec: JsonObject, old: JsonObject): FieldFault[] {
  const fixed = (whole: JsonObject) =>
    Object.fromEntries(Object.entries(whole).filter(([name]) => !changeable.includes(name)));
  if (isEqual(fixed(spec), fixed(old))) return [];
  const why =
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
  return [forbiddenField('spec', why)];
}

export function validateDaemonSet(set: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(set, 'spec');
  return [
    ...(old ? immutableFaults(spec.selector, at(old, 'spec', 'selector'), 'spec.selector') : []),
    ...selectorFaults(spec, set.kind),
    ...templateFaults(spec, 'spec.template'),
    ...negativeFaults(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...daemonStrategyFaults(objectAt(spec, 'updateStrategy')),
  ];
}

function daemonStrategyFaults(strategy: JsonObject): FieldFault[] {
  const path = 'spec.updateStrategy';
  if (strategy.type === 'OnDelete') return [];
  if (strategy.type !== 'RollingUpdate') return [notSupported(path, strategy, ['RollingUpdate', 'OnDelete'])];
  const { maxSurge, maxUnavailable } = objectAt(strategy, 'rollingUpdate');
  if (isZero(maxSurge) && isZero(maxUnavailable))
    return [required(`${path}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0')];
  if (isZero(maxSurge) || isZero(maxUnavailable)) return [];
  const why = 'may not be set when maxUnavailable is non-zero';
  return [invalidValue(`${path}.rollingUpdate.maxSurge`, maxSurge, why)];
}

const isZero = (value: unknown) => value === 0 || value === '0%' || value === undefined;
