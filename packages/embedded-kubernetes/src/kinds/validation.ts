import { at, isEqual, isObject, listAt, objectAt, stringAt } from '../model/json.ts';
import type { JsonObject, KubernetesObject } from '../model/objects.ts';
import {
  duplicate,
  type FieldFault,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../model/status.ts';
import { matchesLabels, selectorOf } from './label-selector.ts';
import { label, labelFaults, nameFaults } from './names.ts';

type Old = KubernetesObject | undefined;

/** Validates a Pod; an update may change only the few fields that the API allows. */
export function validatePod(pod: KubernetesObject, old: Old): FieldFault[] {
  const faults = podSpecFaults(objectAt(pod, 'spec'), 'spec');
  return old ? [...faults, ...podUpdateFaults(pod, old)] : faults;
}

function podSpecFaults(spec: JsonObject, path: string): FieldFault[] {
  const containers = listAt(spec, 'containers');
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...containerFaults(containers, `${path}.containers`),
    ...containerFaults(listAt(spec, 'initContainers'), `${path}.initContainers`),
    ...optionFaults(spec.restartPolicy, ['Always', 'OnFailure', 'Never'], `${path}.restartPolicy`),
    ...optionFaults(
      spec.dnsPolicy,
      ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'],
      `${path}.dnsPolicy`,
    ),
    ...listAt(spec, 'readinessGates').flatMap((gate, index) =>
      stringAt(gate, 'conditionType') === ''
        ? [required(`${path}.readinessGates[${index}].conditionType`)]
        : [],
    ),
    ...volumeFaults(spec, path),
  ];
}

function containerFaults(containers: readonly unknown[], path: string): FieldFault[] {
  const names = containers.map((container) => stringAt(container, 'name'));
  return containers.flatMap((container, index) => {
    const name = names[index] ?? '';
    const here = `${path}[${index}]`;
    return [
      ...(name === '' ? [required(`${here}.name`)] : nameFaults(name, label, `${here}.name`)),
      ...(name !== '' && names.indexOf(name) < index ? [duplicate(`${here}.name`, name)] : []),
      ...(stringAt(container, 'image') === '' ? [required(`${here}.image`)] : []),
      ...optionFaults(
        at(container, 'imagePullPolicy'),
        ['Always', 'IfNotPresent', 'Never'],
        `${here}.imagePullPolicy`,
      ),
      ...listAt(container, 'ports').flatMap((port, at) => containerPortFaults(port, `${here}.ports[${at}]`)),
      ...listAt(container, 'env').flatMap((variable, at) =>
        stringAt(variable, 'name') === '' ? [required(`${here}.env[${at}].name`)] : [],
      ),
    ];
  });
}

function containerPortFaults(port: unknown, path: string): FieldFault[] {
  const number = at(port, 'containerPort');
  return [
    ...(number === undefined
      ? [required(`${path}.containerPort`)]
      : portFaults(number, `${path}.containerPort`)),
    ...optionFaults(at(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], `${path}.protocol`),
  ];
}

function portFaults(port: unknown, path: string): FieldFault[] {
  const isPort = typeof port === 'number' && port >= 1 && port <= 65535;
  return isPort ? [] : [invalidValue(path, port, 'must be between 1 and 65535, inclusive')];
}

function volumeFaults(spec: JsonObject, path: string): FieldFault[] {
  const volumes = listAt(spec, 'volumes').map((volume) => stringAt(volume, 'name'));
  const unnamed = volumes.flatMap((name, index) =>
    name === '' ? [required(`${path}.volumes[${index}].name`)] : [],
  );
  const unknown = listAt(spec, 'containers').flatMap((container, index) =>
    listAt(container, 'volumeMounts').flatMap((mount, number) => {
      const field = `${path}.containers[${index}].volumeMounts[${number}].name`;
      const name = stringAt(mount, 'name');
      return volumes.includes(name)
        ? []
        : [{ field, reason: 'FieldValueNotFound' as const, message: `Not found: ${JSON.stringify(name)}` }];
    }),
  );
  return [...unnamed, ...unknown];
}

function optionFaults(value: unknown, options: readonly string[], path: string): FieldFault[] {
  return value === undefined || options.includes(String(value)) ? [] : [notSupported(path, value, options)];
}

function podUpdateFaults(pod: KubernetesObject, old: KubernetesObject): FieldFault[] {
  if (isEqual(fixedPart(pod), fixedPart(old))) return [];
  const why =
    'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';
  return [forbiddenField('spec', why)];
}

function fixedPart(pod: KubernetesObject): JsonObject {
  const { activeDeadlineSeconds: _, tolerations: __, schedulingGates: ___, ...spec } = objectAt(pod, 'spec');
  const withoutImages = (list: readonly unknown[]) =>
    list.map((container) => ({ ...(isObject(container) ? container : {}), image: '' }));
  return {
    ...spec,
    containers: withoutImages(listAt(spec, 'containers')),
    initContainers: withoutImages(listAt(spec, 'initContainers')),
  };
}

/** Validates a Deployment or a ReplicaSet: its selector matches its template and is immutable. */
export function validateWorkload(object: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(object, 'spec');
  const selector = spec.selector;
  const replicas = spec.replicas;
  const isNegative = typeof replicas === 'number' && replicas < 0;
  return [
    ...(isNegative ? [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')] : []),
    ...selectorFaults(spec),
    ...labelFaults(at(spec, 'template', 'metadata', 'labels'), 'spec.template.labels'),
    ...podSpecFaults(objectAt(spec, 'template', 'spec'), 'spec.template.spec'),
    ...optionFaults(at(spec, 'strategy', 'type'), ['Recreate', 'RollingUpdate'], 'spec.strategy.type'),
    ...strategyFaults(objectAt(spec, 'strategy')),
    ...templatePolicyFaults(spec),
    ...(old && !isEqual(at(old, 'spec', 'selector'), selector)
      ? [invalidValue('spec.selector', selector, 'field is immutable')]
      : []),
  ];
}

function selectorFaults(spec: JsonObject): FieldFault[] {
  if (!isObject(spec.selector)) return [required('spec.selector')];
  const selector = selectorOf(spec.selector);
  const labels = objectAt(spec, 'template', 'metadata', 'labels') as Record<string, string>;
  if (selector.length === 0)
    return [invalidValue('spec.selector', spec.selector, 'empty selector is invalid for deployment')];
  if (matchesLabels(labels, selector)) return [];
  return [
    invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'),
  ];
}

function strategyFaults(strategy: JsonObject): FieldFault[] {
  if (strategy.type === 'Recreate' && strategy.rollingUpdate !== undefined)
    return [
      forbiddenField(
        'spec.strategy.rollingUpdate',
        "may not be specified when strategy `type` is 'Recreate'",
      ),
    ];
  return [];
}

function templatePolicyFaults(spec: JsonObject): FieldFault[] {
  const policy = at(spec, 'template', 'spec', 'restartPolicy');
  return optionFaults(policy, ['Always'], 'spec.template.spec.restartPolicy');
}

export function validateService(service: KubernetesObject, old: Old): FieldFault[] {
  const spec = objectAt(service, 'spec');
  const ports = listAt(spec, 'ports');
  const isHeadless = spec.clusterIP === 'None' || spec.type === 'ExternalName';
  const oldAddress = stringAt(old, 'spec', 'clusterIP');
  const isMoved = oldAddress !== '' && spec.type !== 'ExternalName' && spec.clusterIP !== oldAddress;
  return [
    ...(ports.length === 0 && !isHeadless ? [required('spec.ports')] : []),
    ...ports.flatMap((port, index) => servicePortFaults(port, `spec.ports[${index}]`, ports.length > 1)),
    ...optionFaults(spec.type, ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'], 'spec.type'),
    ...labelFaults(spec.selector, 'spec.selector'),
    ...(isMoved ? [invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')] : []),
  ];
}

function servicePortFaults(port: unknown, path: string, isNamed: boolean): FieldFault[] {
  return [
    ...portFaults(at(port, 'port'), `${path}.port`),
    ...(isNamed && stringAt(port, 'name') === '' ? [required(`${path}.name`)] : []),
    ...optionFaults(at(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], `${path}.protocol`),
  ];
}

/** Validates ConfigMaps and Secrets: keys, and no change if immutable. */
export function validateData(object: KubernetesObject, old: Old): FieldFault[] {
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
