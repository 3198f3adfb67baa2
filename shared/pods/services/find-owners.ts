import { ownershipKey, type ServiceKey, serviceText } from '../../model/identity.ts';
import {
  type CloudMapService,
  isDeregistered,
  type ServiceOwners,
  type Tenant,
} from '../../model/records/registration.ts';
import type { Dependencies } from '../../ports/ports.ts';
import { includesTenant, tenantText } from '../plan/services/service-owners.ts';
import { type OwnedService, requestedService, tenancyThatKeeps } from '../plan/services/tenancy-advice.ts';

/** How long a new owner has to register something before the service counts as free for others. */
const graceMs = 2 * 60_000;

/** The data that shows who owns a service. */
export interface OwnersReader {
  readonly clock: Pick<Dependencies['clock'], 'now'>;
  readonly claims: Pick<Dependencies['claims'], 'ofService'>;
  readonly services: Pick<Dependencies['services'], 'owners' | 'ownedOf'>;
}

export type KnownNamespace = Pick<CloudMapService, 'namespaceId' | 'namespaceKind'>;

export function ownersKey(
  key: ServiceKey,
  { namespaceId: id, namespaceKind: kind }: KnownNamespace,
): ServiceKey {
  return ownershipKey(key, { id, kind });
}

/** An earlier release stored one owner, by the names alone. */
export async function findOwners(
  { services }: Pick<OwnersReader, 'services'>,
  key: ServiceKey,
  namespace: KnownNamespace,
): Promise<ServiceOwners | undefined> {
  const found = await services.owners(ownersKey(key, namespace));
  if (found !== undefined || key.chosen !== undefined) return found;
  const former = await services.owners(key);
  return former && { ...former, version: 0 };
}

/**
 * Whether the owners certainly own the service: they have claims there, under the names that they use, or had no time
 * to take any.
 */
export async function areThere(
  reader: OwnersReader,
  key: ServiceKey,
  stored: ServiceOwners,
): Promise<boolean> {
  return areNew(reader, stored) || haveClaims(reader, { ...key, ...stored.claimedAs }, stored.owners);
}

export function areNew({ clock }: Pick<OwnersReader, 'clock'>, { sinceMs }: ServiceOwners): boolean {
  return Math.abs(clock.now() - sinceMs) < graceMs;
}

export async function haveClaims(
  { claims }: Pick<OwnersReader, 'claims'>,
  key: ServiceKey,
  tenants: readonly Tenant[],
): Promise<boolean> {
  for await (const claim of claims.ofService(key)) {
    const { cluster, namespace: kubernetesNamespace } = claim.owner;
    if (!isDeregistered(claim) && includesTenant(tenants, { cluster, kubernetesNamespace })) return true;
  }
  return false;
}

export interface OwnersRefusal {
  readonly reason: string;
  /** The tenancy of the cluster that admits the namespace and keeps what works today, as YAML. */
  readonly tenancy: string;
}

/** Why a namespace may not register into a service of others; null if it may, or will when a pod of it arrives. */
export async function whyOwnedByOthers(
  reader: OwnersReader,
  key: ServiceKey,
  namespace: KnownNamespace,
  tenant: Tenant,
): Promise<OwnersRefusal | null> {
  const stored = await findOwners(reader, key, namespace);
  if (stored === undefined || includesTenant(stored.owners, tenant)) return null;
  return (await areThere(reader, key, stored)) ? ownersRefusal(reader, key, tenant, stored.owners) : null;
}

export async function ownersRefusal(
  reader: Pick<OwnersReader, 'services'>,
  key: ServiceKey,
  tenant: Tenant,
  owners: readonly Tenant[],
): Promise<OwnersRefusal> {
  return {
    reason: `service ${serviceText(key)} belongs to ${owners.map(tenantText).join(' and ')}`,
    tenancy: await tenancyWith(reader, key, tenant, owners),
  };
}

export async function tenancyWith(
  { services }: Pick<OwnersReader, 'services'>,
  key: ServiceKey,
  tenant: Tenant,
  owners: readonly Tenant[],
): Promise<string> {
  const owned: OwnedService[] = [];
  for await (const service of services.ownedOf(key.target)) owned.push(service);
  return tenancyThatKeeps(tenant.cluster, [...owned, requestedService(key, owners, tenant)]);
}
