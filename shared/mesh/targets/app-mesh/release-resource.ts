import { NotFoundError, ResourceInUseError } from '../../../model/errors.ts';
import type { Problem } from '../../plan/problem.ts';
import type { AppMeshRun } from './app-mesh-run.ts';
import { clusterTag, foreignAccount } from './plan/adoption.ts';
import type { AppMeshClaim } from './plan/app-mesh-claim.ts';
import { type ResourceName, resourceKey } from './plan/resource-name.ts';

/**
 * What referred to a resource is deleted before it, but App Mesh may report it as in use for a moment longer. Longer
 * waits are left to the queue.
 */
const pausesMs = [100, 200, 400, 800, 1600];

/**
 * Number of runs that wait and are retried. If the resource is still in use, somebody refers to it by hand or from another
 * cluster. From then on each run tries once and does not wait.
 */
const maxWaitingRuns = 2;

/**
 * Deletes a resource of ours, then its claim. Others may have taken the resource over or recreated it since it was
 * claimed: only a resource that still has our tag is deleted; of any other only the claim is removed. Returns why the
 * resource still exists if waiting is of no use; throws a ResourceInUseError if a retry may succeed.
 */
export async function releaseResource(app: AppMeshRun, claim: AppMeshClaim): Promise<Problem | null> {
  const releasing = claim.phase === 'releasing' ? claim : await app.run.put({ ...claim, phase: 'releasing' });
  const tags = claim.owner === undefined ? await tagsOf(app, claim) : undefined;
  if (tags?.[clusterTag] === app.run.cluster) {
    const problem = await deleteUnlessUsed(app, releasing);
    if (problem !== null) return problem;
  } else if (tags !== undefined && claim.id !== undefined)
    app.run.deps.note(
      `cluster ${app.run.cluster}: ${resourceKey(claim.resource)} is no longer wanted, but was not deleted: its tag ${clusterTag} is ${tags[clusterTag] ?? 'missing'}, expected ${app.run.cluster}`,
    );
  await app.run.remove(releasing);
  return null;
}

async function deleteUnlessUsed(app: AppMeshRun, claim: AppMeshClaim): Promise<Problem | null> {
  const { resource, inUse } = claim;
  const runs = inUse?.runs ?? 0;
  const mayWait = runs < maxWaitingRuns;
  try {
    await deleteOnceUnused(app, resource, mayWait ? pausesMs : []);
    return null;
  } catch (error) {
    if (!(error instanceof ResourceInUseError)) throw error;
    if (mayWait) {
      await app.run.put({ ...claim, inUse: { runs: runs + 1, message: error.message } });
      throw error;
    }
    app.run.deps.note(
      `cluster ${app.run.cluster}: ${resourceKey(resource)} was not deleted because other resources refer to it: ${error.message}`,
    );
    return { reason: 'Pending', message: error.message };
  }
}

/**
 * undefined if the resource does not exist or another account created it. A claim without an id was written before a
 * call whose result is unknown.
 */
async function tagsOf(
  app: AppMeshRun,
  { resource, id }: AppMeshClaim,
): Promise<Readonly<Record<string, string>> | undefined> {
  const existing = id === undefined ? await app.api.describe(resource) : undefined;
  if (existing !== undefined && foreignAccount(existing, resource) !== undefined) return undefined;
  const known = id ?? existing?.arn;
  if (known === undefined) return undefined;
  try {
    return await app.api.tags(known);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function deleteOnceUnused(
  app: AppMeshRun,
  resource: ResourceName,
  pausesMs: readonly number[],
): Promise<void> {
  for (const pauseMs of pausesMs) {
    try {
      return await app.api.delete(resource);
    } catch (error) {
      if (!(error instanceof ResourceInUseError)) throw error;
      await app.run.deps.clock.sleep(pauseMs);
    }
  }
  await app.api.delete(resource);
}
