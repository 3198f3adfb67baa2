import type { EngineContext } from '../engine/context.ts';
import { AwsError } from '../protocol.ts';
import type { NamespaceRecord, ServiceRecord } from './records.ts';
import type { Operations } from './resources/operations.ts';
import type { Settings } from './settings.ts';

/** The context of every operation. */
export interface Context extends EngineContext<Settings> {
  readonly operations: Operations;
  readonly namespaces: Map<string, NamespaceRecord>;
  readonly services: Map<string, ServiceRecord>;
  /** ARN → tags. */
  readonly tags: Map<string, Map<string, string>>;
}

/** By id or ARN; another account's shared namespace by ARN only. */
export function findNamespace({ namespaces, accountId }: Context, idOrArn: string): NamespaceRecord {
  const namespace = find(namespaces, idOrArn);
  if (namespace === undefined || !isReached(namespace, accountId, idOrArn))
    throw new AwsError('NamespaceNotFound', 'Namespace not found');
  return namespace;
}

/** Likewise. */
export function findService({ services, accountId }: Context, idOrArn: string): ServiceRecord {
  const service = find(services, idOrArn);
  if (service === undefined || !isReached(service.namespace, accountId, idOrArn))
    throw new AwsError('ServiceNotFound', 'Service not found');
  return service;
}

function find<Item extends { readonly arn: string }>(
  items: Map<string, Item>,
  idOrArn: string,
): Item | undefined {
  const item = items.get(idOrArn.slice(idOrArn.lastIndexOf('/') + 1));
  return idOrArn.startsWith('arn:') && item?.arn !== idOrArn ? undefined : item;
}

function isReached({ owner }: NamespaceRecord, accountId: string, idOrArn: string): boolean {
  return owner === accountId || idOrArn.startsWith('arn:');
}

/** The value of a namespace for the filter RESOURCE_OWNER. */
export function resourceOwner({ accountId }: Context, { owner }: NamespaceRecord): string {
  return owner === accountId ? 'SELF' : 'OTHER_ACCOUNTS';
}

export function servicesOf({ services }: Context, namespace: NamespaceRecord): ServiceRecord[] {
  return [...services.values()].filter((service) => service.namespace === namespace);
}

/** The account in the ARN is the namespace's owner, whoever creates a service in it. */
export function arnOf({ region }: Context, owner: string, kind: 'namespace' | 'service', id: string): string {
  return `arn:aws:servicediscovery:${region}:${owner}:${kind}/${id}`;
}
