import { ConflictError, NotFoundError, RefusedError } from '../../model/errors.ts';
import type { LiveObject } from '../../model/kubernetes-object.ts';
import { objectNameText } from '../../model/records/mesh-claim.ts';
import { applyOwnObject } from '../../own-objects/apply-own-object.ts';
import type { ObjectsRun } from './objects-run.ts';
import type { ObjectClaim, ObjectDesired, ObjectEnsure } from './plan/object-claim.ts';
import { idOfResource, madeFrom, manifestOf, ownershipFor, sourcesOf } from './plan/object-manifest.ts';

/** How often an object is read again because somebody else replaced it meanwhile. */
const maxAttempts = 3;

/**
 * Creates or updates one object by server-side apply; never one of others.
 *   claim                               | action
 *   applied, same spec and source       | update only the claim: dependencies
 *   any other, or none                  | read the object; apply if it is ours or does not exist, refuse otherwise
 * The claim is written before the call and after it: a crash in between leaves a claim that says what may exist.
 */
export async function ensureObject(target: ObjectsRun, { desired, claim }: ObjectEnsure): Promise<void> {
  const { run, kinds } = target;
  if (claim !== undefined && isApplied(claim, desired)) {
    await run.put({ ...claim, dependsOn: desired.dependsOn });
    return;
  }
  const version = await kinds.require(desired.resource);
  const claimed = await run.put(claimedBy(desired, claim));
  const { metadata } = await apply(target, desired, { version, claimed });
  const { key, resource, sourceObject, dependsOn, fingerprint } = desired;
  await run.put({
    ...{ key, resource, sourceObject, dependsOn },
    ...{ phase: 'applied', fingerprint, id: metadata.uid },
  });
}

export function isApplied(
  { phase, id, fingerprint, sourceObject }: ObjectClaim,
  desired: ObjectDesired,
): boolean {
  const isSameSource = objectNameText(sourceObject) === objectNameText(desired.sourceObject);
  return phase === 'applied' && id !== undefined && fingerprint === desired.fingerprint && isSameSource;
}

/** Holds the former and the new dependencies: until the call has ended, either may apply. */
export function claimedBy(
  desired: ObjectDesired,
  claim: ObjectClaim | undefined,
): Omit<ObjectClaim, 'revision'> {
  const { key, resource, sourceObject, dependsOn } = desired;
  const sources = distinct([...(claim ? sourcesOf(claim) : []), objectNameText(sourceObject)]);
  return {
    ...{ key, resource, sourceObject, phase: 'claimed' as const },
    dependsOn: distinct([...(claim?.dependsOn ?? []), ...dependsOn]),
    ...(sources.length > 1 && { sources }),
    id: claim?.id,
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

interface Attempt {
  readonly version: string;
  readonly claimed: ObjectClaim;
}

async function apply(target: ObjectsRun, desired: ObjectDesired, attempt: Attempt): Promise<LiveObject> {
  for (let count = 1; ; count++)
    try {
      return await applyOnce(target, desired, attempt);
    } catch (error) {
      // The namespace is missing. A retry within the hour would not help; the next verification tries again.
      if (error instanceof NotFoundError) throw new RefusedError(error.message, { cause: error });
      if (!(error instanceof ConflictError) || count === maxAttempts) throw error;
    }
}

async function applyOnce(
  { run, objects }: ObjectsRun,
  desired: ObjectDesired,
  { version, claimed }: Attempt,
): Promise<LiveObject> {
  const read = await objects.get(idOfResource(desired.resource, version));
  const ownership = ownershipFor(desired, run.cluster);
  const isMadeFrom = madeFrom(claimed);
  return applyOwnObject(objects, { manifest: manifestOf(desired, version), ownership, isMadeFrom }, read);
}
