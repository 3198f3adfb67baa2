import { ConflictError } from '../model/errors.ts';
import { resyncRequested } from '../model/events/resync-requested.ts';
import type { Claim } from '../model/records/registration.ts';
import type { Dependencies } from '../ports/ports.ts';

/**
 * Removes a releasing claim after waking the pods that wait for its id. Waking comes first, so that a crash in between
 * wakes them twice instead of never. A pod that begins to wait meanwhile makes the removal fail and is woken, too.
 */
export async function releaseClaim(deps: Dependencies, releasing: Claim): Promise<void> {
  let claim: Claim | undefined = releasing;
  while (claim !== undefined && claim.phase === 'releasing' && claim.version === releasing.version) {
    const run = stateOf(claim);
    const reason = `the claim on ${claim.instanceId} was released`;
    await deps.requests.send(claim.waiting.map((pod) => resyncRequested(pod, run, reason)));
    try {
      return await deps.claims.remove(claim);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      claim = await deps.claims.find(claim.service, claim.instanceId); // another pod began to wait: wake that one, too
    }
  }
}

/**
 * Distinguishes this state of a claim from all others on the id. The time is included because a pod that gets the id
 * back begins with version 1 again, and SQS drops a request that it has seen in the last five minutes.
 */
export function stateOf({ owner, touchedAtMs, version, waitRevision }: Claim): string {
  return `${owner.uid}/${touchedAtMs}/${version}/${waitRevision}`;
}

/** The place that a claim's instance takes up in its service until deregistered, whichever pods wait for the id. */
export function placeIdOf({ instanceId, owner, touchedAtMs, operationId }: Claim): string {
  return `${instanceId} of ${owner.uid}/${touchedAtMs}/${operationId}`;
}
