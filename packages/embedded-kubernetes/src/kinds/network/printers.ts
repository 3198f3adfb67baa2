import { at, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { ageColumn, field, listedText, nameColumn, orNone, printerOf, text, wide } from '../columns.ts';
import { selectorText } from '../label-selector.ts';

export const servicePrinter = printerOf(
  nameColumn,
  text('Type', field('spec.type')),
  text('Cluster-IP', (service) => orNone(stringAt(service, 'spec', 'clusterIP'))),
  text('External-IP', externalAddress),
  text('Port(s)', (service) => orNone(listAt(service, 'spec', 'ports').map(portText).join(','))),
  ageColumn,
  wide(text('Selector', (service) => selectorText({ matchLabels: objectAt(service, 'spec', 'selector') }))),
);

function externalAddress(service: KubernetesObject): string {
  const type = stringAt(service, 'spec', 'type');
  if (type === 'ExternalName') return stringAt(service, 'spec', 'externalName');
  if (type === 'LoadBalancer') return '<pending>';
  return orNone(listAt(service, 'spec', 'externalIPs').join(','));
}

function portText(port: unknown): string {
  const nodePort = numberAt(port, 'nodePort');
  return `${numberAt(port, 'port')}${nodePort > 0 ? `:${nodePort}` : ''}/${stringAt(port, 'protocol')}`;
}

export const endpointsPrinter = printerOf(nameColumn, text('Endpoints', endpointsText), ageColumn);

function endpointsText(endpoints: KubernetesObject): string {
  const all = listAt(endpoints, 'subsets').flatMap((subset) => {
    const addresses = listAt(subset, 'addresses').map((address) => stringAt(address, 'ip'));
    const ports = listAt(subset, 'ports').map((port) => numberAt(port, 'port'));
    return ports.length === 0
      ? addresses
      : ports.flatMap((port) => addresses.map((address) => hostPort(address, port)));
  });
  return all.length === 0 ? '<none>' : listedText(all);
}

const hostPort = (host: string, port: number) => `${host.includes(':') ? `[${host}]` : host}:${port}`;

export const endpointSlicePrinter = printerOf(
  nameColumn,
  text('AddressType', field('addressType')),
  text('Ports', (slice) =>
    listedText(listAt(slice, 'ports').map((port) => String(at(port, 'port') ?? at(port, 'name') ?? '*'))),
  ),
  text('Endpoints', (slice) =>
    listedText(listAt(slice, 'endpoints').flatMap((endpoint) => listAt(endpoint, 'addresses').map(String))),
  ),
  ageColumn,
);
