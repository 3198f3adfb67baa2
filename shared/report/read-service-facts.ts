import pLimit from 'p-limit';
import type { ReadAttempts } from '../explain/reads.ts';
import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError } from '../model/errors.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { Claim, CloudMapService } from '../model/records/registration.ts';
import type { SeenInstance } from '../model/service-view.ts';
import { configAt } from '../model/target.ts';
import type { ReportDependencies } from '../ports/report-ports.ts';
import { namedServices } from './named-services.ts';
import { keyText, type ReportScope, type ServiceFacts } from './plan/facts.ts';
import type { ReadCluster } from './read-cluster-facts.ts';

/** Services that are read at a time. */
const concurrency = 8;

interface Wanted {
  readonly key: ServiceKey;
  readonly config: ClusterConfig;
  readonly clusters: string[];
}

/** Every service that the clusters use: one DiscoverInstances each, as discovering clients call it. */
export async function readServiceFacts(
  deps: ReportDependencies,
  reads: ReadAttempts,
  clusters: readonly ReadCluster[],
  scope: ReportScope,
): Promise<ReadonlyMap<string, ServiceFacts>> {
  const limit = pLimit(concurrency);
  const wanted = [...servicesOf(clusters, scope)];
  const read = wanted.map(([text, service]) =>
    limit(async () => [text, await readService(deps, reads, service)] as const),
  );
  return new Map(await Promise.all(read));
}

function servicesOf(clusters: readonly ReadCluster[], { namespace }: ReportScope): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { facts, used } of clusters) {
    const named = namedServices(facts, namespace);
    for (const key of namespace === undefined ? [...named, ...used] : named) {
      const config = configAt(facts.config, key.target);
      if (config === undefined) continue; // a sweep reports it
      const service = wanted.get(keyText(key)) ?? { key, config, clusters: [] };
      wanted.set(keyText(key), service);
      if (!service.clusters.includes(facts.config.name)) service.clusters.push(facts.config.name);
    }
  }
  return wanted;
}

async function readService(
  deps: ReportDependencies,
  reads: ReadAttempts,
  { key, config, clusters }: Wanted,
): Promise<ServiceFacts> {
  const text = serviceText(key);
  const claims = await reads.attempt(`the claims on ${text}`, () => readClaims(deps, key));
  const stored = await reads.attempt(`the stored id of ${text}`, async () => ({
    service: await deps.services.find(key),
  }));
  const service = stored?.service;
  const facts = { key, clusters, service, claims };
  if (service === undefined) return stored === undefined ? facts : { ...facts, instances: new Map() };
  const read = await reads.attempt(`the instances of ${text}`, () => discover(deps, config, service));
  return { ...facts, ...read };
}

async function readClaims(deps: ReportDependencies, key: ServiceKey): Promise<ReadonlyMap<string, Claim>> {
  const claims = await Array.fromAsync(deps.claims.ofService(key));
  return new Map(claims.map((claim) => [claim.instanceId, claim]));
}

async function discover(
  deps: ReportDependencies,
  config: ClusterConfig,
  { id, name, httpName, ownerAccount, hasCustomHealthCheck }: CloudMapService,
): Promise<Pick<ServiceFacts, 'instances' | 'isGone'>> {
  const healthCheck = hasCustomHealthCheck ? 'custom' : 'none';
  const service = { id, arn: id, name, healthCheck, namespace: { httpName, ownerAccount } } as const;
  try {
    const { instances } = await deps.catalog(config).instances(service);
    return { instances: new Map(instances.map(({ id, ...instance }) => [id, seen(instance)])) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { instances: new Map(), isGone: true };
  }
}

/** Cloud Map returns UNKNOWN for the instances of a service without a health check. */
function seen({ attributes, health }: SeenInstance): SeenInstance {
  return health === undefined || health === 'UNKNOWN' ? { attributes } : { attributes, health };
}
