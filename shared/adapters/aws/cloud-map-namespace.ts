import type { NamespaceSummary } from '@aws-sdk/client-servicediscovery';
import { RetryableError } from '../../model/errors.ts';
import type { CloudMapNamespace } from '../../ports/ports.ts';

const kinds: Readonly<Record<string, CloudMapNamespace['kind']>> = {
  HTTP: 'http',
  DNS_PRIVATE: 'private-dns',
  DNS_PUBLIC: 'public-dns',
};

export function namespaceOf({ Id, Type, Name = '', Properties }: NamespaceSummary): CloudMapNamespace {
  const kind = kinds[Type ?? ''];
  if (kind === undefined)
    throw new RetryableError(`Cloud Map namespace ${Name} has the unknown type ${Type}`);
  if (Id === undefined) throw new RetryableError(`Cloud Map namespace ${Name} was answered without an id`);
  const hostedZoneId = Properties?.DnsProperties?.HostedZoneId;
  return {
    ...{ id: Id, name: Name, kind },
    httpName: Properties?.HttpProperties?.HttpName ?? Name,
    ...(hostedZoneId && { hostedZoneId }),
  };
}

/** A namespace named by its ARN may be another account's: its ARN is its id, and calls name the account. */
export function sharedNamespaceOf(summary: NamespaceSummary, arn: string): CloudMapNamespace {
  return { ...namespaceOf(summary), id: arn, ownerAccount: summary.ResourceOwner ?? accountOf(arn) };
}

/** The account of an ARN; undefined for a plain id. */
export function accountOf(idOrArn: string): string | undefined {
  return idOrArn.startsWith('arn:') ? idOrArn.split(':')[4] : undefined;
}

/** The last part of an ARN; a plain id unchanged. */
export function plainId(idOrArn: string): string {
  return idOrArn.slice(idOrArn.lastIndexOf('/') + 1);
}

/**
 * Operations on instances of a shared namespace belong to the account that owns it, and GetOperation finds them only
 * with that account. So it is stored with the id, `111122223333:operation`.
 */
export function operationIdOf(serviceId: string, operationId: string): string {
  const account = accountOf(serviceId);
  return account === undefined ? operationId : `${account}:${operationId}`;
}

export function operationInput(id: string): { readonly OperationId: string; readonly OwnerAccount?: string } {
  const [, account, operationId] = /^(\d{12}):(.+)$/.exec(id) ?? [];
  if (account === undefined || operationId === undefined) return { OperationId: id };
  return { OperationId: operationId, OwnerAccount: account };
}
