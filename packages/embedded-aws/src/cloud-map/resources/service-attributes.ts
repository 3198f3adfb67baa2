import { AwsError } from '../../protocol.ts';
import { type Context, findService } from '../context.ts';
import type { Input } from '../shapes.ts';

const maxAttributes = 30;

export function updateServiceAttributes(
  context: Context,
  { ServiceId, Attributes }: Input<'UpdateServiceAttributes'>,
): object {
  const service = findService(context, ServiceId);
  const attributes = { ...service.attributes, ...Attributes };
  if (Object.keys(attributes).length > maxAttributes)
    throw new AwsError(
      'ServiceAttributesLimitExceededException',
      `A service can have at most ${maxAttributes} attributes`,
    );
  service.attributes = attributes;
  return {};
}

export function getServiceAttributes(context: Context, { ServiceId }: Input<'GetServiceAttributes'>): object {
  const { arn, attributes } = findService(context, ServiceId);
  return {
    ServiceAttributes: { ServiceArn: arn, ResourceOwner: context.accountId, Attributes: attributes },
  };
}

export function deleteServiceAttributes(
  context: Context,
  { ServiceId, Attributes }: Input<'DeleteServiceAttributes'>,
): object {
  const service = findService(context, ServiceId);
  const kept = Object.entries(service.attributes).filter(([key]) => !Attributes.includes(key));
  service.attributes = Object.fromEntries(kept);
  return {};
}
