import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import { targetText } from '../model/target.ts';
import type { ExplainDependencies, KnownService } from '../ports/explain-ports.ts';
import { readUnderWay } from './explain-operations.ts';
import { readHolder, readService } from './explain-pod.ts';
import { namesOf, targetsOf } from './explain-service.ts';
import {
  explainInstance as explain,
  type InstanceExplanation,
  type PlaceFacts,
} from './plan/instance-explanation.ts';
import { readDrains } from './read-drains.ts';
import { ReadAttempts } from './reads.ts';

/** Searches an instance id in one service, or in all known services, and explains who manages it. Writes nothing. */
export async function explainInstance(
  deps: ExplainDependencies,
  instanceId: string,
  service: string | undefined,
): Promise<InstanceExplanation> {
  const reads = new ReadAttempts();
  const checked: string[] = [];
  const places: PlaceFacts[] = [];
  for (const { target, config } of targetsOf(deps))
    for (const names of await servicesToSearch(deps, reads, target, service)) {
      const key = { target, ...names };
      checked.push(serviceText(key));
      const place = await readPlace(deps, reads, config, { key, instanceId });
      if (place !== undefined) places.push(place);
    }
  const clusters = deps.clusters.map(({ name }) => name);
  return explain({
    place: deps.place,
    instanceId,
    nowMs: deps.clock.now(),
    clusters,
    drains: await readDrains(deps, reads),
    checked,
    places,
    readFailures: reads.readFailures,
  });
}

async function servicesToSearch(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  target: string,
  service: string | undefined,
): Promise<readonly KnownService[]> {
  if (service !== undefined) return [namesOf(service)];
  const known: KnownService[] = [];
  await reads.attempt(`the known services in ${targetText(target)}`, async () => {
    for await (const names of deps.services.ofTarget(target)) known.push(names);
  });
  return known;
}

/** undefined if there is neither an instance nor a claim. */
async function readPlace(
  deps: ExplainDependencies,
  reads: ReadAttempts,
  config: ClusterConfig,
  { key, instanceId }: { readonly key: ServiceKey; readonly instanceId: string },
): Promise<PlaceFacts | undefined> {
  const text = serviceText(key);
  const claim = await reads.attempt(`the claim on ${text} ${instanceId}`, () =>
    deps.claims.find(key, instanceId),
  );
  const serviceId = (await readService(deps, reads, config, key))?.service?.id ?? claim?.serviceId;
  if (serviceId === undefined) return undefined;
  const underWay = claim && (await readUnderWay(deps, reads, config, { key, serviceId, claims: [claim] }));
  const read = await reads.attempt(`instance ${instanceId} of ${text}`, async () => ({
    attributes: (await deps.cloudMap(config).findInstance(serviceId, instanceId)) ?? null,
  }));
  if (claim === undefined && (read === undefined || read.attributes === null)) return undefined;
  const { namespaceName, serviceName } = key;
  const owner = claim && (await readHolder(deps, reads, claim));
  return { namespaceName, serviceName, serviceId, attributes: read?.attributes, claim, owner, underWay };
}
