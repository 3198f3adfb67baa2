import type { MeshClaim } from '../../model/records/mesh-claim.ts';
import { ensurable } from './ensurable.ts';
import type { KnownMesh } from './known-mesh.ts';
import { releasable } from './releasable.ts';
import type { DesiredMesh, DesiredResource } from './resource.ts';
import type { Ensure, MeshPlan, Release } from './steps.ts';
import type { StepOrder, TargetRules } from './target-rules.ts';

/**
 * The difference between the desired resources and the claims, as a graph of steps:
 *   wanted | claim                                           | step
 *   yes    | applied with that spec, or owned by others      | none
 *   yes    | refused with that spec                          | none, until the spec changes or all is verified
 *   yes    | none, or anything else                          | ensure, after its dependencies
 *   no     | its object is deleted, or valid and without it  | release, after its dependents
 *   no     | its object is invalid, or was never observed    | none: no object requested the deletion
 * The target may order its steps further, add steps that prepare others, and postpone resources.
 */
export function planMesh(desired: DesiredMesh, known: KnownMesh, rules: TargetRules): MeshPlan {
  const { claims } = known;
  const possible = ensurable(desired.resources, known, rules);
  const released = releasable(desired, known, possible.resources, rules);
  const order = rules.orderOf?.({
    wanted: desired.resources,
    ensured: possible.resources,
    problems: possible.problems,
    released: released.claims,
    claims,
  });
  const toEnsure = new Map([...possible.resources].filter(([key]) => !order?.blocked.has(key)));
  // What the order blocks still refers to what it referred to.
  const toRelease = order?.blocked.size ? releasable(desired, known, toEnsure, rules) : released;
  const ensures = [...toEnsure.values()].map((resource) =>
    ensureStep(resource, {
      claim: claims.get(resource.key),
      isStep: (key) => toEnsure.has(key) && !rules.worksWithout?.(key),
      dependenciesOf: (key) => desired.resources.get(key)?.dependsOn ?? [],
      order: order?.of(resource.key),
    }),
  );
  const isStep = (key: string) => toEnsure.has(key) || toRelease.claims.has(key);
  const referrers = referrersByKey([...claims].filter(([key]) => isStep(key)));
  const releases = [...toRelease.claims].map(
    ([key, claim]): Release => ({
      do: 'release',
      key,
      after: (referrers.get(key) ?? []).map(({ referrer }) => referrer),
      claim,
    }),
  );
  return {
    steps: [...(order?.preparations ?? []), ...ensures, ...releases],
    problems: new Map([...possible.problems, ...(order?.blocked ?? []), ...toRelease.problems]),
    blocked: [...toRelease.problems.keys()].flatMap((key) => claims.get(key) ?? []),
  };
}

interface StepContext {
  readonly claim: MeshClaim | undefined;
  readonly isStep: (key: string) => boolean;
  readonly dependenciesOf: (key: string) => readonly string[];
  readonly order: ReturnType<StepOrder['of']> | undefined;
}

function ensureStep(desired: DesiredResource, { claim, isStep, dependenciesOf, order }: StepContext): Ensure {
  const { key, dependsOn } = desired;
  // A target may also validate what an unchanged dependency refers to: of a gateway route, its service's provider.
  const further = dependsOn.flatMap((dependency) => (isStep(dependency) ? [] : dependenciesOf(dependency)));
  const before = [...new Set([...dependsOn, ...further])].filter(
    (dependency) => isStep(dependency) && !order?.notAfter.includes(dependency),
  );
  return {
    do: 'ensure',
    key,
    after: [...before, ...(order?.after ?? [])],
    needsToExist: before.filter((dependency) => !order?.awaits.includes(dependency)),
    desired,
    claim,
  };
}

/** By resource key, the keys of the resources that refer to it, from the claims of the steps. */
function referrersByKey(claims: readonly (readonly [key: string, claim: MeshClaim])[]) {
  const pairs = claims.flatMap(([referrer, { dependsOn }]) =>
    dependsOn.map((dependency) => ({ dependency, referrer })),
  );
  return Map.groupBy(
    pairs.filter(({ dependency, referrer }) => dependency !== referrer),
    ({ dependency }) => dependency,
  );
}
