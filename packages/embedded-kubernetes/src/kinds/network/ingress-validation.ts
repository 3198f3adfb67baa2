import { at, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, required } from '../../model/status.ts';
import { optionFaults, portFaults } from '../faults.ts';
import { validationOf } from '../rules/validation.ts';

/** A rule or a default backend; each path with its type and a backend that is a service or a resource. */
export function validateIngress(ingress: KubernetesObject): FieldFault[] {
  const spec = objectAt(ingress, 'spec');
  const rules = listAt(spec, 'rules');
  const hasNothing = rules.length === 0 && spec.defaultBackend === undefined;
  return [
    ...(hasNothing
      ? [invalidValue('spec', spec, 'either `defaultBackend` or `rules` must be specified')]
      : []),
    ...(spec.defaultBackend === undefined ? [] : backendFaults(spec.defaultBackend, 'spec.defaultBackend')),
    ...rules.flatMap((rule, index) =>
      listAt(rule, 'http', 'paths').flatMap((path, number) =>
        pathFaults(path, `spec.rules[${index}].http.paths[${number}]`),
      ),
    ),
  ];
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

function pathFaults(path: unknown, field: string): FieldFault[] {
  const type = at(path, 'pathType');
  if (type === undefined) return [required(`${field}.pathType`, 'pathType must be specified')];
  const text = stringAt(path, 'path');
  const needsSlash = (type === 'Exact' || type === 'Prefix') && !text.startsWith('/');
  return [
    ...optionFaults(type, pathTypes, `${field}.pathType`),
    ...(needsSlash ? [invalidValue(`${field}.path`, text, 'must be an absolute path')] : []),
    ...backendFaults(at(path, 'backend'), `${field}.backend`),
  ];
}

function backendFaults(backend: unknown, field: string): FieldFault[] {
  const [service, resource] = [at(backend, 'service'), at(backend, 'resource')];
  if (isObject(service) && isObject(resource))
    return [invalidValue(field, '', 'cannot set both resource and service backends')];
  if (isObject(resource)) return [];
  if (!isObject(service)) return [invalidValue(field, '', 'resource or service backend is required')];
  return [
    ...(stringAt(service, 'name') === '' ? [required(`${field}.service.name`)] : []),
    ...backendPortFaults(objectAt(service, 'port'), field),
  ];
}

function backendPortFaults({ name, number }: JsonObject, field: string): FieldFault[] {
  if (name && number) return [invalidValue(field, '', 'cannot set both port name & port number')];
  if (number) return portFaults(number, `${field}.service.port.number`);
  return name ? [] : [required(field, 'port name or number is required')];
}

const protocols = ['TCP', 'UDP', 'SCTP'];
const validatePorts = validationOf({
  options: {
    'spec.ingress[].ports[].protocol': protocols,
    'spec.egress[].ports[].protocol': protocols,
  },
});

export function validateNetworkPolicy(policy: KubernetesObject): FieldFault[] {
  const types = listAt(policy, 'spec', 'policyTypes');
  return [
    ...validatePorts(policy, undefined),
    ...types.flatMap((type, index) =>
      optionFaults(type, ['Ingress', 'Egress'], `spec.policyTypes[${index}]`),
    ),
  ];
}
