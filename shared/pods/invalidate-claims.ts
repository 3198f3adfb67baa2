import type { ClusterConfig } from '../model/cluster-config.ts';
import type { Suspect } from '../model/event.ts';
import { type PodKey, podGroup, type ServiceKey } from '../model/identity.ts';
import type { Claim } from '../model/registration.ts';
import type { World } from '../ports/ports.ts';
import { isRegistered } from './records.ts';
import { endRelease } from './release-instance.ts';
import { serviceKeyOf } from './resolve-service.ts';

/**
 * Makes the pod's writer look afresh at instances that somebody saw to be otherwise than claimed. Where the pod wants
 * them, they are then registered anew; where it does not, they are released, if what stands there is ours. Another
 * pod's claims are not its business.
 */
export async function doubtSuspects(
  world: World,
  key: PodKey,
  {
    suspects = [],
    run,
  }: { readonly suspects?: readonly Suspect[] | undefined; readonly run?: string | undefined },
): Promise<void> {
  const config = world.cluster(key.cluster);
  for (const suspect of suspects) {
    const registration = { service: keyOf(config, suspect), instanceId: suspect.instanceId };
    if (suspect.endedOperationId !== undefined)
      await endRelease(world, key, registration, suspect.endedOperationId);
    else await doubt(world, key, registration, { seenIn: suspect.serviceId, run });
  }
}

function keyOf(config: ClusterConfig, suspect: Suspect): ServiceKey {
  const { target, namespaceName, serviceName, chosen } = suspect;
  if (target === undefined) return serviceKeyOf(config, suspect);
  return { target, namespaceName, serviceName, ...(chosen && { chosen }) };
}

async function doubt(
  world: World,
  key: PodKey,
  registration: Pick<Claim, 'service' | 'instanceId'>,
  { seenIn, run }: { readonly seenIn: string | undefined; readonly run: string | undefined },
): Promise<void> {
  const record = await world.pods.find(key);
  const serviceId = (await world.services.find(registration.service))?.id ?? seenIn;
  if (record === undefined || serviceId === undefined) return;
  if (!isRegistered(record, registration)) await world.pods.addRegistration(key, registration);
  const claim = await world.claims.find(registration.service, registration.instanceId);
  if (claim === undefined)
    await world.claims.take(registration, { ...key, uid: record.pod.uid }, serviceId, world.clock.now());
  else if (podGroup(claim.owner) !== podGroup(key)) return;
  else if (run !== undefined && claim.doubtedIn === run) return;
  else if (claim.phase !== 'releasing') await world.claims.doubt(claim, 'all', { doubtedIn: run });
  else if (claim.operationId !== undefined) await world.claims.release(claim); // the operation is no proof any more
}
