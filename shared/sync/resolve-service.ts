import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError, RefusedError, RetryableError } from '../model/errors.ts';
import { type PodKey, podGroup, type ServiceKey, serviceText } from '../model/identity.ts';
import type { Pod } from '../model/pod.ts';
import type { CloudMapService, Tenant } from '../model/registration.ts';
import type { DesiredInstance } from '../plan/desired.ts';
import type { IpFamily } from '../plan/eligibility.ts';
import { isLeftover, ownershipOf } from '../plan/ownership.ts';
import { matchesWildcard, whyNotAllowed } from '../plan/tenancy.ts';
import { awaitEnd, operationFailed } from './operations.ts';
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
  return {
    target: targetOf(config),
    namespaceName: instance.namespaceName,
    serviceName: instance.serviceName,
  };
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
  refuseUnlessAllowed(config, key, tenant, await world.services.owner(key));
  const known = await world.services.find(key);
  if (known !== undefined) return known;

  const cloudMap = world.cloudMap(config);
  const namespace = await findOrCreateNamespace(world, cloudMap, key.namespaceName, config);
  const service = await findOrCreateService(cloudMap, key, namespace, ipFamily, config);
  if (config.tenancy === undefined) await refuseForeignService(cloudMap, service, key, pod);
  refuseUnlessAllowed(config, key, tenant, await world.services.own(key, tenant));
  await announceReplacement(world, key, service, pod);
  await world.services.save(key, service);
  return service;
}

function refuseUnlessAllowed(
  config: ClusterConfig,
  key: ServiceKey,
  tenant: Tenant,
  owner: Tenant | undefined,
): void {
  const reason = whyNotAllowed({ ...tenant, ...key }, { rules: config.tenancy, owner });
  if (reason !== null) throw new RefusedError(reason);
}

async function findOrCreateNamespace(
  world: World,
  cloudMap: CloudMap,
  name: string,
  config: ClusterConfig,
): Promise<CloudMapNamespace> {
  const existing = await cloudMap.findNamespace(name);
  if (existing !== undefined) return existing;
  const create = config.cloudMap.namespaces.find((entry) => matchesWildcard(entry.name, name))?.create;
  if (create === undefined)
    throw new RefusedError(
      `Cloud Map namespace ${name} does not exist, and clusters.yml does not name its kind for cluster ${config.name}: ` +
        'expected an entry of cloudMap.namespaces with create.kind http or private-dns',
    );
  const operationId = await cloudMap.createNamespace(name, create, config.name);
  const operation = operationId && (await awaitEnd(world.clock, cloudMap, operationId));
  const created = await cloudMap.findNamespace(name);
  if (created !== undefined) return created; // even where the operation failed, because another one was first
  if (operationId && operation && operation.status === 'failed')
    throw operationFailed(operationId, operation.error);
  throw new RetryableError(`Cloud Map namespace ${name} was created but is not listed yet`);
}

async function findOrCreateService(
  cloudMap: CloudMap,
  key: ServiceKey,
  namespace: CloudMapNamespace,
  ipFamily: IpFamily,
  config: ClusterConfig,
): Promise<CloudMapService> {
  if (namespace.kind === 'public-dns')
    throw new RefusedError(
      `Cloud Map namespace ${key.namespaceName} is a public DNS namespace: pod addresses are not published to the Internet`,
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
  return cloudMap.describeService(id, namespace);
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
