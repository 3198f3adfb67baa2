import { isIPv4, isIPv6 } from 'node:net';
import { invalidInput } from '../errors.ts';
import type { Attributes, ServiceRecord } from '../records.ts';
import type { Settings } from '../settings.ts';

/** The attributes that Cloud Map defines; all others are custom. */
const reserved = new Set([
  'AWS_ALIAS_DNS_NAME',
  'AWS_EC2_INSTANCE_ID',
  'AWS_INIT_HEALTH_STATUS',
  'AWS_INSTANCE_CNAME',
  'AWS_INSTANCE_IPV4',
  'AWS_INSTANCE_IPV6',
  'AWS_INSTANCE_PORT',
]);

/** Returns the fault, or undefined. */
type Rule = (attributes: Attributes, service: ServiceRecord) => string | undefined;

/** The rules in the documentation of RegisterInstance. */
const rules: readonly Rule[] = [
  atMost30Custom,
  atMost5000Characters,
  aliasIsAlone,
  aliasNeedsWeightedAddressRecords,
  ec2InstanceIsAlone,
  initialHealthIsStatus,
  addressesAreAddresses,
  recordsHaveTheirValues,
  healthCheckHasItsPort,
];

/** Throws InvalidInput for the first violated rule. */
export function checkAttributes(attributes: Attributes, service: ServiceRecord): void {
  for (const rule of rules) {
    const fault = rule(attributes, service);
    if (fault !== undefined) throw invalidInput(fault);
  }
}

/** As stored: an EC2 instance's address is filled in. */
export function completeAttributes(attributes: Attributes, { ec2Addresses }: Settings): Attributes {
  const instance = attributes.AWS_EC2_INSTANCE_ID;
  if (instance === undefined) return attributes;
  const address = ec2Addresses[instance];
  if (address === undefined) throw invalidInput(`The EC2 instance ${instance} does not exist`);
  return { ...attributes, AWS_INSTANCE_IPV4: address };
}

function atMost30Custom(attributes: Attributes): string | undefined {
  const custom = Object.keys(attributes).filter((key) => !reserved.has(key)).length;
  return custom > 30 ? `An instance can have at most 30 custom attributes; found ${custom}` : undefined;
}

function atMost5000Characters(attributes: Attributes): string | undefined {
  const size = Object.entries(attributes).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return size > 5000
    ? `The total size of all attributes must not exceed 5000 characters; found ${size}`
    : undefined;
}

function aliasIsAlone(attributes: Attributes): string | undefined {
  const other = Object.keys(attributes).find((key) => key.startsWith('AWS_INSTANCE_'));
  return 'AWS_ALIAS_DNS_NAME' in attributes && other !== undefined
    ? `AWS_ALIAS_DNS_NAME cannot be combined with ${other}`
    : undefined;
}

function aliasNeedsWeightedAddressRecords(
  attributes: Attributes,
  service: ServiceRecord,
): string | undefined {
  if (!('AWS_ALIAS_DNS_NAME' in attributes)) return undefined;
  const isAddressed = ['A', 'AAAA'].some((type) => recordTypes(service).has(type));
  return isAddressed && service.dnsConfig?.RoutingPolicy === 'WEIGHTED'
    ? undefined
    : 'AWS_ALIAS_DNS_NAME needs a service with A or AAAA records and the routing policy WEIGHTED';
}

function ec2InstanceIsAlone(attributes: Attributes, { namespace }: ServiceRecord): string | undefined {
  if (!('AWS_EC2_INSTANCE_ID' in attributes)) return undefined;
  if (namespace.type !== 'HTTP') return 'AWS_EC2_INSTANCE_ID is supported in HTTP namespaces only';
  const allowed = ['AWS_EC2_INSTANCE_ID', 'AWS_INIT_HEALTH_STATUS'];
  const other = Object.keys(attributes).find((key) => !allowed.includes(key));
  return other === undefined ? undefined : `AWS_EC2_INSTANCE_ID cannot be combined with ${other}`;
}

/** Without a custom health check it is stored without effect: the App Mesh controller always sends it. */
function initialHealthIsStatus({ AWS_INIT_HEALTH_STATUS: status }: Attributes): string | undefined {
  return status === undefined || status === 'HEALTHY' || status === 'UNHEALTHY'
    ? undefined
    : `AWS_INIT_HEALTH_STATUS must be HEALTHY or UNHEALTHY; found ${status}`;
}

function addressesAreAddresses(attributes: Attributes): string | undefined {
  const { AWS_INSTANCE_IPV4: ipv4, AWS_INSTANCE_IPV6: ipv6, AWS_INSTANCE_PORT: port } = attributes;
  if (ipv4 !== undefined && !isIPv4(ipv4)) return `AWS_INSTANCE_IPV4 must be an IPv4 address; found ${ipv4}`;
  if (ipv6 !== undefined && !isIPv6(ipv6)) return `AWS_INSTANCE_IPV6 must be an IPv6 address; found ${ipv6}`;
  const isPort = port === undefined || (/^\d{1,5}$/.test(port) && Number(port) <= 65535);
  return isPort ? undefined : `AWS_INSTANCE_PORT must be a port number; found ${port}`;
}

function recordsHaveTheirValues(attributes: Attributes, service: ServiceRecord): string | undefined {
  const types = recordTypes(service);
  if (types.size === 0 || 'AWS_ALIAS_DNS_NAME' in attributes) return undefined;
  const missing = [
    types.has('A') && 'AWS_INSTANCE_IPV4',
    types.has('AAAA') && 'AWS_INSTANCE_IPV6',
    types.has('CNAME') && 'AWS_INSTANCE_CNAME',
    types.has('SRV') && 'AWS_INSTANCE_PORT',
  ].find((key) => key !== false && !(key in attributes));
  if (missing) return `The service's DNS records need the attribute ${missing}`;
  const isAddressed = 'AWS_INSTANCE_IPV4' in attributes || 'AWS_INSTANCE_IPV6' in attributes;
  return types.has('SRV') && !isAddressed
    ? "The service's SRV record needs the attribute AWS_INSTANCE_IPV4, AWS_INSTANCE_IPV6 or both"
    : undefined;
}

function healthCheckHasItsPort(attributes: Attributes, service: ServiceRecord): string | undefined {
  if (service.healthCheckConfig === undefined || 'AWS_ALIAS_DNS_NAME' in attributes) return undefined;
  return 'AWS_INSTANCE_PORT' in attributes
    ? undefined
    : "The service's health check needs the attribute AWS_INSTANCE_PORT";
}

function recordTypes({ dnsConfig }: ServiceRecord): Set<string> {
  return new Set((dnsConfig?.DnsRecords ?? []).map(({ Type }) => Type));
}
