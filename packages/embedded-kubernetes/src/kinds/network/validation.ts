import { at, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { type FieldFault, invalidValue, required } from '../../model/status.ts';
import { immutableFaults, optionFaults, portFaults } from '../faults.ts';
import { labelFaults } from '../names.ts';

export function validateService(service: KubernetesObject, old: KubernetesObject | undefined): FieldFault[] {
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
  const target = at(port, 'targetPort');
  return [
    ...(isNamed && stringAt(port, 'name') === '' ? [required(`${path}.name`)] : []),
    ...portFaults(at(port, 'port'), `${path}.port`),
    ...optionFaults(at(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], `${path}.protocol`),
    ...(typeof target === 'number' ? portFaults(target, `${path}.targetPort`) : []),
  ];
}

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

export function validateEndpointSlice(
  slice: KubernetesObject,
  old: KubernetesObject | undefined,
): FieldFault[] {
  const endpoints = listAt(slice, 'endpoints');
  return [
    ...(slice.addressType === undefined
      ? [required('addressType')]
      : optionFaults(slice.addressType, addressTypes, 'addressType')),
    ...(old ? immutableFaults(slice.addressType, old.addressType, 'addressType') : []),
    ...endpoints.flatMap((endpoint, index) =>
      listAt(endpoint, 'addresses').length === 0
        ? [required(`endpoints[${index}].addresses`, 'must contain at least 1 address')]
        : [],
    ),
    ...listAt(slice, 'ports').flatMap((port, index) =>
      optionFaults(at(port, 'protocol'), ['SCTP', 'TCP', 'UDP'], `ports[${index}].protocol`),
    ),
  ];
}
