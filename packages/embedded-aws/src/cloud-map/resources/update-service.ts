import { type Context, findService } from '../context.ts';
import { invalidInput } from '../errors.ts';
import type { ServiceRecord } from '../records.ts';
import type { Input } from '../shapes.ts';

type Change = Input<'UpdateService'>['Service'];

/**
 * Deletes the DnsConfig and HealthCheckConfig that the request omits; keeps a custom health check. Only the TTL of a
 * record can change.
 */
export function updateService(context: Context, { Id, Service }: Input<'UpdateService'>): object {
  const service = findService(context, Id);
  checkChange(service, Service);
  return {
    OperationId: context.operations.submit({
      type: 'UPDATE_SERVICE',
      subject: `service ${service.id}`,
      targets: { SERVICE: service.id },
      namespaceId: service.namespace.id,
      serviceId: service.id,
      owner: service.namespace.owner,
      apply: () => change(service, Service),
    }),
  };
}

function checkChange(service: ServiceRecord, { DnsConfig, HealthCheckConfig }: Change): void {
  if (service.namespace.type === 'HTTP')
    throw invalidInput('The settings of a service in an HTTP namespace cannot be updated');
  const existing = (service.dnsConfig?.DnsRecords ?? []).map(({ Type }) => Type);
  const added = DnsConfig?.DnsRecords.find(({ Type }) => !existing.includes(Type));
  if (added !== undefined)
    throw invalidInput(`The type of a DNS record cannot be updated; found ${added.Type}`);
  if (HealthCheckConfig === undefined) return;
  if (service.hasCustomHealthCheck || service.namespace.type === 'DNS_PRIVATE')
    throw invalidInput('The service cannot have a HealthCheckConfig');
  const type = service.healthCheckConfig?.Type;
  if (type !== undefined && type !== HealthCheckConfig.Type)
    throw invalidInput(
      `The type of a health check cannot be updated from ${type} to ${HealthCheckConfig.Type}`,
    );
}

function change(service: ServiceRecord, { Description, DnsConfig, HealthCheckConfig }: Change): undefined {
  service.description = Description ?? service.description;
  service.dnsConfig = DnsConfig && { ...service.dnsConfig, ...DnsConfig };
  service.healthCheckConfig = HealthCheckConfig && { FailureThreshold: 1, ...HealthCheckConfig };
}
