import { AwsError } from '../../protocol.ts';
import { arnOf, type Context, findNamespace, findService, resourceOwner, servicesOf } from '../context.ts';
import { invalidInput } from '../errors.ts';
import { randomId } from '../random-id.ts';
import type { NamespaceRecord, ServiceRecord } from '../records.ts';
import type { Input } from '../shapes.ts';
import { applyFilters, type FilterRules } from './filters.ts';
import { InstanceView } from './instance-view.ts';
import { page } from './paging.ts';
import { checkNewService } from './service-rules.ts';
import { checkNewTags, setTags } from './tags.ts';

export function createService(context: Context, input: Input<'CreateService'>): object {
  const namespaceId = input.NamespaceId ?? input.DnsConfig?.NamespaceId;
  if (namespaceId === undefined) throw invalidInput('Service namespace id cannot be null');
  const namespace = findNamespace(context, namespaceId);
  checkNewService(input, namespace);
  checkNewTags(input.Name, input.Tags);
  const request = input.CreatorRequestId === undefined ? undefined : JSON.stringify(input);
  const existing = servicesOf(context, namespace).find((other) => hasSameName(other, input));
  if (existing !== undefined && request === existing.request && request !== undefined)
    return { Service: description(existing) };
  if (existing !== undefined) throw alreadyExists(existing);
  const service = newService(context, namespace, input, request);
  context.services.set(service.id, service);
  setTags(context, service.arn, input.Tags);
  return { Service: description(service) };
}

export function getService(context: Context, { Id }: Input<'GetService'>): object {
  return { Service: description(findService(context, Id)) };
}

/** Filters after paging, as AWS documents it: an empty page may have a NextToken. */
export function listServices(context: Context, input: Input<'ListServices'>): object {
  const { items, nextToken } = page('ListServices', [...context.services.values()], input);
  const filters = input.Filters?.map((filter) => ({
    ...filter,
    Values: filter.Values.map((value) => ownId(context, value)),
  }));
  const shown = applyFilters(items, filters, filterRules(context));
  return { Services: shown.map(summary), NextToken: nextToken };
}

export function deleteService(context: Context, { Id }: Input<'DeleteService'>): object {
  const service = findService(context, Id);
  const isBusy = context.operations.running().some(({ serviceId }) => serviceId === service.id);
  if (service.instances.size > 0 || isBusy)
    throw new AwsError(
      'ResourceInUse',
      'Service contains registered instances; delete the instances before deleting the service',
    );
  context.services.delete(service.id);
  context.tags.delete(service.arn);
  return {};
}

const filterRules = (context: Context): FilterRules<ServiceRecord> => ({
  NAMESPACE_ID: {
    of: ({ namespace }) => (namespace.owner === context.accountId ? namespace.id : namespace.arn),
    conditions: ['EQ'],
  },
  RESOURCE_OWNER: { of: ({ namespace }) => resourceOwner(context, namespace), conditions: ['EQ'] },
});

/** A namespace of this account is given by id or ARN; another account's only by ARN. */
function ownId({ accountId }: Context, value: string): string {
  const isOwn = value.startsWith('arn:') && value.split(':')[4] === accountId;
  return isOwn ? value.slice(value.lastIndexOf('/') + 1) : value;
}

/** Names that differ only in case are the same DNS name, for two services with DNS. */
function hasSameName(
  { name, type }: ServiceRecord,
  { Name: other, DnsConfig }: Pick<Input<'CreateService'>, 'Name' | 'DnsConfig'>,
): boolean {
  const isDns = type !== 'HTTP' && DnsConfig !== undefined;
  return isDns ? name.toLowerCase() === other.toLowerCase() : name === other;
}

function alreadyExists({ id, arn, creatorRequestId }: ServiceRecord): AwsError {
  return new AwsError('ServiceAlreadyExists', 'Service already exists', {
    members: { CreatorRequestId: creatorRequestId, ServiceId: id, ServiceArn: arn },
  });
}

function newService(
  context: Context,
  namespace: NamespaceRecord,
  input: Input<'CreateService'>,
  request: string | undefined,
): ServiceRecord {
  const id = `srv-${randomId(context.random, 16)}`;
  return {
    id,
    order: context.next(),
    arn: arnOf(context, namespace.owner, 'service', id),
    creator: context.accountId,
    name: input.Name,
    namespace,
    type: input.DnsConfig === undefined ? 'HTTP' : 'DNS_HTTP',
    hasCustomHealthCheck: input.HealthCheckCustomConfig !== undefined,
    creatorRequestId: input.CreatorRequestId ?? '',
    request,
    createdAtMs: context.clock.now(),
    description: input.Description,
    dnsConfig: dnsConfigOf(input, namespace),
    healthCheckConfig: input.HealthCheckConfig && { FailureThreshold: 1, ...input.HealthCheckConfig },
    attributes: {},
    instances: new Map(),
    listed: new InstanceView(),
    discovered: new InstanceView(),
  };
}

function dnsConfigOf(
  { DnsConfig }: Input<'CreateService'>,
  namespace: NamespaceRecord,
): ServiceRecord['dnsConfig'] {
  return DnsConfig && { RoutingPolicy: 'MULTIVALUE', ...DnsConfig, NamespaceId: namespace.id };
}

function summary(service: ServiceRecord): object {
  return {
    Id: service.id,
    Arn: service.arn,
    ResourceOwner: service.namespace.owner,
    Name: service.name,
    Type: service.type,
    Description: service.description,
    InstanceCount: service.instances.size,
    DnsConfig: service.dnsConfig,
    HealthCheckConfig: service.healthCheckConfig,
    // "This parameter is no longer supported and is always set to 1."
    HealthCheckCustomConfig: service.hasCustomHealthCheck ? { FailureThreshold: 1 } : undefined,
    CreateDate: new Date(service.createdAtMs),
    CreatedByAccount: service.creator,
  };
}

function description(service: ServiceRecord): object {
  return {
    ...summary(service),
    NamespaceId: service.namespace.id,
    CreatorRequestId: service.creatorRequestId,
  };
}
