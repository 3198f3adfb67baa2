import * as z from 'zod/mini';
import type { ServiceKey } from '../identity.ts';
import { serviceGroup } from '../identity.ts';
import { detailTypes, eventVersion, type ServiceRemovalRequested } from './event.ts';
import { detail, run, text } from './parts.ts';

export const serviceRemovalRequested = z.extend(detail, {
  type: z.literal(detailTypes.serviceRemovalRequested),
  service: z.object({
    target: text(3, 64),
    namespaceName: text(1),
    serviceName: text(1),
    chosen: z.optional(text(1, 255)),
  }),
  serviceId: text(1, 255),
  run,
}) satisfies z.ZodMiniType<ServiceRemovalRequested>;

/** Requests that the empty service of a drained cluster is removed. `run` keeps SQS from dropping it as a duplicate. */
export function serviceRemoval(
  cluster: string,
  { service, serviceId }: { readonly service: ServiceKey; readonly serviceId: string },
  run: string,
): ServiceRemovalRequested {
  return {
    type: detailTypes.serviceRemovalRequested,
    version: eventVersion,
    group: serviceGroup(cluster, service),
    ...{ cluster, service, serviceId, run },
  };
}
