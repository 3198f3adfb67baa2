import * as z from 'zod/mini';
import { text, timestamp } from './parts.ts';

/** The calls of Cloud Map that may change a ServiceEntry; the rule in deploy/service-entries.yml names the same. */
export const cloudMapCalls = [
  'CreateService',
  'DeleteService',
  'DeregisterInstance',
  'RegisterInstance',
  'UpdateInstanceCustomHealthStatus',
  'UpdateService',
] as const;

const id = z.nullish(text(1, 255));

/** AWS's event of a call that CloudTrail has recorded, as far as it is used. A refused call may lack its parameters. */
export const cloudMapCall = z.object({
  source: z.literal('aws.servicediscovery'),
  'detail-type': z.literal('AWS API Call via CloudTrail'),
  account: z.string().check(z.regex(/^\d{12}$/, 'expected an account id')),
  region: text(1, 64),
  detail: z.object({
    eventSource: z.literal('servicediscovery.amazonaws.com'),
    eventName: z.enum(cloudMapCalls),
    eventTime: timestamp,
    errorCode: z.nullish(z.string()),
    requestParameters: z.nullish(z.object({ serviceId: id, id, namespaceId: id, instanceId: id })),
    responseElements: z.nullish(z.object({ service: z.nullish(z.object({ id })) })),
  }),
});

export type CloudMapCall = z.output<typeof cloudMapCall>;

/** The message group of all these events; a cluster's name has no slash. */
export const cloudMapCallGroup = 'cloud-map/calls';

export interface ChangedService {
  readonly serviceId: string;
  /** As far as the call names it. */
  readonly namespaceId?: string | undefined;
  /** Whether services, and not only instances, may have changed. */
  readonly isOfService: boolean;
  readonly atMs: number;
}

/**
 * The service that the call changed; undefined if the call was refused. Calls about instances name the service as
 * `serviceId`, those about a service as `id`, and CreateService has the id in its answer. Each may be an ARN.
 */
export function changedService({ detail }: CloudMapCall): ChangedService | undefined {
  const { errorCode, requestParameters, responseElements, eventName, eventTime } = detail;
  if (errorCode) return undefined;
  const { serviceId, id: updatedId, namespaceId } = requestParameters ?? {};
  const found = serviceId ?? updatedId ?? responseElements?.service?.id;
  if (!found) return undefined;
  return {
    serviceId: lastPart(found),
    ...(namespaceId && { namespaceId: lastPart(namespaceId) }),
    isOfService: eventName.endsWith('Service'),
    atMs: Date.parse(eventTime),
  };
}

function lastPart(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
}
