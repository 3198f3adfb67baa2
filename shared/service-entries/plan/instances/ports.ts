import type { ServiceEntriesConfig } from '../../../model/config/service-entries.ts';
import { type Protocol, protocols } from '../entry.ts';

type Attributes = Readonly<Record<string, string>>;

/** A port at which an instance listens. */
export interface InstancePort {
  /** Of the logical port that it is; absent if the instance does not say. */
  readonly name?: string | undefined;
  /** Absent if the instance does not say. */
  readonly protocol?: Protocol | undefined;
  readonly number: number;
  /** The number that clients are to see, if the instance says so. */
  readonly serviceNumber?: number | undefined;
}

/** The name and protocol that the number of a port stands for. */
export function standardPort(number: number): { readonly name: string; readonly protocol: Protocol } {
  if (number === 80) return { name: 'http', protocol: 'HTTP' };
  if (number === 443) return { name: 'https', protocol: 'HTTPS' };
  return { name: 'tcp', protocol: 'TCP' };
}

/** The start of a port's name is its protocol, as in Kubernetes: `http-admin`. */
export function protocolOfName(name: string): Protocol | undefined {
  const [start] = name.split('-');
  return protocols.find((protocol) => protocol.toLowerCase() === start);
}

/** `null`: its protocol is none that Istio routes, such as UDP. */
export function portsOf(attributes: Attributes, config: PortConfig): readonly InstancePort[] | null {
  const { SERVICE_PROTOCOL, ENDPOINT_PROTOCOL, AWS_INSTANCE_PORT } = attributes;
  if ([SERVICE_PROTOCOL, ENDPOINT_PROTOCOL, attributes[config.protocolAttribute]].some(isUnroutable))
    return null;
  const number = portNumber(AWS_INSTANCE_PORT);
  return number === undefined ? defaultPorts(config) : [namedPort(number, attributes, config)];
}

type PortConfig = Pick<ServiceEntriesConfig, 'defaultPorts' | 'protocolAttribute'>;

function defaultPorts({ defaultPorts: ports }: PortConfig): readonly InstancePort[] {
  return Object.entries(ports).map(([name, number]) => {
    const protocol = protocolOfName(name) ?? standardPort(number).protocol;
    return { name, protocol, number, serviceNumber: number };
  });
}

/** The MCS controller registers the port of the Service with the one of the endpoint, and the names of both. */
function namedPort(number: number, attributes: Attributes, { protocolAttribute }: PortConfig): InstancePort {
  const serviceNumber = portNumber(attributes.SERVICE_PORT);
  const standard = standardPort(serviceNumber ?? number);
  const given = portName(attributes.SERVICE_PORT_NAME) ?? portName(attributes.ENDPOINT_PORT_NAME);
  const protocol = protocolOf(attributes[protocolAttribute]);
  const name = given ?? protocol?.toLowerCase() ?? (serviceNumber === undefined ? undefined : standard.name);
  return {
    name,
    protocol: protocol ?? (name === undefined ? undefined : (protocolOfName(name) ?? standard.protocol)),
    number,
    serviceNumber,
  };
}

/** Whether the instance names a port that is none. */
export function hasInvalidPort({ AWS_INSTANCE_PORT }: Attributes): boolean {
  return AWS_INSTANCE_PORT !== undefined && portNumber(AWS_INSTANCE_PORT) === undefined;
}

function isUnroutable(protocol = ''): boolean {
  return /^(udp|sctp)$/i.test(protocol);
}

function protocolOf(text: string | undefined): Protocol | undefined {
  return protocols.find((protocol) => protocol === text?.toUpperCase());
}

/** The schema of an entry takes names of fewer than 63 characters. */
function portName(text = ''): string | undefined {
  const name = text.toLowerCase();
  return /^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/.test(name) ? name : undefined;
}

function portNumber(text = ''): number | undefined {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 65535 ? number : undefined;
}
