import type { EngineContext } from '../engine/context.ts';
import { AwsError } from '../protocol.ts';
import type { Operations } from './operations.ts';
import type { NamespaceRecord, ServiceRecord } from './records.ts';
import type { Settings } from './settings.ts';

/** What every operation works with. */
export interface Context extends EngineContext<Settings> {
  readonly operations: Operations;
  readonly namespaces: Map<string, NamespaceRecord>;
  readonly services: Map<string, ServiceRecord>;
  /** ARN → tags. */
  readonly tags: Map<string, Map<string, string>>;
}

/** By id or ARN. */
export function findNamespace({ namespaces }: Context, idOrArn: string): NamespaceRecord {
  const namespace = find(namespaces, idOrArn);
  if (namespace === undefined) throw new AwsError('NamespaceNotFound', 'Namespace not found');
  return namespace;
}

/** By id or ARN. */
export function findService({ services }: Context, idOrArn: string): ServiceRecord {
  const service = find(services, idOrArn);
  if (service === undefined) throw new AwsError('ServiceNotFound', 'Service not found');
  return service;
}

function find<Item extends { readonly arn: string }>(
  items: Map<string, Item>,
  idOrArn: string,
): Item | undefined {
  const item = items.get(idOrArn.slice(idOrArn.lastIndexOf('/') + 1));
  return idOrArn.startsWith('arn:') && item?.arn !== idOrArn ? undefined : item;
}

export function servicesOf({ services }: Context, namespace: NamespaceRecord): ServiceRecord[] {
  return [...services.values()].filter((service) => service.namespace === namespace);
}

export function arnOf({ accountId, region }: Context, kind: 'namespace' | 'service', id: string): string {
  return `arn:aws:servicediscovery:${region}:${accountId}:${kind}/${id}`;
}
