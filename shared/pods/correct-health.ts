import type { Claim, CloudMapService, Health } from '../model/records/registration.ts';
import type { CloudMap, Dependencies } from '../ports/ports.ts';
import { maxOperationMs } from './operation-watch.ts';
import { awaitTurn } from './operations.ts';

/** Sets the health of a registered instance, if it is known to differ. */
export async function correctHealth(
  deps: Dependencies,
  claim: Claim,
  wanted: { readonly cloudMap: CloudMap; readonly service: CloudMapService; readonly health: Health },
): Promise<void> {
  const { cloudMap, service, health } = wanted;
  if (!service.hasCustomHealthCheck || claim.health === health) return;
  const { fingerprint, operationId, serviceId, touchedAtMs } = claim;
  // A registration that still runs would end with its initial health, whatever was set meanwhile.
  const isRecent = Math.abs(deps.clock.now() - touchedAtMs) < maxOperationMs;
  if (operationId !== undefined && isRecent)
    await awaitTurn(deps.clock, cloudMap, { id: operationId, serviceId, acceptedAtMs: touchedAtMs });
  const invalidated = claim.health === undefined ? claim : await deps.claims.invalidate(claim, 'all');
  await cloudMap.setHealth(service.id, claim.instanceId, health);
  deps.notices?.note({ cluster: claim.owner.cluster, service: claim.service, serviceId: service.id });
  await deps.claims.apply(invalidated, { fingerprint, health, operationId, touchedAtMs });
}
