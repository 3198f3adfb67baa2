import { NotFoundError, ResourceInUseError } from '../model/errors.ts';
import type { MeshClaim } from '../model/mesh-claim.ts';
import { type ResourceName, resourceKey } from '../model/mesh-resource.ts';
import type { MeshRun } from './mesh-run.ts';
import { clusterTag, foreignAccount } from './plan/adoption.ts';
import type { Problem } from './plan/problem.ts';

/**
 * What referred to a resource is deleted before it, but App Mesh may go on saying that it is in use for a moment. Longer
 * waits are the queue's.
 */
const pausesMs = [100, 200, 400, 800, 1600];

/**
 * Runs that wait so, and whose message comes again. What is in use for longer is not so for a moment: somebody refers to
 * it by hand, or from another cluster. Then each run tries once, and keeps nobody else waiting.
 */
const patientRuns = 2;

/**
 * Deletes a resource of ours, and its claim after it. Between the claim and now it may have been handed to others, or made
 * anew by them: only what has our tag at this moment is deleted, of the rest the claim is given up. Answers why it is
 * still there, where waiting for it is of no use; throws a ResourceInUseError where it is.
 */
export async function releaseResource(run: MeshRun, claim: MeshClaim): Promise<Problem | null> {
  const releasing = claim.phase === 'releasing' ? claim : await run.put({ ...claim, phase: 'releasing' });
  const tags = claim.owner === undefined ? await tagsOf(run, claim) : undefined;
  if (tags?.[clusterTag] === run.cluster) {
    const problem = await deleteUnlessUsed(run, releasing);
    if (problem !== null) return problem;
  } else if (tags !== undefined && claim.arn !== undefined)
    run.deps.note(
      `cluster ${run.cluster}: ${resourceKey(claim.resource)} is not wanted any more and is left alone: its tag ${clusterTag} is ${tags[clusterTag] ?? 'gone'}, expected ${run.cluster}`,
    );
  await run.remove(releasing);
  return null;
}

async function deleteUnlessUsed(run: MeshRun, claim: MeshClaim): Promise<Problem | null> {
  const { resource, inUse } = claim;
  const runs = inUse?.runs ?? 0;
  const isPatient = runs < patientRuns;
  try {
    await deleteOnceUnused(run, resource, isPatient ? pausesMs : []);
    return null;
  } catch (error) {
    if (!(error instanceof ResourceInUseError)) throw error;
    if (isPatient) {
      await run.put({ ...claim, inUse: { runs: runs + 1, message: error.message } });
      throw error;
    }
    run.deps.note(
      `cluster ${run.cluster}: ${resourceKey(resource)} is not deleted, others refer to it: ${error.message}`,
    );
    return { reason: 'Pending', message: error.message };
  }
}

/**
 * undefined where nothing is there that our account made. A claim that knows no ARN was written before a call of which
 * nobody knows how it ended.
 */
async function tagsOf(
  run: MeshRun,
  { resource, arn }: MeshClaim,
): Promise<Readonly<Record<string, string>> | undefined> {
  const existing = arn === undefined ? await run.api.describe(resource) : undefined;
  if (existing !== undefined && foreignAccount(existing, resource) !== undefined) return undefined;
  const known = arn ?? existing?.arn;
  if (known === undefined) return undefined;
  try {
    return await run.api.tags(known);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

async function deleteOnceUnused(
  run: MeshRun,
  resource: ResourceName,
  pausesMs: readonly number[],
): Promise<void> {
  for (const pauseMs of pausesMs) {
    try {
      return await run.api.delete(resource);
    } catch (error) {
      if (!(error instanceof ResourceInUseError)) throw error;
      await run.deps.clock.sleep(pauseMs);
    }
  }
  await run.api.delete(resource);
}
