import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError } from '../model/errors.ts';
import type { Claim, CloudMapService } from '../model/registration.ts';
import { desiredInstances } from '../plan/desired.ts';
import type { ServiceView } from '../plan/findings.ts';
import { ServiceFinder } from './find-service.ts';
import { readInstances } from './read-instances.ts';
import type { Truth } from './read-truth.ts';
import { serviceKeyOf } from './resolve-service.ts';
import type { CloudMapReader, SweepWorld } from './sweep-ports.ts';

/** How far back failed operations are looked for: what a sweep every five minutes may have missed, and some more. */
const operationsSinceMs = 30 * 60_000;

/**
 * Both sides of every service that the cluster's pods want or are registered in, by `namespace/service`. Ids come from
 * the table; a namespace is listed only where an id is not known. A service that is not there is left out, so that what
 * is wanted of it is missing.
 */
export async function readServices(
  world: SweepWorld,
  config: ClusterConfig,
  truth: Truth,
): Promise<ReadonlyMap<string, ServiceView>> {
  const reader = world.cloudMapReader(config);
  const found = new Map<string, ServiceView>();
  const finder = new ServiceFinder(config, world.cloudMap(config), reader);
  for (const [name, names] of usedServices(config, truth)) {
    const key = serviceKeyOf(config, names);
    const known = await world.services.find(key);
    const service = known ?? (await finder.find(names)).service;
    if (service === undefined) continue; // not there: whatever is wanted of it is missing
    try {
      found.set(name, await readService(world, reader, key, service));
    } catch (error) {
      if (!(error instanceof NotFoundError) || error.resource !== 'service') throw error;
    }
  }
  return found;
}

interface Names {
  readonly namespaceName: string;
  readonly serviceName: string;
}

function usedServices(config: ClusterConfig, truth: Truth): ReadonlyMap<string, Names> {
  const used = new Map<string, Names>();
  const use = ({ namespaceName, serviceName }: Names) => {
    used.set(`${namespaceName}/${serviceName}`, { namespaceName, serviceName });
  };
  for (const pod of truth.pods.values())
    desiredInstances(pod, truth.surroundings(pod.namespace), config.cloudMap).instances.forEach(use);
  for (const { registrations } of truth.seen.values()) for (const { service } of registrations) use(service);
  for (const { kind, spec } of truth.objects) {
    const cloudMap =
      kind === 'VirtualNode' ? (spec?.serviceDiscovery as { awsCloudMap?: Names })?.awsCloudMap : undefined;
    if (cloudMap) use(cloudMap);
  }
  return used;
}

async function readService(
  world: SweepWorld,
  reader: CloudMapReader,
  key: ReturnType<typeof serviceKeyOf>,
  service: CloudMapService,
): Promise<ServiceView> {
  const claims = new Map<string, Claim>();
  for await (const claim of world.claims.ofService(key)) claims.set(claim.instanceId, claim);
  const { instances, healthUnread } = await readInstances(reader, world.instanceLists, service, claims);
  const isMissed = [...claims.values()].some(
    ({ instanceId, phase }) => phase === 'applied' && !instances.has(instanceId),
  );
  const sinceMs = world.clock.now() - operationsSinceMs;
  const failedOperations = isMissed
    ? await reader.failedOperations(service.id, sinceMs)
    : new Map<string, string>();
  const { namespaceName, serviceName } = key;
  const { hasCustomHealthCheck } = service;
  return {
    ...{ namespaceName, serviceName, hasCustomHealthCheck, instances, claims, failedOperations },
    ...(healthUnread && { healthUnread }),
  };
}
