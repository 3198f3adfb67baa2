import type { ClusterConfig } from '../model/cluster-config.ts';
import { NotFoundError, RefusedError } from '../model/errors.ts';
import { serviceText } from '../model/identity.ts';
import type { Claim } from '../model/records/registration.ts';
import { configAt, unreachable } from '../model/target.ts';
import type { Dependencies, Operation } from '../ports/ports.ts';

/**
 * The state of a deregistration that Cloud Map accepted. `unknown`: the claim names none, or Cloud Map has forgotten
 * it.
 */
export async function stateOfRelease(
  deps: Dependencies,
  claim: Claim,
): Promise<Operation | { readonly status: 'unknown'; readonly error?: undefined }> {
  const { phase, operationId } = claim;
  if (phase !== 'releasing' || operationId === undefined) return { status: 'unknown' };
  try {
    return await deps.cloudMap(placeOf(deps, claim)).operation(operationId);
  } catch (error) {
    if (error instanceof NotFoundError) return { status: 'unknown' };
    throw error;
  }
}

/** How to reach a claim's account and Region. Throws a RefusedError if clusters.yml does not (or no longer) say it. */
export function placeOf(deps: Dependencies, { owner, service, instanceId }: Claim): ClusterConfig {
  const config = deps.cluster(owner.cluster);
  const place = configAt(config, service.target);
  if (place !== undefined) return place;
  throw new RefusedError(
    `instance ${instanceId} of ${serviceText(service)} cannot be deregistered: ${unreachable(config, service.target)}`,
  );
}
