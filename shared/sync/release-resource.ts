import { clusterTag } from '../mesh/adoption.ts';
import { ResourceInUseError } from '../model/errors.ts';
import type { MeshClaim } from '../model/mesh-claim.ts';
import type { MeshRun } from './mesh-run.ts';

/**
 * What referred to a resource is deleted before it, but App Mesh may go on saying that it is in use for a moment. Longer
 * waits are the queue's.
 */
const pausesMs = [100, 200, 400, 800, 1600];

/** Deletes a resource of ours, and its claim after it. */
export async function releaseResource(run: MeshRun, claim: MeshClaim): Promise<void> {
  if (claim.keeper !== undefined) return run.remove(claim);
  const releasing = await run.put({ ...claim, phase: 'releasing' });
  if (claim.arn !== undefined || (await isThereAndOurs(run, claim))) await deleteOnceUnused(run, claim);
  await run.remove(releasing);
}

/** A claim that knows no ARN was written before a call of which nobody knows how it ended. */
async function isThereAndOurs(run: MeshRun, { resource }: MeshClaim): Promise<boolean> {
  const existing = await run.api.describe(resource);
  return existing !== undefined && (await run.api.tags(existing.arn))[clusterTag] === run.cluster;
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
