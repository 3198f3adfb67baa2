import { type MeshClaim, objectNameText } from '../../model/mesh-claim.ts';
import type { DesiredResource } from './desired.ts';
import type { KnownMesh } from './known-mesh.ts';
import type { Problem, ProblemReason } from './problem.ts';
import { overfull, overQuota } from './quotas.ts';

/** The wanted resources that are not as wanted and can be made so now; of those that cannot, why. */
export function ensurable(
  wanted: ReadonlyMap<string, DesiredResource>,
  { claims, quotas }: Pick<KnownMesh, 'claims' | 'quotas'>,
): {
  readonly resources: ReadonlyMap<string, DesiredResource>;
  readonly problems: ReadonlyMap<string, Problem>;
} {
  const resources = new Map<string, DesiredResource>();
  const problems = new Map<string, Problem>();
  for (const [key, desired] of wanted) {
    const claim = claims.get(key);
    const problem = refusal(desired, claim) ?? overfull(desired, quotas);
    if (problem !== null) problems.set(key, problem);
    else if (!isSettled(desired, claim)) resources.set(key, desired);
  }
  const drop = (key: string, problem: Problem) => {
    resources.delete(key);
    problems.set(key, problem);
  };
  const creations = [...resources.values()].filter(({ key }) => claims.get(key)?.arn === undefined);
  for (const [key, problem] of overQuota(creations, claims.values(), quotas)) drop(key, problem);
  dropWaiting(resources, claims, problems, drop);
  return { resources, problems };
}

function isSettled(
  { fingerprint, sourceObject, dependsOn, resource }: DesiredResource,
  claim: MeshClaim | undefined,
): boolean {
  if (claim?.phase !== 'applied' || claim.arn === undefined) return false;
  if (objectNameText(claim.sourceObject) !== objectNameText(sourceObject)) return false;
  // What it names by ARN may have become known since: the claim is to say so.
  if (!dependsOn.every((need) => claim.dependsOn.includes(need))) return false;
  // A claim that an earlier version wrote does not say: it is to say so before the listeners of a router change.
  const isRouted = resource.kind === 'virtualRouter' || resource.kind === 'route';
  if (isRouted && claim.listeners === undefined) return false;
  return claim.owner !== undefined || claim.fingerprint === fingerprint;
}

function refusal({ inputsHash }: DesiredResource, claim: MeshClaim | undefined): Problem | null {
  if (claim?.refused?.inputsHash !== inputsHash) return null;
  return { reason: claim.refused.reason as ProblemReason, message: claim.refused.message };
}

/** What needs something that is neither there nor being made has to wait; and so what needs that, and so on. */
function dropWaiting(
  resources: ReadonlyMap<string, DesiredResource>,
  claims: ReadonlyMap<string, MeshClaim>,
  problems: ReadonlyMap<string, Problem>,
  drop: (key: string, problem: Problem) => void,
): void {
  const isThere = (key: string) => resources.has(key) || claims.get(key)?.arn !== undefined;
  for (let before = -1; before !== resources.size; ) {
    before = resources.size;
    for (const { key, dependsOn } of [...resources.values()]) {
      const missing = dependsOn.find((need) => !isThere(need));
      if (missing !== undefined) drop(key, waitsFor(missing, problems.get(missing)));
    }
  }
}

function waitsFor(key: string, cause: Problem | undefined): Problem {
  return { reason: 'Pending', message: `waits for ${key}${cause === undefined ? '' : `: ${cause.message}`}` };
}
