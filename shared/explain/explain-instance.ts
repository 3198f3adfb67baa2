import type { ClusterConfig } from '../model/cluster-config.ts';
import { type ServiceKey, serviceText } from '../model/identity.ts';
import type { ExplainWorld, KnownService } from '../ports/explain-ports.ts';
import { readHolder, readService } from './explain-pod.ts';
import { namesOf, targetsOf } from './explain-service.ts';
import {
  explainInstance as explain,
  type InstanceExplanation,
  type PlaceFacts,
} from './plan/instance-explanation.ts';
import { Reads } from './reads.ts';

/** Looks for an instance id in one service, or in all that this system knows, and says whose it is. Writes nothing. */
export async function explainInstance(
  world: ExplainWorld,
  instanceId: string,
  service: string | undefined,
): Promise<InstanceExplanation> {
  const reads = new Reads();
  const looked: string[] = [];
  const places: PlaceFacts[] = [];
  for (const { target, config } of targetsOf(world))
    for (const names of await servicesToLookInto(world, reads, target, service)) {
      const key = { target, ...names };
      looked.push(serviceText(key));
      const place = await readPlace(world, reads, config, key, instanceId);
      if (place !== undefined) places.push(place);
    }
  const clusters = world.clusters.map(({ name }) => name);
  return explain({ instanceId, nowMs: world.clock.now(), clusters, looked, places, unread: reads.unread });
}

async function servicesToLookInto(
  world: ExplainWorld,
  reads: Reads,
  target: string,
  service: string | undefined,
): Promise<readonly KnownService[]> {
  if (service !== undefined) return [namesOf(service)];
  const known: KnownService[] = [];
  await reads.attempt(`the services known of ${target}`, async () => {
    for await (const names of world.services.ofTarget(target)) known.push(names);
  });
  return known;
}

/** undefined where there is neither an instance nor a claim. */
async function readPlace(
  world: ExplainWorld,
  reads: Reads,
  config: ClusterConfig,
  key: ServiceKey,
  instanceId: string,
): Promise<PlaceFacts | undefined> {
  const text = serviceText(key);
  const claim = await reads.attempt(`the claim on ${text} ${instanceId}`, () =>
    world.claims.find(key, instanceId),
  );
  const serviceId = (await readService(world, reads, config, key))?.service?.id ?? claim?.serviceId;
  if (serviceId === undefined) return undefined;
  const read = await reads.attempt(`instance ${instanceId} of ${text}`, async () => ({
    attributes: (await world.cloudMap(config).findInstance(serviceId, instanceId)) ?? null,
  }));
  if (claim === undefined && (read === undefined || read.attributes === null)) return undefined;
  const { namespaceName, serviceName } = key;
  const owner = claim && (await readHolder(world, reads, claim));
  return { namespaceName, serviceName, serviceId, attributes: read?.attributes, claim, owner };
}
