import { PermanentError } from '../../model/errors.ts';
import type { ObjectMeta } from '../../model/kubernetes.ts';
import type { LiveObject } from '../../model/kubernetes-object.ts';
import { ownSelector } from '../../model/own-object.ts';
import type { ObjectResource } from '../plan/object-resource.ts';
import type { ObjectsRun } from './objects-run.ts';
import { isAsApplied } from './plan/compare-object.ts';
import type { ObjectClaim, ObjectDesired } from './plan/object-claim.ts';
import { idOfResource, isOurs, markedManifestOf } from './plan/object-manifest.ts';

type Claims = readonly (readonly [key: string, claim: ObjectClaim])[];

/**
 * Compares every claim with the cluster, so that the run that follows repairs what was changed or deleted by hand: such a
 * claim is invalidated, also in the table, and refused objects are tried again. One list for each kind. A list that is
 * refused (a missing permission) is skipped and operators are notified; if all are refused, the run ends.
 */
export async function verifyObjects(
  target: ObjectsRun,
  desired: ReadonlyMap<string, ObjectDesired>,
): Promise<void> {
  const { run } = target;
  const groups = Map.groupBy([...run.claims], ([, { resource }]) => `${resource.group}/${resource.kind}`);
  const refusals: PermanentError[] = [];
  for (const claims of groups.values()) {
    const refusal = await verifyKind(target, claims, desired);
    if (refusal !== undefined) refusals.push(refusal);
  }
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === groups.size) throw refusal;
  for (const { message } of refusals)
    run.deps.note(`cluster ${run.cluster}: objects could not be listed and were not verified: ${message}`);
  run.isVerified = !run.isOutOfTime();
}

/** Returns the error if the API server refuses the list permanently. */
async function verifyKind(
  target: ObjectsRun,
  claims: Claims,
  desired: ReadonlyMap<string, ObjectDesired>,
): Promise<PermanentError | undefined> {
  const { run } = target;
  const [first] = claims;
  if (first === undefined || run.isOutOfTime()) return undefined;
  try {
    const kind = await readKind(target, first[1].resource);
    for (const [key, claim] of claims)
      if (!run.isOutOfTime()) await verifyClaim(target, { key, claim, kind, desired: desired.get(key) });
    return undefined;
  } catch (error) {
    if (error instanceof PermanentError) return error;
    run.stop();
    throw error;
  }
}

/** The objects of ours of one kind. */
interface ReadKind {
  /** undefined if the cluster does not serve the kind: then there is no object. */
  readonly version: string | undefined;
  readonly live: ReadonlyMap<string, LiveObject>;
}

async function readKind({ objects, kinds }: ObjectsRun, resource: ObjectResource): Promise<ReadKind> {
  const version = await kinds.find(resource);
  if (version === undefined) return { version, live: new Map() };
  const { apiVersion, kind } = idOfResource(resource, version);
  const listed = await objects.list({ apiVersion, kind }, { labelSelector: ownSelector('mesh-objects') });
  return { version, live: new Map(listed.map((object) => [nameText(object.metadata), object])) };
}

interface Verified {
  readonly key: string;
  readonly claim: ObjectClaim;
  readonly kind: ReadKind;
  readonly desired: ObjectDesired | undefined;
}

async function verifyClaim(
  { run, expected = (wanted) => wanted }: ObjectsRun,
  { key, claim, kind, desired: wanted }: Verified,
): Promise<void> {
  const { refused, ...trusted } = claim;
  const there = kind.live.get(nameText(claim.resource));
  const desired = wanted && there && expected(wanted, there);
  if (claim.id === undefined) run.claims.set(key, trusted);
  else if (there === undefined || !isOurs(there, run.cluster, claim)) await run.put(withoutObject(trusted));
  else if (there.metadata.uid === claim.id && !isChanged(run.cluster, { claim, kind, desired }, there))
    run.claims.set(key, trusted);
  else await run.put({ ...trusted, id: there.metadata.uid, fingerprint: undefined });
}

/** What is about to change anyway is not compared; neither is an object whose source is invalid now. */
function isChanged(
  cluster: string,
  { claim, kind: { version }, desired }: Omit<Verified, 'key'>,
  there: LiveObject,
): boolean {
  if (version === undefined || desired === undefined || claim.fingerprint !== desired.fingerprint)
    return false;
  return !isAsApplied(markedManifestOf(desired, version, cluster), there);
}

function withoutObject({ id, fingerprint, ...claim }: ObjectClaim): ObjectClaim {
  return claim;
}

function nameText({ namespace = '', name }: Pick<ObjectMeta, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
