import { createHash } from 'node:crypto';
import { SyncError } from '../model/errors.ts';
import type { Claim, CloudMapService } from '../model/records/registration.ts';
import { type ServiceView, withHealth } from '../model/service-view.ts';
import type { CloudMapReader, ShownInstances } from '../ports/sweep-ports.ts';
import type { InstanceMemory } from './instance-memory.ts';

/**
 * The instances of a service with their health:
 * 1. DiscoverInstances returns ids, attributes and health with a revision, in one call of the data plane.
 * 2. ListInstances, which has narrow limits and needs a call for every hundred, decides which instances exist. A list
 *    of an earlier sweep is reused while nothing has changed: neither the result of DiscoverInstances, nor its
 *    revision, nor a claim.
 * DiscoverInstances is called before the list: a change between the two changes the next sweep's revision, and is read
 * then.
 *
 * Health comes from the data plane, by other names: if it cannot be read, the instances are returned without it.
 */
export async function readInstances(
  reader: Pick<CloudMapReader, 'instancesOf' | 'shown'>,
  lists: Pick<InstanceMemory, 'recall' | 'keep'> | undefined,
  service: CloudMapService,
  claims: ReadonlyMap<string, Claim>,
): Promise<Pick<ServiceView, 'instances' | 'healthReadFailures'>> {
  if (!service.hasCustomHealthCheck) return { instances: await reader.instancesOf(service.id) };
  const shown = await readShown(reader, service);
  if ('readFailures' in shown)
    return { instances: await reader.instancesOf(service.id), healthReadFailures: shown.readFailures };
  const state = shown.state === undefined ? undefined : `${shown.state} ${stateOf(claims)}`;
  return { instances: withHealth(await listed(reader, lists, service.id, state), shown.health) };
}

async function readShown(
  reader: Pick<CloudMapReader, 'shown'>,
  service: CloudMapService,
): Promise<ShownInstances | { readonly readFailures: string }> {
  try {
    return await reader.shown(service);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return { readFailures: error.message };
  }
}

async function listed(
  reader: Pick<CloudMapReader, 'instancesOf'>,
  lists: Pick<InstanceMemory, 'recall' | 'keep'> | undefined,
  serviceId: string,
  state: string | undefined,
): Promise<ServiceView['instances']> {
  const known = state === undefined ? undefined : lists?.recall(serviceId, state);
  if (known !== undefined) return known;
  const instances = await reader.instancesOf(serviceId);
  if (state !== undefined) lists?.keep(serviceId, state, instances);
  return instances;
}

/** Changes with every step of a registration, a release or an update of an instance. */
function stateOf(claims: ReadonlyMap<string, Claim>): string {
  const hash = createHash('sha256');
  for (const id of [...claims.keys()].sort()) hash.update(`${id}${claimText(claims.get(id))}`);
  return hash.digest('base64');
}

function claimText(claim: Claim | undefined): string {
  const { owner, phase, version, fingerprint, operationId, touchedAtMs } = claim ?? {};
  return JSON.stringify([owner?.uid, phase, version, fingerprint, operationId, touchedAtMs]);
}
