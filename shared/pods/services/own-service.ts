import type { ClusterConfig } from '../../model/cluster-config.ts';
import { ConflictError, RefusedError, WaitError } from '../../model/errors.ts';
import { type ServiceKey, serviceText } from '../../model/identity.ts';
import type { Pod } from '../../model/pod.ts';
import type { CloudMapService, ServiceOwners, Tenant } from '../../model/records/registration.ts';
import type { Dependencies } from '../../ports/ports.ts';
import {
  ContentsBuilder,
  decideOwners,
  includesTenant,
  type Leftover,
  type ServiceContents,
} from '../plan/services/service-owners.ts';
import { inMessage } from '../plan/services/tenancy-advice.ts';
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

/** How long a reading of a service's instances is valid, so that new pods cost no call. */
const freshMs = 5 * 60_000;
const maxAttempts = 4;
/** Maximum pods checked to find out whether a namespace's leftovers belong to live pods. */
const maxChecked = 20;

interface PendingRequest {
  readonly deps: Dependencies;
  readonly key: ServiceKey;
  readonly service: CloudMapService;
  readonly tenant: Tenant;
  readonly config: ClusterConfig;
}

/**
 * Without tenancy rules, admits a pod to a service that its namespace owns or can own; throws a RefusedError otherwise.
 * `isNew`: the pod has nothing there yet. Reads only the owners when warm; the claims if another owner might be gone;
 * and the instances if nobody owns the service, an owner is gone, or they were not read for a while.
 */
export async function ownService(
  deps: Dependencies,
  key: ServiceKey,
  service: CloudMapService,
  { pod, isNew }: { readonly pod: Pod; readonly isNew: boolean },
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
 * Called again after the claim is taken: a namespace that takes over a service writes its ownership before it reads the
 * claims, so one of the two sees the other.
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

/** Called before a missing service is created: others may own a deleted service of this name, in any spelling. */
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

/** Decided without Cloud Map calls: the owners have claims or are new, and there are no leftovers of this namespace. */
async function isOwnedByOthers(
  { deps, key, tenant }: PendingRequest,
  stored: ServiceOwners,
): Promise<boolean> {
  if (stored.leftoverNamespaces.includes(tenant.kubernetesNamespace)) return false;
  return !includesTenant(stored.owners, tenant) && areThere(deps, key, stored);
}

/** Returns false if the owners were changed concurrently. */
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

/** Namespaces of this cluster whose live pods own leftovers; another cluster may have the same namespace names. */
async function liveLeftovers(
  { deps, tenant }: PendingRequest,
  leftovers: readonly Leftover[],
): Promise<string[]> {
  const live = new Set<string>();
  for (const { namespace, pod } of leftovers.slice(0, maxChecked)) {
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

/** A clock may be ahead or behind. */
function isWithin({ clock }: Dependencies, timeMs: number, ms: number): boolean {
  return Math.abs(clock.now() - timeMs) < ms;
}
