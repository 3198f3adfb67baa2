import { at, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { ageColumn, field, nameColumn, orNone, printerOf, text } from '../columns.ts';
import { selectorText } from '../label-selector.ts';

export const ingressPrinter = printerOf(
  nameColumn,
  text('Class', field('spec.ingressClassName', '<none>')),
  text('Hosts', hostsText),
  text('Address', addressText),
  text('Ports', (ingress) => (listAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  ageColumn,
);

const maxHosts = 3;

function hostsText(ingress: KubernetesObject): string {
  const rules = listAt(ingress, 'spec', 'rules');
  const hosts = rules.map((rule) => stringAt(rule, 'host')).filter((host) => host !== '');
  if (hosts.length === 0) return '*';
  const shown = hosts.slice(0, maxHosts).join(',');
  return hosts.length > maxHosts ? `${shown} + ${rules.length - maxHosts} more...` : shown;
}

function addressText(ingress: KubernetesObject): string {
  const addresses = listAt(ingress, 'status', 'loadBalancer', 'ingress');
  return addresses
    .map((address) => stringAt(address, 'ip') || stringAt(address, 'hostname'))
    .sort()
    .join(',');
}

export const ingressClassPrinter = printerOf(
  { ...nameColumn, cell: (object) => nameWithDefault(object, 'ingressclass.kubernetes.io/is-default-class') },
  text('Controller', field('spec.controller')),
  text('Parameters', (object) => {
    const parameters = at(object, 'spec', 'parameters');
    if (!isObject(parameters)) return '<none>';
    const { kind, apiGroup, name } = parameters;
    return `${String(kind)}${apiGroup === undefined ? '' : `.${String(apiGroup)}`}/${String(name)}`;
  }),
  ageColumn,
);

/** The name of a class, marked if an annotation makes it the default. */
export function nameWithDefault({ metadata }: KubernetesObject, annotation: string): string {
  return `${metadata.name}${metadata.annotations?.[annotation] === 'true' ? ' (default)' : ''}`;
}

export const networkPolicyPrinter = printerOf(
  nameColumn,
  text('Pod-Selector', (policy) => selectorText(at(policy, 'spec', 'podSelector'))),
  ageColumn,
);

export const addressPrinter = printerOf(
  nameColumn,
  text('ParentRef', (address) => {
    const { group = '', resource = '', namespace = '', name = '' } = objectAt(address, 'spec', 'parentRef');
    if (name === '') return orNone('');
    const type = `${String(resource)}${group === '' ? '' : `.${String(group)}`}`.toLowerCase();
    return [type, namespace, name].filter((part) => part !== '').join('/');
  }),
);

export const serviceNetworkPrinter = printerOf(
  nameColumn,
  text('CIDRs', (object) => listAt(object, 'spec', 'cidrs').join(',')),
  ageColumn,
);
