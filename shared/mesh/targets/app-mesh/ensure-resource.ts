import { ConflictError, NotFoundError, RefusedError, RetryableError } from '../../../model/errors.ts';
import type { Described } from './api.ts';
import type { AppMeshRun } from './app-mesh-run.ts';
import { clusterTag, foreignAccount, type Ownership, ownershipOf } from './plan/adoption.ts';
import type { AppMeshClaim, AppMeshDesired, AppMeshEnsure } from './plan/app-mesh-claim.ts';
import { isSameSpec } from './plan/compare.ts';
import { listenersOf, uniqueListeners } from './plan/listeners.ts';
import type { ListenerAlternatives } from './plan/mesh-listener.ts';
import { isShared } from './plan/resource-name.ts';
import { routerOf } from './plan/router-of.ts';

/**
 * Creates or updates one resource.
 *   claim                     | action
 *   applied, same spec        | update only the claim: source object and dependencies
 *   has an ARN                | update; if the resource is gone, create; if it was recreated by others, as below
 *   none, without an ARN, or  | create; if the name is taken, adopt the resource if allowed, and update it
 *   of a resource of others   |
 * The claim is written before the call and after it: a crash in between leaves a claim that says what may exist.
 */
export async function ensureResource(app: AppMeshRun, { desired, claim }: AppMeshEnsure): Promise<void> {
  if (isShared(desired.resource)) return useShared(app, desired);
  if (claim !== undefined && isApplied(claim, desired)) {
    await app.run.put({
      ...claim,
      sourceObject: desired.sourceObject,
      dependsOn: desired.dependsOn,
      listeners: nextListeners(desired),
    });
    return;
  }
  const claimed = await app.run.put(claimedBy(desired, claim));
  if (claimed.id === undefined) return createOrTakeOver(app, desired);
  try {
    await update(app, desired, claimed);
  } catch (error) {
    // The missing resource may also be one that the new spec refers to.
    if (!(error instanceof NotFoundError) || (await app.api.describe(desired.resource)) !== undefined)
      throw error;
    const listeners = nextListeners(desired);
    await app.run.put({ ...claimed, listeners, id: undefined, version: undefined, createdAtMs: undefined });
    await createOrTakeOver(app, desired);
  }
}

function isApplied({ phase, id, fingerprint }: AppMeshClaim, desired: AppMeshDesired): boolean {
  return phase === 'applied' && id !== undefined && fingerprint === desired.fingerprint;
}

/** Holds the former and the new dependencies: until the call has ended, either may apply. */
function claimedBy(desired: AppMeshDesired, claim: AppMeshClaim | undefined): Omit<AppMeshClaim, 'revision'> {
  const { key, resource, sourceObject, dependsOn } = desired;
  const { id, version, createdAtMs } = claim?.owner === undefined ? (claim ?? {}) : {};
  return {
    key,
    resource,
    sourceObject,
    phase: 'claimed',
    dependsOn: [...new Set([...(claim?.dependsOn ?? []), ...dependsOn])],
    listeners: possibleListeners(desired, claim),
    ...{ id, version, createdAtMs },
  };
}

function nextListeners({ resource, spec }: AppMeshDesired): ListenerAlternatives | undefined {
  const listeners = listenersOf(resource.kind, spec);
  return listeners && [listeners];
}

/** The former listeners and the new ones; undefined if the former are unknown. */
function possibleListeners(
  desired: AppMeshDesired,
  claim: Pick<AppMeshClaim, 'id' | 'listeners'> | undefined,
): ListenerAlternatives | undefined {
  const next = nextListeners(desired);
  const former = claim?.listeners ?? (claim?.id === undefined ? [] : undefined);
  return former && next && uniqueListeners([...former, ...next]);
}

async function createOrTakeOver(app: AppMeshRun, desired: AppMeshDesired): Promise<void> {
  const { resource, spec } = desired;
  const tags = { [clusterTag]: app.run.cluster };
  try {
    await applied(
      app,
      desired,
      await app.api.create(resource, spec, { clientToken: app.run.deps.newToken(), tags }),
    );
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await adopt(app, desired);
  }
}

/** `known`: the resource to update. The ownership check costs calls, so it runs only if the answer is of another resource. */
async function update(
  app: AppMeshRun,
  desired: AppMeshDesired,
  known: Pick<AppMeshClaim, 'id' | 'createdAtMs'>,
): Promise<void> {
  const clientToken = app.run.deps.newToken();
  const answer = await app.api.update(desired.resource, desired.spec, { clientToken });
  if (answer.arn === known.id && answer.createdAtMs === known.createdAtMs)
    await applied(app, desired, answer);
  else await adoptOrReject(app, desired, answer);
}

/** The name is taken: by a resource of a crashed run of ours, of the old controller, or of others. */
async function adopt(app: AppMeshRun, desired: AppMeshDesired): Promise<void> {
  const existing = await app.api.describe(desired.resource);
  if (existing === undefined)
    throw new RetryableError(
      `${desired.key} cannot be created since it exists, but was not found; it may just have been deleted`,
    );
  await adoptOrReject(app, desired, existing);
}

async function adoptOrReject(app: AppMeshRun, desired: AppMeshDesired, existing: Described): Promise<void> {
  const ownership = await ownershipOfExisting(app, desired, existing);
  if (ownership.kind === 'other') return rejectOrUse(app, desired, existing, ownership.owner);
  if (ownership.kind === 'adoptable') await app.api.tag(existing.arn, { [clusterTag]: app.run.cluster });
  if (isSameSpec(desired.resource.kind, desired.spec, existing.spec)) return applied(app, desired, existing);
  await app.run.put(adopting(desired, existing, app.run.claims.get(desired.key)));
  await update(app, desired, { id: existing.arn, createdAtMs: existing.createdAtMs });
}

/** Records the existing resource before it is changed: if the change is refused, its listeners are known. */
function adopting(
  desired: AppMeshDesired,
  { arn, version, createdAtMs, spec }: Described,
  claim: AppMeshClaim | undefined,
): Omit<AppMeshClaim, 'revision'> {
  const { kind } = desired.resource;
  const listeners = listenersOf(kind, spec);
  return {
    ...claimedBy(desired, claim),
    ...{ id: arn, version, createdAtMs },
    listeners: possibleListeners(desired, { id: arn, listeners: listeners && [listeners] }),
  };
}

async function ownershipOfExisting(
  app: AppMeshRun,
  desired: AppMeshDesired,
  existing: Described,
): Promise<Ownership> {
  const account = foreignAccount(existing, desired.resource);
  const tags = account === undefined ? await app.api.tags(existing.arn) : {};
  const router = routerOf(desired.resource);
  return ownershipOf({ ...existing, tags }, desired, {
    cluster: app.run.cluster,
    adopt: app.adopt,
    parentIsOurs: router !== undefined && app.run.claims.get(router)?.id !== undefined,
  });
}

/** A mesh of another owner can be used by several clusters; any other resource of another owner is a conflict. */
async function rejectOrUse(
  app: AppMeshRun,
  desired: AppMeshDesired,
  { arn }: Described,
  owner: string,
): Promise<void> {
  if (desired.resource.kind !== 'mesh') {
    if (app.run.claims.get(desired.key)?.id !== undefined) await app.run.put(claimedBy(desired, undefined));
    throw new RefusedError(`${desired.key} already exists and belongs to ${owner}`);
  }
  await app.run.put({ ...claimedBy(desired, undefined), phase: 'applied', id: arn, owner });
}

async function useShared(app: AppMeshRun, desired: AppMeshDesired): Promise<void> {
  const existing = await app.api.describe(desired.resource);
  if (existing === undefined)
    throw new RefusedError(
      `mesh "${desired.resource.name}" of account ${desired.resource.meshOwner} not found; share it with this account, or correct spec.meshOwner`,
    );
  await rejectOrUse(app, desired, existing, `account ${desired.resource.meshOwner}`);
}

async function applied(
  app: AppMeshRun,
  desired: AppMeshDesired,
  { arn, version, createdAtMs }: Described,
): Promise<void> {
  const { key, resource, sourceObject, dependsOn, fingerprint } = desired;
  await app.run.put({
    ...{ key, resource, sourceObject, dependsOn },
    listeners: nextListeners(desired),
    phase: 'applied',
    fingerprint,
    ...{ id: arn, version, createdAtMs },
  });
}
