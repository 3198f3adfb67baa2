import { type MeshClaim, objectNameText } from '../model/mesh-claim.ts';
import type { DesiredMesh, DesiredResource } from './desired.ts';
import type { KnownMesh } from './known-mesh.ts';
import type { Problem } from './problem.ts';

/** The claims that nobody wants any more and that nothing will refer to; of those still referred to, by whom. */
export function releasable(
  { resources, objects }: DesiredMesh,
  { claims, isGone }: KnownMesh,
  ensured: ReadonlyMap<string, DesiredResource>,
): {
  readonly claims: ReadonlyMap<string, MeshClaim>;
  readonly problems: ReadonlyMap<string, Problem>;
} {
  const plans = new Map(objects.map((plan) => [objectNameText(plan.entry.id), plan]));
  const isUnwanted = (key: string, { phase, origin }: MeshClaim): boolean => {
    if (resources.has(key)) return false;
    const plan = plans.get(objectNameText(origin));
    if (plan === undefined) return phase === 'releasing' || isGone(origin);
    return plan.isComplete && !plan.keys.includes(key);
  };
  const released = new Map([...claims].filter(([key, claim]) => isUnwanted(key, claim)));

  const problems = new Map<string, Problem>();
  for (let before = -1; before !== released.size; ) {
    before = released.size;
    for (const key of [...released.keys()]) {
      const referrer = referrerOf(key, claims, ensured, released);
      if (referrer === undefined) continue;
      released.delete(key);
      problems.set(key, { reason: 'Pending', message: `is to be deleted, but ${referrer} refers to it` });
    }
  }
  return { claims: released, problems };
}

/** Of what stays, something that refers to a resource, as it will be after this run. */
function referrerOf(
  key: string,
  claims: ReadonlyMap<string, MeshClaim>,
  ensured: ReadonlyMap<string, DesiredResource>,
  released: ReadonlyMap<string, MeshClaim>,
): string | undefined {
  for (const [other, { needs }] of new Map<string, { readonly needs: readonly string[] }>([
    ...claims,
    ...ensured,
  ]))
    if (other !== key && !released.has(other) && needs.includes(key)) return other;
  return undefined;
}
