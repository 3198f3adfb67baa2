import type { Suspect } from '../model/event.ts';
import { type PodKey, podGroup } from '../model/identity.ts';
import type { World } from './ports.ts';
import { isRegistered } from './records.ts';
import { serviceKeyOf } from './resolve-service.ts';

/**
 * Makes the pod's writer look afresh at instances that somebody saw to be otherwise than claimed. Where the pod wants
 * them, they are then registered anew; where it does not, they are released, if what stands there is ours. Another
 * pod's claims are not its business.
 */
export async function doubtSuspects(world: World, key: PodKey, suspects: readonly Suspect[]): Promise<void> {
  const config = world.cluster(key.cluster);
  for (const suspect of suspects) {
    const registration = { service: serviceKeyOf(config, suspect), instanceId: suspect.instanceId };
    const record = await world.pods.find(key);
    const service = await world.services.find(registration.service);
    if (record === undefined || service === undefined) continue;
    if (!isRegistered(record, registration)) await world.pods.addRegistration(key, registration);
    const claim = await world.claims.find(registration.service, registration.instanceId);
    if (claim === undefined)
      await world.claims.take(registration, { ...key, uid: record.pod.uid }, service.id, world.clock.now());
    else if (podGroup(claim.owner) === podGroup(key) && claim.phase !== 'releasing')
      await world.claims.doubt(claim, 'all');
  }
}
