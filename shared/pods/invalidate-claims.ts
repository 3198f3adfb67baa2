import type { ClusterConfig } from '../model/cluster-config.ts';
import type { InstanceToVerify } from '../model/events/event.ts';
import { type PodKey, podGroup, type ServiceKey } from '../model/identity.ts';
import type { Claim } from '../model/records/registration.ts';
import type { Dependencies } from '../ports/ports.ts';
import { failureOf, logEnd } from './operations.ts';
import { findRegistration } from './records.ts';
import { endRelease } from './release-instance.ts';
import { serviceKeyOf } from './services/resolve-service.ts';

/**
 * Makes the pod's writer verify instances that were observed to differ from their claims. If the pod wants them, they
 * are registered again; if not, they are released, provided that the existing instance is ours. Other pods' claims are
 * not touched.
 */
export async function invalidateClaims(
  deps: Dependencies,
  key: PodKey,
  {
    instancesToVerify = [],
    run,
  }: {
    readonly instancesToVerify?: readonly InstanceToVerify[] | undefined;
    readonly run?: string | undefined;
  },
): Promise<void> {
  const config = deps.cluster(key.cluster);
  for (const toVerify of instancesToVerify) {
    const registration = { service: keyOf(config, toVerify), instanceId: toVerify.instanceId };
    if (toVerify.endedOperationId !== undefined)
      await endRelease(deps, key, registration, toVerify.endedOperationId);
    else await invalidate(deps, key, registration, { ...toVerify, run });
  }
}

function keyOf(config: ClusterConfig, toVerify: InstanceToVerify): ServiceKey {
  const { target, namespaceName, serviceName, chosen } = toVerify;
  if (target === undefined) return serviceKeyOf(config, toVerify);
  return { target, namespaceName, serviceName, ...(chosen && { chosen }) };
}

async function invalidate(
  deps: Dependencies,
  key: PodKey,
  registration: Pick<Claim, 'service' | 'instanceId'>,
  { serviceId: seenIn, failedOperation, run }: InstanceToVerify & { readonly run: string | undefined },
): Promise<void> {
  const record = await deps.pods.find(key);
  const serviceId = (await deps.services.find(registration.service))?.id ?? seenIn;
  if (record === undefined || serviceId === undefined) return;
  if (!findRegistration(record, registration)) await deps.pods.addRegistration(key, registration);
  const claim = await deps.claims.find(registration.service, registration.instanceId);
  if (claim === undefined)
    await deps.claims.take(registration, { ...key, uid: record.pod.uid }, serviceId, deps.clock.now());
  else if (podGroup(claim.owner) !== podGroup(key)) return;
  else if (run !== undefined && claim.invalidatedIn === run) return;
  else if (claim.phase !== 'releasing') await deps.claims.invalidate(claim, 'all', { invalidatedIn: run });
  else if (claim.operationId !== undefined) await deps.claims.release(claim); // the operation no longer proves anything
  if (failedOperation !== undefined && claim?.operationId === failedOperation.id)
    logEnd(deps, claim, failureOf(claim, failedOperation.id, failedOperation.error));
}
