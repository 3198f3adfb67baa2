import { ConflictError, NotFoundError } from '../../model/errors.ts';
import type { ObjectsRun } from './objects-run.ts';
import type { ObjectClaim } from './plan/object-claim.ts';
import { idOfResource, isOurs, resourceText } from './plan/object-manifest.ts';

/** How often an object is read again because somebody else replaced it meanwhile. */
const maxAttempts = 3;

/**
 * Deletes an object of ours, then its claim. An object that others have taken over or created again is left as it is, and only
 * the claim is removed. If the cluster does not serve the kind any more, there is no object.
 */
export async function releaseObject(target: ObjectsRun, claim: ObjectClaim): Promise<null> {
  const { run, kinds } = target;
  const releasing = claim.phase === 'releasing' ? claim : await run.put({ ...claim, phase: 'releasing' });
  const version = await kinds.find(claim.resource);
  if (version !== undefined) await deleteIfOurs(target, releasing, version);
  await run.remove(releasing);
  return null;
}

async function deleteIfOurs(
  { run, objects }: ObjectsRun,
  claim: ObjectClaim,
  version: string,
): Promise<void> {
  const id = idOfResource(claim.resource, version);
  for (let attempt = 1; ; attempt++) {
    const live = await objects.get(id);
    if (live === undefined) return;
    if (!isOurs(live, run.cluster, claim)) {
      run.deps.note(
        `cluster ${run.cluster}: ${resourceText(claim.resource)} is no longer wanted, but was not deleted: its labels and annotations do not show that it is ours`,
      );
      return;
    }
    try {
      await objects.delete({ id, uid: live.metadata.uid });
      return;
    } catch (error) {
      if (error instanceof NotFoundError) return;
      // Another object has the name by now: check that one.
      if (!(error instanceof ConflictError) || attempt === maxAttempts) throw error;
    }
  }
}
