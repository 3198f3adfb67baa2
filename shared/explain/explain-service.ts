import type { ClusterConfig } from '../model/cluster-config.ts';
import { PermanentError } from '../model/errors.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { Claim, CloudMapService, Tenant } from '../model/records/registration.ts';
import { type SeenInstance, withHealth } from '../model/service-view.ts';
import { findOwners } from '../pods/services/find-owners.ts';
import { ServiceFinder } from '../pods/services/find-service.ts';
import { serviceKeyOf } from '../pods/services/resolve-service.ts';
import type { ExplainDependencies } from '../ports/explain-ports.ts';
import type { CloudMapReader } from '../ports/sweep-ports.ts';
import { explainEntries } from './explain-entries.ts';
import { readUnderWay } from './explain-operations.ts';
import { explainService as explain, type ServiceExplanation } from './plan/service-explanation.ts';
import { readDrains } from './read-drains.ts';
import { ReadAttempts } from './reads.ts';

/** How far back failed operations are searched. */
const operationsSinceMs = 24 * 3600_000;

/** Reads the instances and the claims of a Cloud Map service and explains who manages each. Writes nothing. */
export async function explainService(
  deps: ExplainDependencies,
  service: string,
  cluster: string | undefined,
): Promise<ServiceExplanation> {
  const config = configOf(deps, cluster);
  const key = serviceKeyOf(config, namesOf(service));
  const reads = new ReadAttempts();
  const text = serviceText(key);
  const cloudMap = deps.cloudMapReader(config);
  const finder = new ServiceFinder(config, deps.cloudMap(config), cloudMap);
  const listed = await reads.attempt(`Cloud Map's service ${text}`, () => finder.find(key));
  const stored = await reads.attempt(`the stored id of ${text}`, () => deps.services.find(key));
  const found = listed ? listed.service : stored;
  const claims: Claim[] = [];
  await reads.attempt(`the claims on ${text}`, async () => {
    for await (const claim of deps.claims.ofService(key)) claims.push(claim);
  });
  const sinceMs = deps.clock.now() - operationsSinceMs;
  const entries = await explainEntries(deps, reads, key);
  return explain({
    ...namesOf(service),
    place: deps.place,
    region: config.cloudMap.region,
    target: key.target,
    nowMs: deps.clock.now(),
    namespace: listed?.namespace,
    refusal: listed?.refusal,
    serviceId: found?.id,
    storedId: stored?.id,
    hasCustomHealthCheck: found?.hasCustomHealthCheck,
    owners: await readOwners(deps, reads, key, found),
    clusters: deps.clusters.map(({ name }) => name),
    drains: await readDrains(deps, reads),
    underWay: found && (await readUnderWay(deps, reads, config, { key, serviceId: found.id, claims })),
    instances: found && (await readInstances(cloudMap, reads, found, text)),
    claims,
    entries,
    failedOperations:
      (found &&
        (await reads.attempt(`the failed operations of ${text}`, () =>
          cloudMap.failedOperations(found.id, sinceMs),
        ))) ??
      new Map(),
    readFailures: reads.readFailures,
  });
}

async function readOwners(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  key: ServiceKey,
  service: CloudMapService | undefined,
): Promise<readonly Tenant[]> {
  if (service === undefined) return [];
  const stored = await reads.attempt(`the owners of ${serviceText(key)}`, async () => ({
    found: await findOwners(deps, key, service),
  }));
  return stored?.found?.owners ?? [];
}

async function readInstances(
  cloudMap: Pick<CloudMapReader, 'instancesOf' | 'healthOf'>,
  reads: ReadAttempts,
  service: CloudMapService,
  text: string,
): Promise<ReadonlyMap<string, SeenInstance> | undefined> {
  const instances = await reads.attempt(`the instances of ${text}`, () => cloudMap.instancesOf(service.id));
  if (instances === undefined || instances.size === 0 || !service.hasCustomHealthCheck) return instances;
  const health = await reads.attempt(`the health of the instances of ${text}`, () =>
    cloudMap.healthOf(service),
  );
  return withHealth(instances, health ?? new Map());
}

/** A namespace name may contain a slash, a service name may not. */
export function namesOf(service: string): Pick<ServiceKey, 'namespaceName' | 'serviceName'> {
  const slash = service.lastIndexOf('/');
  return { namespaceName: service.slice(0, slash), serviceName: service.slice(slash + 1) };
}

/** Any cluster identifies the Cloud Map account and Region, as long as all clusters use the same. */
function configOf(deps: ExplainDependencies, cluster: string | undefined): ClusterConfig {
  if (cluster !== undefined) return deps.cluster(cluster);
  const [config] = deps.clusters;
  const targets = new Set(targetsOf(deps).map(({ target }) => target));
  if (config !== undefined && targets.size === 1) return config;
  const names = deps.clusters.map(({ name }) => name).join(', ');
  throw new PermanentError(
    `cluster is missing; expected one of ${names}, because they register in ${targets.size} accounts or Regions`,
  );
}

/** Every account and Region that a cluster registers in, with one such cluster. */
export function targetsOf(
  deps: ExplainDependencies,
): { readonly target: string; readonly config: ClusterConfig }[] {
  const targets = new Map<string, ClusterConfig>();
  for (const config of deps.clusters) {
    const { target } = serviceKeyOf(config, { namespaceName: '', serviceName: '' });
    if (!targets.has(target)) targets.set(target, config);
  }
  return [...targets].map(([target, config]) => ({ target, config }));
}
