import { NotFoundError, RefusedError } from '../../../model/errors.ts';
import type { MeshClaim } from '../../../model/records/mesh-claim.ts';
import type { MeshRun } from '../../mesh-run.ts';
import type { Withdraw } from '../../plan/plan.ts';
import { clusterTag } from './plan/adoption.ts';
import { areServed, listenersOf } from './plan/listeners.ts';
import { resourceKey } from './plan/resource-name.ts';

/**
 * Deletes a route that the new listeners of its router do not serve; it is recreated after the router's update. The claim
 * stays: before the call it says that the route may be gone, after it that it is gone. If the claim is not certain of the
 * route's state, the route is described first; one that the new listeners serve is left in place.
 */
export async function withdrawResource(run: MeshRun, { claim, listeners }: Withdraw): Promise<void> {
  const isKnown = claim.arn !== undefined && claim.listeners?.length === 1;
  const known = isKnown ? claim : await read(run, claim);
  if (known === undefined) return markGone(run, claim);
  if (areServed(known.listeners, [listeners])) return;
  if (!(await isOurs(run, known))) return markGone(run, claim);
  const withdrawing = await run.put({
    ...claim,
    phase: 'claimed',
    fingerprint: undefined,
    refused: undefined,
  });
  await run.api.delete(claim.resource);
  await markGone(run, withdrawing);
}

type Existing = Pick<MeshClaim, 'arn' | 'listeners' | 'resource'>;

async function read(run: MeshRun, { resource }: MeshClaim): Promise<Existing | undefined> {
  const existing = await run.api.describe(resource);
  const listeners = existing && listenersOf(resource.kind, existing.spec);
  return existing && { resource, arn: existing.arn, listeners: listeners && [listeners] };
}

/** Returns false if the resource does not exist; throws if others have taken it over. */
async function isOurs(run: MeshRun, { arn, resource }: Existing): Promise<boolean> {
  if (arn === undefined) return false;
  try {
    const tag = (await run.api.tags(arn))[clusterTag];
    if (tag === run.cluster) return true;
    throw new RefusedError(
      `${resourceKey(resource)} must be deleted before the listeners of its router can change, but was not: its tag ${clusterTag} is ${tag ?? 'missing'}, expected ${run.cluster}`,
    );
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

async function markGone(run: MeshRun, claim: MeshClaim): Promise<void> {
  const { arn, version, createdAtMs, fingerprint, refused, ...rest } = claim;
  await run.put({ ...rest, phase: 'claimed', listeners: [] });
}
