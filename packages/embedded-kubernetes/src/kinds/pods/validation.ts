import { at, isEqual, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { duplicate, type FieldFault, forbiddenField, required } from '../../model/status.ts';
import { optionFaults, portFaults } from '../faults.ts';
import { label, nameFaults } from '../names.ts';

/** Validates a Pod; an update may change only the few fields that the API allows. */
export function validatePod(pod: KubernetesObject, old: KubernetesObject | undefined): FieldFault[] {
  const faults = podSpecFaults(objectAt(pod, 'spec'), 'spec');
  return old ? [...faults, ...podUpdateFaults(pod, old)] : faults;
}

export function podSpecFaults(spec: JsonObject, path: string): FieldFault[] {
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
