import { AwsError } from '../../protocol.ts';
import { type Context, findService, servicesOf } from '../context.ts';
import type { Attributes, HealthStatus, InstanceRecord, OperationRecord, ServiceRecord } from '../records.ts';
import type { Input } from '../shapes.ts';
import { checkAttributes, completeAttributes } from './attributes.ts';
import { page } from './paging.ts';

export function registerInstance(context: Context, input: Input<'RegisterInstance'>): object {
  const { operations, settings } = context;
  const service = findService(context, input.ServiceId);
  checkAttributes(input.Attributes, service);
  const attributes = completeAttributes(input.Attributes, settings);
  const subject = subjectOf(service, input.InstanceId);
  const request = input.CreatorRequestId === undefined ? undefined : input;
  const repeated = operations.repeated(subject, request);
  if (repeated !== undefined) return { OperationId: repeated.id };
  operations.refuseDuplicate(subject);
  refuseBeyondQuota(context, service, input.InstanceId);
  return {
    OperationId: operations.submit({
      type: 'REGISTER_INSTANCE',
      subject,
      request,
      targets: { INSTANCE: input.InstanceId },
      namespaceId: service.namespace.id,
      serviceId: service.id,
      owner: service.namespace.owner,
      apply: () => put(context, service, input, attributes),
    }),
  };
}

export function deregisterInstance(
  context: Context,
  { ServiceId, InstanceId }: Input<'DeregisterInstance'>,
): object {
  const { operations } = context;
  const service = findService(context, ServiceId);
  const subject = subjectOf(service, InstanceId);
  operations.refuseDuplicate(subject);
  listedInstance(service, InstanceId);
  return {
    OperationId: operations.submit({
      type: 'DEREGISTER_INSTANCE',
      subject,
      targets: { INSTANCE: InstanceId },
      namespaceId: service.namespace.id,
      serviceId: service.id,
      owner: service.namespace.owner,
      apply: () => remove(context, service, InstanceId),
    }),
  };
}

export function getInstance(context: Context, { ServiceId, InstanceId }: Input<'GetInstance'>): object {
  const service = findService(context, ServiceId);
  const { id, attributes, creatorRequestId, creator } = listedInstance(service, InstanceId);
  return {
    ResourceOwner: service.namespace.owner,
    Instance: {
      Id: id,
      CreatorRequestId: creatorRequestId,
      Attributes: attributes,
      CreatedByAccount: creator,
    },
  };
}

export function listInstances(context: Context, input: Input<'ListInstances'>): object {
  const service = findService(context, input.ServiceId);
  const { items, nextToken } = page(`ListInstances ${service.id}`, service.listed.all(), input);
  return {
    ResourceOwner: service.namespace.owner,
    Instances: items.map(({ id, attributes, creator }) => ({
      Id: id,
      Attributes: attributes,
      CreatedByAccount: creator,
    })),
    NextToken: nextToken,
  };
}

/** Throws InstanceNotFound, also if the instance has not propagated yet. */
export function listedInstance(service: ServiceRecord, instanceId: string): InstanceRecord {
  const instance = service.listed.get(instanceId);
  if (instance === undefined) throw new AwsError('InstanceNotFound', 'Instance not found');
  return instance;
}

function subjectOf(service: ServiceRecord, instanceId: string): string {
  return `instance ${service.id}/${instanceId}`;
}

/** Registrations in progress count too. */
function refuseBeyondQuota(context: Context, service: ServiceRecord, instanceId: string): void {
  const { instancesPerService, instancesPerNamespace } = context.settings.quotas;
  if (service.instances.has(instanceId)) return;
  const coming = registrationsOfNew(context, service);
  const services = servicesOf(context, service.namespace);
  const inNamespace = coming.length + services.reduce((sum, { instances }) => sum + instances.size, 0);
  const inService =
    coming.filter(({ serviceId }) => serviceId === service.id).length + service.instances.size;
  if (inService >= instancesPerService) throw limitExceeded('service', instancesPerService);
  if (inNamespace >= instancesPerNamespace) throw limitExceeded('namespace', instancesPerNamespace);
}

function registrationsOfNew(
  { operations, services }: Context,
  { namespace }: ServiceRecord,
): OperationRecord[] {
  return operations.running().filter(({ type, namespaceId, serviceId, targets }) => {
    const isHere = type === 'REGISTER_INSTANCE' && namespaceId === namespace.id;
    return isHere && !services.get(serviceId ?? '')?.instances.has(targets.INSTANCE ?? '');
  });
}

function limitExceeded(of: string, limit: number): AwsError {
  return new AwsError('ResourceLimitExceeded', `The ${of} cannot have more than ${limit} instances`);
}

/**
 * Replaces an existing instance and resets its health, because "Cloud Map deletes the old health check and creates
 * a new one".
 */
function put(
  context: Context,
  service: ServiceRecord,
  { InstanceId: id, CreatorRequestId }: Input<'RegisterInstance'>,
  attributes: Attributes,
): undefined {
  const previous = service.instances.get(id);
  const instance: InstanceRecord = {
    id,
    order: previous?.order ?? context.next(),
    creator: context.accountId,
    creatorRequestId: CreatorRequestId ?? '',
    attributes,
    health: initialHealth(service, attributes),
    pendingHealth: undefined,
  };
  service.instances.set(id, instance);
  propagate(context, service, id, instance);
}

function remove(context: Context, service: ServiceRecord, id: string): undefined {
  service.instances.delete(id);
  propagate(context, service, id, undefined);
}

function propagate(
  { operations, settings, next }: Context,
  { listed, discovered }: ServiceRecord,
  id: string,
  instance: InstanceRecord | undefined,
): void {
  const change = next();
  operations.later(settings.listedAfterMs, () => listed.apply(change, id, instance));
  operations.later(settings.discoveredAfterMs, () => discovered.apply(change, id, instance));
}

/** Route 53 health checks are not run: their status stays unknown. */
function initialHealth(service: ServiceRecord, attributes: Attributes): HealthStatus {
  if (!service.hasCustomHealthCheck) return 'UNKNOWN';
  return attributes.AWS_INIT_HEALTH_STATUS === 'UNHEALTHY' ? 'UNHEALTHY' : 'HEALTHY';
}
