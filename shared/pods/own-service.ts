import type { ClusterConfig } from '../model/cluster-config.ts';
import { ConflictError, RefusedError, WaitError } from '../model/errors.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { Pod } from '../model/pod.ts';
import type { CloudMapService, ServiceOwners, Tenant } from '../model/registration.ts';
import type { Dependencies } from '../ports/ports.ts';
import {
  areNew,
  areThere,
  findOwners,
  haveClaims,
  type KnownNamespace,
  ownersKey,
  ownersRefusal,
  tenancyWith,
  whyOwnedByOthers,
} from './find-owners.ts';
import {
  ContentsBuilder,
  decideOwners,
  includesTenant,
  type Leftover,
  type ServiceContents,
} from './plan/service-owners.ts';
import { inMessage } from './plan/tenancy-advice.ts';

/** How long what was read of a service's instances is relied on, so that pods that come cost no call. */
const freshMs = 5 * 60_000;
const maxAttempts = 4;
/** Pods looked up to see whether a namespace's leftovers are of live pods. */
const maxLookups = 20;

interface PendingRequest {
  readonly deps: Dependencies;
  readonly key: ServiceKey;
  readonly service: CloudMapService;
  readonly tenant: Tenant;
  readonly config: ClusterConfig;
}

/**
 * Without tenancy rules, lets a pod into a service that its namespace owns or can own; throws a RefusedError otherwise.
 * `isNew`: the pod has nothing there yet. What it reads: the owners, warm, and that is all; the claims, where another owner
 * might be gone; and the instances, where nobody owns the service, an owner is gone, or they were not read for a while.
 */
export async function ownService(
  deps: Dependencies,
  key: ServiceKey,
  service: CloudMapService,
  pod: Pod,
  isNew: boolean,
): Promise<void> {
  const tenant = tenantOf(pod);
  const asking = { deps, key, service, tenant, config: deps.cluster(pod.cluster) };
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const stored = await findOwners(deps, key, service);
    const isFresh = stored !== undefined && isWithin(deps, stored.checkedAtMs, freshMs);
    const isOwner = includesTenant(stored?.owners ?? [], tenant);
    if (isOwner && (isFresh || !isNew)) return;
    if (stored !== undefined && isFresh && (await isOwnedByOthers(asking, stored)))
      throw await ownedByOthers(asking, stored.owners);
    if (await tryToOwn(asking, stored, isOwner)) return;
  }
  throw new WaitError(`the owners of service ${serviceText(key)} change too quickly`);
}

/**
 * Read again after the claim is taken: who takes a service over reads the claims after it has written that it owns it, so
 * one of two sees the other.
 */
export async function isStillOwner(
  deps: Dependencies,
  key: ServiceKey,
  service: CloudMapService,
  pod: Pod,
): Promise<boolean> {
  if (deps.cluster(pod.cluster).tenancy !== undefined) return true;
  const stored = await findOwners(deps, key, service);
  return stored !== undefined && includesTenant(stored.owners, tenantOf(pod));
}

/** Before a missing service is created: others may own one that was deleted, in whatever spelling. */
export async function refuseIfOwned(
  deps: Dependencies,
  key: ServiceKey,
  namespace: KnownNamespace,
  tenant: Tenant,
): Promise<void> {
  const refusal = await whyOwnedByOthers(deps, key, namespace, tenant);
  if (refusal === null) return;
  throw new RefusedError(`${refusal.reason}; ${inMessage(tenant, refusal.tenancy)}`, { dependsOn: 'owners' });
}

export function tenantOf(pod: Pod): Tenant {
  return { cluster: pod.cluster, kubernetesNamespace: pod.namespace };
}

/** What needs no call of Cloud Map: the owners have claims or are new, and nothing was left here for this namespace. */
async function isOwnedByOthers(
  { deps, key, tenant }: PendingRequest,
  stored: ServiceOwners,
): Promise<boolean> {
  if (stored.leftoverNamespaces.includes(tenant.kubernetesNamespace)) return false;
  return !includesTenant(stored.owners, tenant) && areThere(deps, key, stored);
}

/** False where somebody else changed the owners meanwhile. */
async function tryToOwn(
  asking: PendingRequest,
  stored: ServiceOwners | undefined,
  isOwner: boolean,
): Promise<boolean> {
  const { deps, key, service, tenant, config } = asking;
  const contents = await readContents(asking, stored);
  const decision = decideOwners({
    ...{ tenant, current: stored?.owners, contents },
    areNew: stored !== undefined && areNew(deps, stored),
    leftoverNamespaces: await liveLeftovers(asking, contents.leftovers),
    isMadeHere:
      isOwner && contents.foreign.length > 0 && (await deps.cloudMap(config).isMadeHere(service.id)),
  });
  if ('refusedFor' in decision && decision.refusedFor === 'others')
    throw await heldByOthers(asking, decision.owners, contents.foreign);
  const { owners } = decision;
  const leftoverNamespaces = [...new Set(contents.leftovers.map(({ namespace }) => namespace))];
  const written = await writeOwners(asking, { owners, leftoverNamespaces }, stored);
  if (written === undefined) return false;
  if ('refusedFor' in decision) throw await ownedByOthers(asking, owners);
  const former = (stored?.owners ?? []).filter((owner) => !includesTenant(owners, owner));
  const formerKey = { ...key, ...stored?.claimedAs };
  if (former.length === 0 || !(await haveClaims(deps, formerKey, former))) return true;
  await writeOwners(asking, { owners: stored?.owners ?? [], leftoverNamespaces }, written);
  throw new WaitError(`an owner of service ${serviceText(key)} has come back meanwhile`);
}

async function readContents(
  { deps, key, service, config }: PendingRequest,
  stored: ServiceOwners | undefined,
): Promise<ServiceContents> {
  const contents = new ContentsBuilder();
  const formerKey = { ...key, ...stored?.claimedAs };
  for await (const claim of deps.claims.ofService(key)) contents.addClaim(claim);
  if (formerKey.serviceName !== key.serviceName || formerKey.namespaceName !== key.namespaceName)
    for await (const claim of deps.claims.ofService(formerKey)) contents.addClaim(claim);
  for await (const { id, attributes } of deps.cloudMap(config).listInstances(service.id))
    contents.addInstance(id, attributes);
  return contents.build();
}

/** The namespaces of this cluster to whose live pods leftovers belong: another cluster may have namespaces of the same name. */
async function liveLeftovers(
  { deps, tenant }: PendingRequest,
  leftovers: readonly Leftover[],
): Promise<string[]> {
  const live = new Set<string>();
  for (const { namespace, pod } of leftovers.slice(0, maxLookups)) {
    if (live.has(namespace)) continue;
    const record = await deps.pods.find({ cluster: tenant.cluster, namespace, name: pod });
    if (record !== undefined && !record.deleted && !record.pod.terminating) live.add(namespace);
  }
  return [...live];
}

async function writeOwners(
  { deps, key, service }: PendingRequest,
  next: Pick<ServiceOwners, 'owners' | 'leftoverNamespaces'>,
  previous: ServiceOwners | undefined,
): Promise<ServiceOwners | undefined> {
  const nowMs = deps.clock.now();
  const isSame =
    previous?.owners.length === next.owners.length &&
    next.owners.every((owner) => includesTenant(previous.owners, owner));
  const { namespaceName, serviceName, chosen } = key;
  const claimedAs = { namespaceName, serviceName, ...(chosen && { chosen }) };
  const times = { checkedAtMs: nowMs, sinceMs: isSame ? previous.sinceMs : nowMs };
  try {
    return await deps.services.replaceOwners(
      ownersKey(key, service),
      { ...next, ...times, claimedAs: isSame ? (previous.claimedAs ?? claimedAs) : claimedAs },
      previous,
    );
  } catch (error) {
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

async function ownedByOthers(
  { deps, key, tenant }: PendingRequest,
  owners: readonly Tenant[],
): Promise<RefusedError> {
  const { reason, tenancy } = await ownersRefusal(deps, key, tenant, owners);
  return new RefusedError(`${reason}; ${inMessage(tenant, tenancy)}`, { dependsOn: 'owners' });
}

async function heldByOthers(
  { deps, key, tenant }: PendingRequest,
  owners: readonly Tenant[],
  [first]: readonly string[],
): Promise<RefusedError> {
  const reason = `service ${serviceText(key)} holds instances of others (${first})`;
  const advice = inMessage(tenant, await tenancyWith(deps, key, tenant, owners));
  return new RefusedError(`${reason}; ${advice}`, { dependsOn: 'owners' });
}

/** A clock may be off either way. */
function isWithin({ clock }: Dependencies, timeMs: number, ms: number): boolean {
  return Math.abs(clock.now() - timeMs) < ms;
}
