import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError, RefusedError } from '../model/errors.ts';
import { ownershipKey, type PodKey, podGroup, type ServiceKey, serviceText } from '../model/identity.ts';
import type { Pod } from '../model/pod.ts';
import type { CloudMapService, Tenant } from '../model/registration.ts';
import { chosenNamespace, otherSpelling } from '../plan/choose-namespace.ts';
import type { DesiredInstance } from '../plan/desired.ts';
import type { IpFamily } from '../plan/eligibility.ts';
import { whyManagedByOther } from '../plan/managed-service.ts';
import { isLeftover, ownershipOf } from '../plan/ownership.ts';
import { whyNotAllowed } from '../plan/tenancy.ts';
import { findOrCreateNamespace } from './find-namespace.ts';
import type { CloudMap, CloudMapNamespace, World } from './ports.ts';
import { resyncRequested } from './resync-requested.ts';

/** The one account and Region a cluster registers into. */
export function targetOf({ cloudMap: { roleArn, region } }: ClusterConfig): ServiceKey['target'] {
  return `${roleArn?.split(':')[4] ?? 'own'}/${region ?? 'own'}`;
}

export function serviceKeyOf(
  config: ClusterConfig,
  instance: Pick<DesiredInstance, 'namespaceName' | 'serviceName'>,
): ServiceKey {
  const { namespaceName, serviceName } = instance;
  const chosen = chosenNamespace(config, namespaceName);
  return { target: targetOf(config), namespaceName, serviceName, ...(chosen && { chosen }) };
}

/**
 * The Cloud Map service an instance goes into, if its pod's namespace may register there; created where missing.
 * Warm, this costs two reads of the table and no AWS call. Throws a RefusedError with the reason when it may not be.
 */
export async function resolveService(
  world: World,
  key: ServiceKey,
  pod: Pod,
  ipFamily: IpFamily,
): Promise<CloudMapService> {
  const config = world.cluster(pod.cluster);
  const tenant = { cluster: pod.cluster, kubernetesNamespace: pod.namespace };
  const known = await world.services.find(key);
  const owner = known && (await world.services.owner(ownershipKey(key, namespaceOf(known))));
  refuseUnlessAllowed({ ...tenant, ...key, namespaceKind: known?.namespaceKind }, config, owner);
  if (known !== undefined) return refuseManaged(known, key, config);

  const cloudMap = world.cloudMap(config);
  const namespace = await findOrCreateNamespace(world, cloudMap, key.namespaceName, config);
  const service = await findOrCreateService(world, cloudMap, key, namespace, { ipFamily, config, tenant });
  if (config.tenancy === undefined) await refuseForeignService(cloudMap, service, key, pod);
  const { namespaceKind } = service;
  const first = await world.services.own(ownershipKey(key, namespaceOf(service)), tenant);
  refuseUnlessAllowed({ ...tenant, ...key, namespaceKind }, config, first);
  await announceReplacement(world, key, service, pod);
  await world.services.save(key, service);
  return service;
}

/** The namespace of a service that is known. */
export function namespaceOf({ namespaceId, namespaceKind }: CloudMapService) {
  return { id: namespaceId, kind: namespaceKind };
}

function refuseManaged(
  service: CloudMapService,
  { namespaceName }: ServiceKey,
  config: ClusterConfig,
): CloudMapService {
  const reason = whyManagedByOther(namespaceName, service, config);
  if (reason !== null) throw new RefusedError(reason);
  return service;
}

function refuseUnlessAllowed(
  wish: Parameters<typeof whyNotAllowed>[0],
  { tenancy: rules }: ClusterConfig,
  owner: Tenant | undefined,
): void {
  const reason = whyNotAllowed(wish, { rules, owner });
  if (reason !== null) throw new RefusedError(reason);
}

async function findOrCreateService(
  world: World,
  cloudMap: CloudMap,
  key: ServiceKey,
  namespace: CloudMapNamespace,
  { ipFamily, config, tenant }: { ipFamily: IpFamily; config: ClusterConfig; tenant: Tenant },
): Promise<CloudMapService> {
  const { kind } = namespace;
  if (kind === 'public-dns')
    throw new RefusedError(
      `Cloud Map namespace ${key.namespaceName} is a public DNS namespace: pod addresses are not published to the Internet`,
    );
  // Before a service is made that another tenant's deleted one would be.
  const wish = { ...tenant, ...key, namespaceKind: kind };
  refuseUnlessAllowed(
    wish,
    config,
    await world.services.owner(ownershipKey(key, { id: namespace.id, kind })),
  );
  const recordTypes = { ipv4: ['A'], ipv6: ['AAAA'], dual: ['A', 'AAAA'] } as const;
  const id = await cloudMap.ensureService({
    name: key.serviceName,
    namespace,
    recordTypes: recordTypes[ipFamily],
    ttlSeconds: config.cloudMap.services.ttlSeconds,
    hasCustomHealthCheck: config.cloudMap.services.healthCheck === 'custom',
    cluster: config.name,
  });
  const service = await cloudMap.describeService(id, namespace);
  if (service.name === key.serviceName) return refuseManaged(service, key, config);
  const real = { ...key, serviceName: service.name };
  throw new RefusedError(otherSpelling('service', serviceText(key), serviceText(real)));
}

/**
 * Without tenancy rules, a service in which somebody else has instances is somebody else's. What the old App Mesh
 * controller left is not counted: it is there to be taken over.
 */
async function refuseForeignService(
  cloudMap: CloudMap,
  service: CloudMapService,
  key: ServiceKey,
  pod: Pod,
): Promise<void> {
  for await (const { id, attributes } of cloudMap.listInstances(service.id)) {
    if (isLeftover(attributes) || ownershipOf(attributes, pod).kind !== 'foreign') continue;
    throw new RefusedError(
      `service ${serviceText(key)} holds instances of others (${id}); ` +
        `a tenancy rule of cluster ${pod.cluster} in clusters.yml can let namespace ${pod.namespace} in`,
    );
  }
}

/**
 * A service that was deleted behind our back comes back under another id, empty. Everybody who was registered in the
 * former one is asked to look again, before the new id is saved: after a crash in between, this is done anew.
 */
async function announceReplacement(
  world: World,
  key: ServiceKey,
  service: CloudMapService,
  pod: Pod,
): Promise<void> {
  const owners: PodKey[] = [];
  for await (const claim of world.claims.ofService(key))
    if (claim.serviceId !== service.id && podGroup(claim.owner) !== podGroup(pod)) owners.push(claim.owner);
  const reason = `Cloud Map service ${serviceText(key)} was replaced by ${service.id}`;
  await world.requests.send(owners.map((owner) => resyncRequested(owner, service.id, reason)));
}

/** Forgets ids that Cloud Map says do not exist; true when there was something to forget. */
export async function forgetIfGone(world: World, key: ServiceKey, error: unknown): Promise<boolean> {
  if (!(error instanceof NotFoundError) || !['service', 'namespace'].includes(error.resource)) return false;
  await world.services.forget(key);
  return true;
}
