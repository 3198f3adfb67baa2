import { ConflictError, NotFoundError, RefusedError, RetryableError } from '../model/errors.ts';
import type { MeshClaim } from '../model/mesh-claim.ts';
import type { ListenerAlternatives } from '../model/mesh-listener.ts';
import { resourceKey } from '../model/mesh-resource.ts';
import type { Described } from '../ports/mesh-ports.ts';
import type { MeshRun } from './mesh-run.ts';
import { clusterTag, foreignAccount, type Ownership, ownershipOf } from './plan/adoption.ts';
import { isSameSpec } from './plan/compare.ts';
import type { DesiredResource } from './plan/desired.ts';
import { listenersOf, uniqueListeners } from './plan/listeners.ts';
import type { Ensure } from './plan/plan.ts';

/**
 * Makes one resource as it is wanted.
 *   claim                     | what is done
 *   applied, same spec        | only the claim is brought up to date: which object wants it, what it needs
 *   knows the ARN             | update; where it is gone, create; where another was made anew in its place, as below
 *   none, knows no ARN, or    | create; where the name is taken, take it over if it may be, and update it
 *   of what others keep       |
 * The claim is written before the call and after it: a crash in between leaves one that says what may be there.
 */
export async function ensureResource(run: MeshRun, { desired, claim }: Ensure): Promise<void> {
  if (desired.isShared) return useShared(run, desired);
  if (claim !== undefined && isApplied(claim, desired)) {
    await run.put({
      ...claim,
      sourceObject: desired.sourceObject,
      dependsOn: desired.dependsOn,
      listeners: nextListeners(desired),
    });
    return;
  }
  const claimed = await run.put(claimedBy(desired, claim));
  if (claimed.arn === undefined) return createOrTakeOver(run, desired);
  try {
    await update(run, desired, claimed);
  } catch (error) {
    // What is missing may also be something that the new spec refers to.
    if (!(error instanceof NotFoundError) || (await run.api.describe(desired.resource)) !== undefined)
      throw error;
    const listeners = nextListeners(desired);
    await run.put({ ...claimed, listeners, arn: undefined, version: undefined, createdAtMs: undefined });
    await createOrTakeOver(run, desired);
  }
}

function isApplied({ phase, arn, fingerprint }: MeshClaim, desired: DesiredResource): boolean {
  return phase === 'applied' && arn !== undefined && fingerprint === desired.fingerprint;
}

/** What it needed before and what it needs now: until the call has ended, either may be so. */
function claimedBy(desired: DesiredResource, claim: MeshClaim | undefined): Omit<MeshClaim, 'revision'> {
  const { resource, sourceObject, dependsOn } = desired;
  const { arn, version, createdAtMs } = claim?.owner === undefined ? (claim ?? {}) : {};
  return {
    resource,
    sourceObject,
    phase: 'claimed',
    dependsOn: [...new Set([...(claim?.dependsOn ?? []), ...dependsOn])],
    listeners: possibleListeners(desired, claim),
    ...{ arn, version, createdAtMs },
  };
}

function nextListeners({ resource, spec }: DesiredResource): ListenerAlternatives | undefined {
  const listeners = listenersOf(resource.kind, spec);
  return listeners && [listeners];
}

/** Those of before, or those of now; unknown where those of before are. */
function possibleListeners(
  desired: DesiredResource,
  claim: Pick<MeshClaim, 'arn' | 'listeners'> | undefined,
): ListenerAlternatives | undefined {
  const next = nextListeners(desired);
  const former = claim?.listeners ?? (claim?.arn === undefined ? [] : undefined);
  return former && next && uniqueListeners([...former, ...next]);
}

async function createOrTakeOver(run: MeshRun, desired: DesiredResource): Promise<void> {
  const { resource, spec } = desired;
  const tags = { [clusterTag]: run.cluster };
  try {
    await applied(
      run,
      desired,
      await run.api.create(resource, spec, { clientToken: run.deps.newToken(), tags }),
    );
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await takeOver(run, desired);
  }
}

/** `known`: what is to be updated. Whose it is costs calls, so it is asked only when the answer speaks of another. */
async function update(
  run: MeshRun,
  desired: DesiredResource,
  known: Pick<MeshClaim, 'arn' | 'createdAtMs'>,
): Promise<void> {
  const clientToken = run.deps.newToken();
  const answer = await run.api.update(desired.resource, desired.spec, { clientToken });
  if (answer.arn === known.arn && answer.createdAtMs === known.createdAtMs)
    await applied(run, desired, answer);
  else await takeOverOrLeave(run, desired, answer);
}

/** The name is taken: by what a crashed run of ours made, by what the old controller made, or by others. */
async function takeOver(run: MeshRun, desired: DesiredResource): Promise<void> {
  const existing = await run.api.describe(desired.resource);
  if (existing === undefined)
    throw new RetryableError(`${desired.key} was there a moment ago and cannot be described`);
  await takeOverOrLeave(run, desired, existing);
}

async function takeOverOrLeave(run: MeshRun, desired: DesiredResource, existing: Described): Promise<void> {
  const ownership = await ownershipOfExisting(run, desired, existing);
  if (ownership.kind === 'other') return leave(run, desired, existing, ownership.owner);
  if (ownership.kind === 'adoptable') await run.api.tag(existing.arn, { [clusterTag]: run.cluster });
  if (isSameSpec(desired.resource.kind, desired.spec, existing.spec)) return applied(run, desired, existing);
  await run.put(takenOver(desired, existing, run.claims.get(desired.key)));
  await update(run, desired, existing);
}

/** What is there is known before it is changed: where the change is refused, that says what is in its way. */
function takenOver(
  desired: DesiredResource,
  { arn, version, createdAtMs, spec }: Described,
  claim: MeshClaim | undefined,
): Omit<MeshClaim, 'revision'> {
  const { kind } = desired.resource;
  const listeners = listenersOf(kind, spec);
  return {
    ...claimedBy(desired, claim),
    ...{ arn, version, createdAtMs },
    listeners: possibleListeners(desired, { arn, listeners: listeners && [listeners] }),
  };
}

async function ownershipOfExisting(
  run: MeshRun,
  desired: DesiredResource,
  existing: Described,
): Promise<Ownership> {
  const account = foreignAccount(existing, desired.resource);
  const tags = account === undefined ? await run.api.tags(existing.arn) : {};
  const { kind, meshName, meshOwner, parentName } = desired.resource;
  const parent =
    kind === 'route' && parentName !== undefined
      ? run.claims.get(resourceKey({ kind: 'virtualRouter', meshName, meshOwner, name: parentName }))
      : undefined;
  return ownershipOf({ ...existing, tags }, desired, {
    cluster: run.cluster,
    adopt: run.config.adopt,
    parentIsOurs: parent?.arn !== undefined,
  });
}

/** Another's mesh can be used, and is common to several clusters; anything else of another's is in the way. */
async function leave(
  run: MeshRun,
  desired: DesiredResource,
  { arn }: Described,
  owner: string,
): Promise<void> {
  if (desired.resource.kind !== 'mesh') {
    if (run.claims.get(desired.key)?.arn !== undefined) await run.put(claimedBy(desired, undefined));
    throw new RefusedError(`${desired.key} is there already and belongs to ${owner}`);
  }
  await run.put({ ...claimedBy(desired, undefined), phase: 'applied', arn, owner });
}

async function useShared(run: MeshRun, desired: DesiredResource): Promise<void> {
  const existing = await run.api.describe(desired.resource);
  if (existing === undefined)
    throw new RefusedError(
      `account ${desired.resource.meshOwner} has no mesh ${desired.resource.name} that is shared with this one`,
    );
  await leave(run, desired, existing, `account ${desired.resource.meshOwner}`);
}

async function applied(
  run: MeshRun,
  desired: DesiredResource,
  { arn, version, createdAtMs }: Described,
): Promise<void> {
  const { resource, sourceObject, dependsOn, fingerprint } = desired;
  const listeners = nextListeners(desired);
  await run.put({
    resource,
    sourceObject,
    dependsOn,
    listeners,
    phase: 'applied',
    fingerprint,
    arn,
    version,
    createdAtMs,
  });
}
