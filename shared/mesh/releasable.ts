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
  // What stays keeps what it refers to, and so on; as the references will be after this run.
  const referring = new Map<string, { readonly needs: readonly string[] }>([...claims, ...ensured]);
  const staying = [...referring.keys()].filter((key) => !released.has(key));
  for (const key of staying)
    for (const need of referring.get(key)?.needs ?? []) {
      if (!released.delete(need)) continue;
      problems.set(need, { reason: 'Pending', message: `is to be deleted, but ${key} refers to it` });
      staying.push(need);
    }
  return { claims: released, problems };
}
