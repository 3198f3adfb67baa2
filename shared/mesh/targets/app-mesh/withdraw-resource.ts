import { NotFoundError, RefusedError } from '../../../model/errors.ts';
import type { AppMeshRun } from './app-mesh-run.ts';
import { clusterTag } from './plan/adoption.ts';
import type { AppMeshClaim, Withdraw } from './plan/app-mesh-claim.ts';
import { areServed, listenersOf } from './plan/listeners.ts';
import { resourceKey } from './plan/resource-name.ts';

/**
 * Deletes a route that the new listeners of its router do not serve; it is recreated after the router's update. The claim
 * stays: before the call it says that the route may be gone, after it that it is gone. If the claim is not certain of the
 * route's state, the route is described first; one that the new listeners serve is left in place.
 */
export async function withdrawResource(app: AppMeshRun, { claim, listeners }: Withdraw): Promise<void> {
  const isKnown = claim.id !== undefined && claim.listeners?.length === 1;
  const known = isKnown ? claim : await read(app, claim);
  if (known === undefined) return markGone(app, claim);
  if (areServed(known.listeners, [listeners])) return;
  if (!(await isOurs(app, known))) return markGone(app, claim);
  const withdrawing = await app.run.put({
    ...claim,
    phase: 'claimed',
    fingerprint: undefined,
    refused: undefined,
  });
  await app.api.delete(claim.resource);
  await markGone(app, withdrawing);
}

type Existing = Pick<AppMeshClaim, 'id' | 'listeners' | 'resource'>;

async function read(app: AppMeshRun, { resource }: AppMeshClaim): Promise<Existing | undefined> {
  const existing = await app.api.describe(resource);
  const listeners = existing && listenersOf(resource.kind, existing.spec);
  return existing && { resource, id: existing.arn, listeners: listeners && [listeners] };
}

/** Returns false if the resource does not exist; throws if others have taken it over. */
async function isOurs(app: AppMeshRun, { id, resource }: Existing): Promise<boolean> {
  if (id === undefined) return false;
  try {
    const tag = (await app.api.tags(id))[clusterTag];
    if (tag === app.run.cluster) return true;
    throw new RefusedError(
      `${resourceKey(resource)} must be deleted before the listeners of its router can change, but was not: its tag ${clusterTag} is ${tag ?? 'missing'}, expected ${app.run.cluster}`,
    );
  } catch (error) {
    if (error instanceof NotFoundError) return false;
    throw error;
  }
}

async function markGone(app: AppMeshRun, claim: AppMeshClaim): Promise<void> {
  const { id, version, createdAtMs, fingerprint, refused, ...rest } = claim;
  await app.run.put({ ...rest, phase: 'claimed', listeners: [] });
}
