import { invalidInput } from '../errors.ts';
import type { NamespaceRecord } from '../records.ts';
import type { Input } from '../shapes.ts';

type NewService = Input<'CreateService'>;
/** Returns the fault, or undefined. */
type Rule = (service: NewService, namespace: NamespaceRecord) => string | undefined;

const combinations = ['A', 'AAAA', 'A,AAAA', 'SRV', 'CNAME'];

/** The rules in the documentation of CreateService. */
const rules: readonly Rule[] = [
  dnsOnlyInDnsNamespaces,
  recordsCombine,
  cnameIsWeightedAndUnchecked,
  oneHealthCheckAtMost,
  noRoute53CheckInPrivateNamespaces,
  tcpChecksHaveNoPath,
];

/** Throws InvalidInput for the first violated rule. */
export function checkNewService(service: NewService, namespace: NamespaceRecord): void {
  for (const rule of rules) {
    const fault = rule(service, namespace);
    if (fault !== undefined) throw invalidInput(fault);
  }
}

function dnsOnlyInDnsNamespaces(
  { DnsConfig, Type }: NewService,
  { type }: NamespaceRecord,
): string | undefined {
  if (DnsConfig !== undefined && type === 'HTTP')
    return 'A service in an HTTP namespace cannot have a DnsConfig';
  if (DnsConfig !== undefined && Type === 'HTTP') return 'A service of type HTTP cannot have a DnsConfig';
  return DnsConfig === undefined && Type === undefined && type !== 'HTTP'
    ? 'A service in a DNS namespace needs a DnsConfig, or the type HTTP'
    : undefined;
}

function recordsCombine({ DnsConfig }: NewService): string | undefined {
  if (DnsConfig === undefined) return undefined;
  const types = DnsConfig.DnsRecords.map(({ Type }) => Type)
    .sort()
    .join(',');
  return combinations.includes(types)
    ? undefined
    : `DnsRecords must be one of ${combinations.map((each) => `[${each}]`).join(', ')}; found [${types}]`;
}

function cnameIsWeightedAndUnchecked({ DnsConfig, HealthCheckConfig }: NewService): string | undefined {
  const isCname = DnsConfig?.DnsRecords.some(({ Type }) => Type === 'CNAME') ?? false;
  if (isCname && DnsConfig?.RoutingPolicy !== 'WEIGHTED')
    return 'A CNAME record needs the routing policy WEIGHTED';
  return isCname && HealthCheckConfig !== undefined
    ? 'A service with a CNAME record cannot have a HealthCheckConfig'
    : undefined;
}

function oneHealthCheckAtMost(service: NewService): string | undefined {
  return service.HealthCheckConfig !== undefined && service.HealthCheckCustomConfig !== undefined
    ? 'A service cannot have both a HealthCheckConfig and a HealthCheckCustomConfig'
    : undefined;
}

function noRoute53CheckInPrivateNamespaces(
  { HealthCheckConfig }: NewService,
  { type }: NamespaceRecord,
): string | undefined {
  return HealthCheckConfig !== undefined && type === 'DNS_PRIVATE'
    ? 'A service in a private DNS namespace cannot have a HealthCheckConfig'
    : undefined;
}

function tcpChecksHaveNoPath({ HealthCheckConfig }: NewService): string | undefined {
  return HealthCheckConfig?.Type === 'TCP' && HealthCheckConfig.ResourcePath !== undefined
    ? 'A health check of type TCP cannot have a ResourcePath'
    : undefined;
}
