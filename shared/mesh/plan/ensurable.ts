import { type MeshClaim, objectNameText } from '../../model/records/mesh-claim.ts';
import type { KnownMesh } from './known-mesh.ts';
import { type Problem, waitsFor } from './problem.ts';
import type { DesiredResource } from './resource.ts';
import type { TargetRules } from './target-rules.ts';

/** The resources that differ from the desired state and can be changed now; for those that cannot, the problem. */
export function ensurable(
  wanted: ReadonlyMap<string, DesiredResource>,
  { claims }: Pick<KnownMesh, 'claims'>,
  rules: TargetRules,
): {
  readonly resources: ReadonlyMap<string, DesiredResource>;
  readonly problems: ReadonlyMap<string, Problem>;
} {
  const resources = new Map<string, DesiredResource>();
  const problems = new Map<string, Problem>();
  for (const [key, desired] of wanted) {
    const claim = claims.get(key);
    const problem = refusal(desired, claim) ?? rules.faultOf?.(desired) ?? null;
    if (problem !== null) problems.set(key, problem);
    else if (!isSettled(desired, claim, rules)) resources.set(key, desired);
  }
  const drop = (key: string, problem: Problem) => {
    resources.delete(key);
    problems.set(key, problem);
  };
  const creations = [...resources.values()].filter(({ key }) => claims.get(key)?.id === undefined);
  for (const [key, problem] of rules.overQuota?.(creations, [...claims.values()]) ?? []) drop(key, problem);
  const existsOrPlanned = (key: string) => resources.has(key) || claims.get(key)?.id !== undefined;
  const isThere = (key: string) => existsOrPlanned(key) || (rules.worksWithout?.(key) ?? false);
  dropWaiting(resources, isThere, problems, drop);
  return { resources, problems };
}

function isSettled(desired: DesiredResource, claim: MeshClaim | undefined, rules: TargetRules): boolean {
  const { fingerprint, sourceObject, dependsOn } = desired;
  if (claim?.phase !== 'applied' || claim.id === undefined) return false;
  if (objectNameText(claim.sourceObject) !== objectNameText(sourceObject)) return false;
  // A resource that it only refers to if that exists may be known by now: the claim has to be updated.
  if (!dependsOn.every((dependency) => claim.dependsOn.includes(dependency))) return false;
  if (rules.isRecorded?.(desired, claim) === false) return false;
  return claim.owner !== undefined || claim.fingerprint === fingerprint;
}

function refusal({ inputsHash }: DesiredResource, claim: MeshClaim | undefined): Problem | null {
  if (claim?.refused?.inputsHash !== inputsHash) return null;
  const { inputsHash: _, ...problem } = claim.refused;
  return problem;
}

/** A resource waits if a dependency that it needs neither exists nor is being created; so do its dependents, transitively. */
function dropWaiting(
  resources: ReadonlyMap<string, DesiredResource>,
  isThere: (key: string) => boolean,
  problems: ReadonlyMap<string, Problem>,
  drop: (key: string, problem: Problem) => void,
): void {
  for (let before = -1; before !== resources.size; ) {
    before = resources.size;
    for (const { key, dependsOn } of [...resources.values()]) {
      const missing = dependsOn.find((dependency) => !isThere(dependency));
      if (missing !== undefined) drop(key, waitsFor(missing, problems.get(missing)));
    }
  }
}
