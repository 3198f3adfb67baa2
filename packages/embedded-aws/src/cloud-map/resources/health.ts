import { AwsError } from '../../protocol.ts';
import { type Context, findService } from '../context.ts';
import type { CustomHealth, InstanceRecord } from '../records.ts';
import type { Input } from '../shapes.ts';
import { listedInstance } from './instances.ts';
import { page } from './paging.ts';

export function updateInstanceCustomHealthStatus(
  context: Context,
  { ServiceId, InstanceId, Status }: Input<'UpdateInstanceCustomHealthStatus'>,
): undefined {
  const service = findService(context, ServiceId);
  const instance = listedInstance(service, InstanceId);
  if (!service.hasCustomHealthCheck)
    throw new AwsError(
      'CustomHealthNotFound',
      'The health check of the instance is not a custom health check',
    );
  // Readers may lag behind a new registration; the health is that of the current instance.
  changeHealth(context, service.instances.get(InstanceId) ?? instance, Status);
}

export function getInstancesHealthStatus(context: Context, input: Input<'GetInstancesHealthStatus'>): object {
  const service = findService(context, input.ServiceId);
  const wanted = input.Instances?.map((id) => listedInstance(service, id));
  const instances = (wanted ?? service.listed.all()).sort((a, b) => a.order - b.order);
  const { items, nextToken } = page(`GetInstancesHealthStatus ${service.id}`, instances, input);
  return { Status: Object.fromEntries(items.map(({ id, health }) => [id, health])), NextToken: nextToken };
}

/**
 * The change takes effect after a delay, unless another request reverts it before. Repeating the request does not
 * shorten the delay.
 */
function changeHealth(
  { operations, settings }: Context,
  instance: InstanceRecord,
  status: CustomHealth,
): void {
  if (instance.pendingHealth?.status === status) return;
  instance.pendingHealth?.cancel();
  if (settings.customHealthAfterMs === 0) {
    instance.health = status;
    instance.pendingHealth = undefined;
    return;
  }
  const cancel = operations.later(settings.customHealthAfterMs, () => {
    instance.health = status;
    instance.pendingHealth = undefined;
  });
  instance.pendingHealth = { status, cancel };
}
