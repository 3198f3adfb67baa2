import { type MeshClaim, objectNameText } from '../../model/records/mesh-claim.ts';
import type { KnownMesh } from './known-mesh.ts';
import type { Problem } from './problem.ts';
import type { DesiredMesh, DesiredResource } from './resource.ts';
import type { TargetRules } from './target-rules.ts';

/** The claims that no object wants and that nothing will refer to; for those still referred to, the problem. */
export function releasable(
  { resources, objects }: DesiredMesh,
  { claims, isGone }: KnownMesh,
  ensured: ReadonlyMap<string, DesiredResource>,
  rules: TargetRules,
): {
  readonly claims: ReadonlyMap<string, MeshClaim>;
  readonly problems: ReadonlyMap<string, Problem>;
} {
  const plans = new Map(objects.map((plan) => [objectNameText(plan.entry.id), plan]));
  const isUnwanted = (key: string, { phase, sourceObject }: MeshClaim): boolean => {
    if (resources.has(key)) return false;
    const plan = plans.get(objectNameText(sourceObject));
    if (plan === undefined) return phase === 'releasing' || isGone(sourceObject);
    return plan.isComplete && !plan.keys.includes(key);
  };
  const released = new Map([...claims].filter(([key, claim]) => isUnwanted(key, claim)));

  const problems = new Map<string, Problem>();
  // A resource that stays keeps its dependencies, transitively; by the references as they will be after this run.
  const referring = new Map<string, { readonly dependsOn: readonly string[] }>([...claims, ...ensured]);
  for (const [key, desired] of ensured)
    if (rules.keepsReferences?.(desired))
      referring.set(key, { dependsOn: [...(claims.get(key)?.dependsOn ?? []), ...desired.dependsOn] });
  const staying = [...referring.keys()].filter((key) => !released.has(key));
  const keep = (key: string, message: string) => {
    if (!released.delete(key)) return;
    problems.set(key, { reason: 'Pending', message });
    staying.push(key);
  };
  const parts = Map.groupBy(released.keys(), (key) => {
    const claim = claims.get(key);
    return claim && rules.partOf?.(claim.resource);
  });
  for (const key of staying) {
    for (const dependency of referring.get(key)?.dependsOn ?? [])
      keep(dependency, `${dependency} cannot be deleted yet: ${key} refers to it`);
    // A resource that has to stay continues to serve: its parts are deleted with it.
    for (const part of parts.get(key) ?? [])
      if (problems.has(key)) keep(part, `${part} cannot be deleted before ${key}`);
  }
  return { claims: released, problems };
}
