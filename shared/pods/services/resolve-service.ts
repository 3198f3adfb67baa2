import type { ClusterConfig } from '../../model/cluster-config.ts';
import { NotFoundError, RefusedError, WaitError } from '../../model/errors.ts';
import { resyncRequested } from '../../model/events/resync-requested.ts';
import { type PodKey, podGroup, type ServiceKey, serviceText } from '../../model/identity.ts';
import type { Pod } from '../../model/pod.ts';
import type { CloudMapService } from '../../model/records/registration.ts';
import { targetOf } from '../../model/target.ts';
import type { Dependencies } from '../../ports/ports.ts';
import type { DesiredInstance } from '../plan/desired/desired.ts';
import type { IpFamily } from '../plan/eligibility.ts';
import { chosenNamespace, otherSpelling } from '../plan/services/choose-namespace.ts';
import { refusing, serviceRefused } from '../plan/services/creation-refused.ts';
import { whyManagedByOther } from '../plan/services/managed-service.ts';
import { whyNotAllowed } from '../plan/services/tenancy.ts';
import { findOrCreateNamespace } from './find-namespace.ts';
import { listingsOf } from './namespace-listings.ts';
import { ownService, refuseIfOwned } from './own-service.ts';
import { recordUse } from './record-use.ts';
import { joinSearch } from './running-searches.ts';

export function serviceKeyOf(
  config: ClusterConfig,
  instance: Pick<DesiredInstance, 'namespaceName' | 'serviceName'>,
): ServiceKey {
  const { namespaceName, serviceName } = instance;
  const chosen = chosenNamespace(config, namespaceName);
  return { target: targetOf(config), namespaceName, serviceName, ...(chosen && { chosen }) };
}

interface Resolving {
  readonly ipFamily: IpFamily;
  /** The pod has no instance in the service yet. */
  readonly isNew: boolean;
}

/**
 * The Cloud Map service of an instance, if its pod's namespace may register there; created if missing. `known`: the
 * service as stored, read by the caller. When warm, this costs one read of the table and no AWS call. Throws a
 * RefusedError with the reason if registration is not allowed.
 */
export async function resolveService(
  deps: Dependencies,
  key: ServiceKey,
  pod: Pod,
  { known, ipFamily, isNew }: Resolving & { readonly known: CloudMapService | undefined },
): Promise<CloudMapService> {
  const config = deps.cluster(pod.cluster);
  const request = { cluster: pod.cluster, kubernetesNamespace: pod.namespace, ...key };
  refuseUnlessAllowed({ ...request, namespaceKind: known?.namespaceKind }, config);
  if (known === undefined)
    return joinSearch(deps.cloudMap(config), JSON.stringify([request, ipFamily, isNew]), () =>
      search(deps, key, pod, { ipFamily, isNew, request }),
    );
  refuseManaged(known, key, config);
  if (config.tenancy === undefined) await ownService(deps, key, known, { pod, isNew });
  return known;
}

/** Finds a service that is not known yet, or creates it, and saves it. */
async function search(
  deps: Dependencies,
  key: ServiceKey,
  pod: Pod,
  { ipFamily, isNew, request }: Resolving & { readonly request: ServiceRequest },
): Promise<CloudMapService> {
  const config = deps.cluster(pod.cluster);
  const find = () => findOrCreateService(deps, key, ipFamily, request);
  const service = await withoutLongWait(() => inExistingNamespace(deps, config, find));
  refuseManaged(service, key, config);
  if (config.tenancy === undefined) await ownService(deps, key, service, { pod, isNew });
  await announceReplacement(deps, key, service, pod);
  await deps.services.save(key, service);
  return service;
}

/** Long enough for a turn of ListNamespaces, which is one a second. */
const maxTurnMs = 2_000;

/**
 * Each pod of a service that is not known yet gets a turn of its own to find it, the last one minutes later. As soon as one
 * has found it, the others need no turn: they read it from the table. So each retries soon.
 */
async function withoutLongWait<T>(find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    const { retryAfterMs = 0, code } = error instanceof WaitError ? error : {};
    if (code !== 'Throttled' || retryAfterMs <= maxTurnMs) throw error;
    const { message } = error as WaitError;
    throw new WaitError(message, { cause: error, retryAfterMs: maxTurnMs, code });
  }
}

/** A namespace that was listed a while ago may be gone: once more, with a new listing. */
async function inExistingNamespace<T>(
  deps: Dependencies,
  config: ClusterConfig,
  find: () => Promise<T>,
): Promise<T> {
  try {
    return await find();
  } catch (error) {
    const isGone = error instanceof NotFoundError && error.resource === 'namespace';
    if (!isGone || !listingsOf(deps.cloudMap(config), deps.clock).forget()) throw error;
    return find();
  }
}

function refuseManaged(service: CloudMapService, { namespaceName }: ServiceKey, config: ClusterConfig): void {
  const reason = whyManagedByOther(namespaceName, service, config);
  if (reason !== null) throw new RefusedError(reason);
}

type ServiceRequest = Parameters<typeof whyNotAllowed>[0];

function refuseUnlessAllowed(request: ServiceRequest, { tenancy }: ClusterConfig): void {
  const reason = whyNotAllowed(request, tenancy);
  if (reason !== null) throw new RefusedError(reason);
}

async function findOrCreateService(
  deps: Dependencies,
  key: ServiceKey,
  ipFamily: IpFamily,
  request: ServiceRequest,
): Promise<CloudMapService> {
  const config = deps.cluster(request.cluster);
  const cloudMap = deps.cloudMap(config);
  const namespace = await findOrCreateNamespace(deps, cloudMap, key.namespaceName, config);
  if (namespace.kind === 'public-dns')
    throw new RefusedError(
      `Cloud Map namespace ${key.namespaceName} is a public DNS namespace: pod addresses are not published to the Internet`,
    );
  refuseUnlessAllowed({ ...request, namespaceKind: namespace.kind }, config);
  const known = { namespaceId: namespace.id, namespaceKind: namespace.kind };
  if (config.tenancy === undefined) await refuseIfOwned(deps, key, known, request);
  // Before the service is made: after a crash, a drain still finds it.
  await recordUse(deps, config.name, key);
  const recordTypes = { ipv4: ['A'], ipv6: ['AAAA'], dual: ['A', 'AAAA'] } as const;
  const wanted = {
    name: key.serviceName,
    namespace,
    recordTypes: recordTypes[ipFamily],
    ttlSeconds: config.cloudMap.services.ttlSeconds,
    hasCustomHealthCheck: config.cloudMap.services.healthCheck === 'custom',
    cluster: config.name,
  };
  const id = await cloudMap.ensureService(wanted).catch(refusing((quota) => serviceRefused(key, quota)));
  const service = await cloudMap.describeService(id, namespace);
  if (service.name === key.serviceName) return service;
  const real = { ...key, serviceName: service.name };
  throw new RefusedError(otherSpelling('service', serviceText(key), serviceText(real)));
}

/**
 * A service that somebody else deleted is recreated empty under another id. All pods registered in the former one are
 * asked to resync before the new id is saved, so that this is repeated after a crash in between.
 */
async function announceReplacement(
  deps: Dependencies,
  key: ServiceKey,
  service: CloudMapService,
  pod: Pod,
): Promise<void> {
  const owners: PodKey[] = [];
  for await (const claim of deps.claims.ofService(key))
    if (claim.serviceId !== service.id && podGroup(claim.owner) !== podGroup(pod)) owners.push(claim.owner);
  const reason = `Cloud Map service ${serviceText(key)} was replaced by ${service.id}`;
  await deps.requests.send(owners.map((owner) => resyncRequested(owner, service.id, reason)));
}

/** Removes stored ids that Cloud Map reports as missing; returns true if there were any. */
export async function forgetIfGone(deps: Dependencies, key: ServiceKey, error: unknown): Promise<boolean> {
  if (!(error instanceof NotFoundError) || !['service', 'namespace'].includes(error.resource)) return false;
  await deps.services.forget(key);
  return true;
}
