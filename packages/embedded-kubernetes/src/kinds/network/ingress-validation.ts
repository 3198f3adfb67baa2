import { at, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, notSupported, required } from '../../model/status.ts';
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
  const text = stringAt(path, 'path');
  const needsSlash = (type === 'Exact' || type === 'Prefix') && !text.startsWith('/');
  return [
    ...(type === undefined
      ? [required(`${field}.pathType`, 'pathType must be specified')]
      : pathTypes.includes(String(type))
        ? []
        : [notSupported(`${field}.pathType`, type, pathTypes)]),
    ...(needsSlash ? [invalidValue(`${field}.path`, text, 'must be an absolute path')] : []),
    ...backendFaults(at(path, 'backend'), `${field}.backend`),
  ];
}

function backendFaults(backend: unknown, field: string): FieldFault[] {
  const service = at(backend, 'service');
  if (!isObject(service)) return [];
  const { name, number } = objectAt(service, 'port');
  const hasPort = (name !== undefined && name !== '') || (number !== undefined && number !== 0);
  return [
    ...(stringAt(service, 'name') === '' ? [required(`${field}.service.name`)] : []),
    ...(hasPort ? [] : [required(field, 'port name or number is required')]),
    ...(name !== undefined && number !== undefined
      ? [invalidValue(field, backend, 'cannot set both port name & port number')]
      : []),
  ];
}

export const validateNetworkPolicy = validationOf({
  options: {
    'spec.ingress[].ports[].protocol': ['TCP', 'UDP', 'SCTP'],
    'spec.egress[].ports[].protocol': ['TCP', 'UDP', 'SCTP'],
  },
});
