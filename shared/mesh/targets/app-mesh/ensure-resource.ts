import { ConflictError, NotFoundError, RefusedError, RetryableError } from '../../../model/errors.ts';
import type { MeshClaim } from '../../../model/records/mesh-claim.ts';
import type { Described } from '../../../ports/mesh-ports.ts';
import type { MeshRun } from '../../mesh-run.ts';
import type { DesiredResource } from '../../plan/desired.ts';
import type { Ensure } from '../../plan/plan.ts';
import { clusterTag, foreignAccount, type Ownership, ownershipOf } from './plan/adoption.ts';
import { isSameSpec } from './plan/compare.ts';
import { listenersOf, uniqueListeners } from './plan/listeners.ts';
import type { ListenerAlternatives } from './plan/mesh-listener.ts';
import { resourceKey } from './plan/resource-name.ts';

/**
 * Creates or updates one resource.
 *   claim                     | action
 *   applied, same spec        | update only the claim: source object and dependencies
 *   has an ARN                | update; if the resource is gone, create; if it was recreated by others, as below
 *   none, without an ARN, or  | create; if the name is taken, adopt the resource if allowed, and update it
 *   of a resource of others   |
 * The claim is written before the call and after it: a crash in between leaves a claim that says what may exist.
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
    // The missing resource may also be one that the new spec refers to.
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

/** Holds the former and the new dependencies: until the call has ended, either may apply. */
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

/** The former listeners and the new ones; undefined if the former are unknown. */
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
    await adopt(run, desired);
  }
}

/** `known`: the resource to update. The ownership check costs calls, so it runs only if the answer is of another resource. */
async function update(
  run: MeshRun,
  desired: DesiredResource,
  known: Pick<MeshClaim, 'arn' | 'createdAtMs'>,
): Promise<void> {
  const clientToken = run.deps.newToken();
  const answer = await run.api.update(desired.resource, desired.spec, { clientToken });
  if (answer.arn === known.arn && answer.createdAtMs === known.createdAtMs)
    await applied(run, desired, answer);
  else await adoptOrReject(run, desired, answer);
}

/** The name is taken: by a resource of a crashed run of ours, of the old controller, or of others. */
async function adopt(run: MeshRun, desired: DesiredResource): Promise<void> {
  const existing = await run.api.describe(desired.resource);
  if (existing === undefined)
    throw new RetryableError(
      `${desired.key} cannot be created since it exists, but was not found; it may just have been deleted`,
    );
  await adoptOrReject(run, desired, existing);
}

async function adoptOrReject(run: MeshRun, desired: DesiredResource, existing: Described): Promise<void> {
  const ownership = await ownershipOfExisting(run, desired, existing);
  if (ownership.kind === 'other') return rejectOrUse(run, desired, existing, ownership.owner);
  if (ownership.kind === 'adoptable') await run.api.tag(existing.arn, { [clusterTag]: run.cluster });
  if (isSameSpec(desired.resource.kind, desired.spec, existing.spec)) return applied(run, desired, existing);
  await run.put(adopting(desired, existing, run.claims.get(desired.key)));
  await update(run, desired, existing);
}

/** Records the existing resource before it is changed: if the change is refused, its listeners are known. */
function adopting(
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

/** A mesh of another owner can be used by several clusters; any other resource of another owner is a conflict. */
async function rejectOrUse(
  run: MeshRun,
  desired: DesiredResource,
  { arn }: Described,
  owner: string,
): Promise<void> {
  if (desired.resource.kind !== 'mesh') {
    if (run.claims.get(desired.key)?.arn !== undefined) await run.put(claimedBy(desired, undefined));
    throw new RefusedError(`${desired.key} already exists and belongs to ${owner}`);
  }
  await run.put({ ...claimedBy(desired, undefined), phase: 'applied', arn, owner });
}

async function useShared(run: MeshRun, desired: DesiredResource): Promise<void> {
  const existing = await run.api.describe(desired.resource);
  if (existing === undefined)
    throw new RefusedError(
      `mesh "${desired.resource.name}" of account ${desired.resource.meshOwner} not found; share it with this account, or correct spec.meshOwner`,
    );
  await rejectOrUse(run, desired, existing, `account ${desired.resource.meshOwner}`);
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
