import pLimit from 'p-limit';
import { PermanentError } from '../../../model/errors.ts';
import type { Described, Listed } from './api.ts';
import type { AppMeshRun } from './app-mesh-run.ts';
import { clusterTag } from './plan/adoption.ts';
import type { AppMeshClaim, AppMeshDesired } from './plan/app-mesh-claim.ts';
import { isSameSpec } from './plan/compare.ts';
import { listenersOf, uniqueListeners } from './plan/listeners.ts';
import { isShared, type ResourceName } from './plan/resource-name.ts';

const concurrency = 10;

/**
 * Compares every claim with App Mesh itself, so that the run that follows repairs what was changed or deleted by hand: such
 * a claim is invalidated, also in the table, and refused resources are tried again. Lists give the version of each resource,
 * and only a resource with another version than ours is described: n resources cost about n/100 calls, and one for each
 * virtual router. Claims that do not fit into the time are skipped. If a list is refused (a mesh that is no longer shared),
 * its claims are skipped and operators are notified. If all are refused, or one fails temporarily, the run ends.
 */
export async function verifyMesh(
  app: AppMeshRun,
  resources: ReadonlyMap<string, AppMeshDesired>,
): Promise<void> {
  const limit = pLimit(concurrency);
  const groups = Map.groupBy([...app.run.claims], ([, { resource }]) => groupOf(resource));
  const verifying = [...groups.values()].map((claims) => limit(() => verifySiblings(app, claims, resources)));
  const refusals: PermanentError[] = [];
  // Wait for all of them, so that no call overlaps the next run.
  for (const result of await Promise.allSettled(verifying))
    if (result.status === 'rejected') throw result.reason;
    else if (result.value !== undefined) refusals.push(result.value);
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === groups.size) throw refusal;
  for (const { message } of refusals)
    app.run.deps.note(
      `cluster ${app.run.cluster}: resources could not be listed and were not verified: ${message}`,
    );
  app.run.isVerified = !app.run.isOutOfTime();
}

/** Returns the error if AWS refuses the list permanently. */
async function verifySiblings(
  app: AppMeshRun,
  claims: readonly (readonly [key: string, claim: AppMeshClaim])[],
  resources: ReadonlyMap<string, AppMeshDesired>,
): Promise<PermanentError | undefined> {
  const [first] = claims;
  if (first === undefined || app.run.isOutOfTime()) return undefined;
  try {
    const listed = await listSiblings(app, first[1].resource);
    for (const [key, claim] of claims)
      if (!app.run.isOutOfTime()) await verifyClaim(app, { key, claim, listed, desired: resources.get(key) });
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error;
    app.run.stop();
    throw error;
  }
}

/** By ARN, all resources of the kind and parent: of a mesh, all meshes, also shared ones; of a route, those of its router. */
async function listSiblings(app: AppMeshRun, resource: ResourceName): Promise<ReadonlyMap<string, Listed>> {
  const siblings = new Map<string, Listed>();
  for await (const item of app.api.list(resource.kind, resource)) siblings.set(item.arn, item);
  return siblings;
}

async function verifyClaim(
  app: AppMeshRun,
  {
    key,
    claim,
    listed,
    desired,
  }: {
    readonly key: string;
    readonly claim: AppMeshClaim;
    readonly listed: ReadonlyMap<string, Listed>;
    readonly desired: AppMeshDesired | undefined;
  },
): Promise<void> {
  const { refused, ...trusted } = claim;
  if (claim.id === undefined) {
    app.run.claims.set(key, trusted);
    return;
  }
  const there = listed.get(claim.id);
  if (there === undefined) await app.run.put(withoutResource(trusted));
  else if (claim.owner !== undefined) {
    if (await isStillOwned(app, there, desired)) app.run.claims.set(key, trusted);
    else await app.run.put(withoutResource(trusted));
  } else if (isUnchanged(claim, there)) app.run.claims.set(key, trusted);
  else await verifyResource(app, { claim: trusted, there, desired });
}

function withoutResource(claim: AppMeshClaim): AppMeshClaim {
  const { owner, id, version, createdAtMs, fingerprint, listeners, ...rest } = claim;
  return rest;
}

function isUnchanged({ version, createdAtMs }: AppMeshClaim, there: Listed): boolean {
  return there.version === version && there.createdAtMs === createdAtMs;
}

/** Whether another cluster still owns it, by its tag; assumed if the mesh is shared between accounts. */
async function isStillOwned(
  app: AppMeshRun,
  { arn }: Listed,
  desired: AppMeshDesired | undefined,
): Promise<boolean> {
  if (desired === undefined || isShared(desired.resource)) return true;
  const tag = (await app.api.tags(arn))[clusterTag];
  return tag !== undefined && tag !== app.run.cluster;
}

/**
 * Somebody changed the resource: if it still matches the spec, it is left as it is. A resource that was recreated, or that
 * lost our tag, may belong to somebody else and is not ours until `ensureResource` decides. The result is stored, so that a
 * verification that takes several runs does not check twice.
 */
async function verifyResource(
  app: AppMeshRun,
  {
    claim,
    there,
    desired,
  }: {
    readonly claim: AppMeshClaim;
    readonly there: Listed;
    readonly desired: AppMeshDesired | undefined;
  },
): Promise<void> {
  const { version, createdAtMs } = there;
  const { fingerprint, ...invalidated } = { ...claim, version, createdAtMs };
  const existing = await app.api.describe(claim.resource);
  if (
    existing === undefined ||
    existing.createdAtMs !== claim.createdAtMs ||
    (await app.api.tags(existing.arn))[clusterTag] !== app.run.cluster
  ) {
    await app.run.put(withoutResource(claim));
    return;
  }
  const isSame = desired && isSameSpec(claim.resource.kind, desired.spec, existing.spec);
  const listeners = listenersFound(claim, existing);
  await app.run.put({
    ...invalidated,
    listeners,
    ...(isSame && claim.phase === 'applied' && { fingerprint: desired.fingerprint }),
  });
}

/** The listeners found; and, while a call may still be running, those that it may set. */
function listenersFound(
  { resource, phase, listeners = [] }: AppMeshClaim,
  { spec }: Described,
): AppMeshClaim['listeners'] {
  const found = listenersOf(resource.kind, spec);
  return found && uniqueListeners([...(phase === 'applied' ? [] : listeners), found]);
}

function groupOf({ kind, meshName, meshOwner = '', parentName = '' }: ResourceName): string {
  return kind === 'mesh' ? kind : `${kind} ${meshOwner}:${meshName} ${parentName}`;
}
