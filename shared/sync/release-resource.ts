import { clusterTag, foreignAccount } from '../mesh/adoption.ts';
import { NotFoundError, ResourceInUseError } from '../model/errors.ts';
import type { MeshClaim } from '../model/mesh-claim.ts';
import { resourceKey } from '../model/mesh-resource.ts';
import type { MeshRun } from './mesh-run.ts';

/**
 * What referred to a resource is deleted before it, but App Mesh may go on saying that it is in use for a moment. Longer
 * waits are the queue's.
 */
const pausesMs = [100, 200, 400, 800, 1600];

/**
 * Deletes a resource of ours, and its claim after it. Between the claim and now it may have been handed to others, or made
 * anew by them: only what has our tag at this moment is deleted, of the rest the claim is given up.
 */
export async function releaseResource(run: MeshRun, claim: MeshClaim): Promise<void> {
  if (claim.keeper !== undefined) return run.remove(claim);
  const releasing = await run.put({ ...claim, phase: 'releasing' });
  const tags = await tagsOf(run, claim);
  if (tags?.[clusterTag] === run.cluster) await deleteOnceUnused(run, claim);
  else if (tags !== undefined && claim.arn !== undefined)
    run.world.note(
      `cluster ${run.cluster}: ${resourceKey(claim.resource)} is not wanted any more and is left alone: its tag ${clusterTag} is ${tags[clusterTag] ?? 'gone'}, expected ${run.cluster}`,
    );
  await run.remove(releasing);
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

async function deleteOnceUnused(run: MeshRun, { resource }: MeshClaim): Promise<void> {
  for (const pauseMs of pausesMs) {
    try {
      return await run.api.delete(resource);
    } catch (error) {
      if (!(error instanceof ResourceInUseError)) throw error;
      await run.world.clock.sleep(pauseMs);
    }
  }
  await run.api.delete(resource);
}
