import { desiredMesh } from '../../mesh/plan/desired.ts';
import { planMesh } from '../../mesh/plan/plan.ts';
import type { DesiredMesh, ObjectPlan } from '../../mesh/plan/resource.ts';
import { meshStatusOf } from '../../mesh/plan/status.ts';
import type { MeshPlan } from '../../mesh/plan/steps.ts';
import type { TargetRules } from '../../mesh/plan/target-rules.ts';
import { distinctPermissions } from '../../model/permission.ts';
import { type MeshClaim, objectNameText } from '../../model/records/mesh-claim.ts';
import type { MeshStatus } from '../../model/records/mesh-status.ts';
import { objectCause } from './object-cause.ts';
import type { ExplainedResource, ObjectExplanation, ObjectFacts, WrittenStatus } from './object-explained.ts';

/** Explains everything that decides the state of a mesh object in the mesh target, and what to do. */
export function explainObject(facts: ObjectFacts): ObjectExplanation {
  const { cluster, object, nowMs, stored, lastRun, deadLetters, readFailures } = facts;
  const { desired, plan } = planned(facts);
  const own = desired?.objects.find(({ entry }) => objectNameText(entry.id) === objectNameText(object));
  const metadata = stored?.object.metadata;
  const writtenStatus = facts.writtenStatus?.uid === metadata?.uid ? facts.writtenStatus : undefined;
  const explained = {
    ...{ subject: 'object' as const, cluster, object, nowMs },
    seen: seenOf(facts),
    ...(metadata && {
      uid: metadata.uid,
      generation: metadata.generation,
      resourceVersion: metadata.resourceVersion,
    }),
    ...{ target: facts.rules.title, hasMeshTarget: facts.hasMeshTarget },
    fault: own?.entry.fault ?? stored?.fault,
    problems: own?.problems ?? [],
    differences: own?.differences ?? [],
    resources: resourcesOf(facts, { own, desired, plan }),
    ...{ writtenStatus, lastRun, deadLetters, readFailures },
    missingPermissions: missingPermissions(readFailures, writtenStatus),
  };
  const current = own && facts.claims && statusNow(own, facts.claims, facts.rules, plan);
  return { ...explained, cause: objectCause(explained, current?.condition) };
}

function seenOf({ stored, directory }: ObjectFacts): ObjectExplanation['seen'] {
  if (directory === undefined) return 'unknown';
  if (stored === undefined) return 'never';
  return stored.deleted ? 'deleted' : 'yes';
}

interface Planned {
  readonly desired?: DesiredMesh | undefined;
  readonly plan?: MeshPlan | undefined;
}

/** The plan that a run would make now. */
function planned({ directory, claims, rules, hasMeshTarget, isGone }: ObjectFacts): Planned {
  if (directory === undefined) return {};
  const desired = desiredMesh(directory, rules, (key) => claims?.get(key));
  if (claims === undefined || !hasMeshTarget) return { desired };
  return { desired, plan: planMesh(desired, { claims, isGone }, rules) };
}

function statusNow(
  own: ObjectPlan,
  claims: ReadonlyMap<string, MeshClaim>,
  rules: TargetRules,
  plan: MeshPlan | undefined,
): MeshStatus {
  return meshStatusOf(own, claims, rules, (key) => plan?.problems.get(key));
}

/** The resources that it wants, then the others that it owns. */
function resourcesOf(
  { object, claims = new Map() }: ObjectFacts,
  { own, desired, plan }: Planned & { readonly own: ObjectPlan | undefined },
): readonly ExplainedResource[] {
  const name = objectNameText(object);
  const wanted = own?.keys ?? [];
  const others = [...claims].filter(
    ([key, { sourceObject }]) => objectNameText(sourceObject) === name && !wanted.includes(key),
  );
  const referrers = referrersOf(desired, claims);
  const isThere = (key: string) => claims.get(key)?.id !== undefined;
  return [...wanted, ...others.map(([key]) => key)].map((key) => {
    const claim = claims.get(key);
    const step = plan?.steps.find((each) => each.key === key);
    const isOwn = claim !== undefined && objectNameText(claim.sourceObject) === name;
    const problem = plan?.problems.get(key);
    const dependsOn = desired?.resources.get(key)?.dependsOn ?? claim?.dependsOn ?? [];
    return {
      key,
      isWanted: wanted.includes(key),
      ...(isOwn && { phase: claim.phase, arn: claim.id, owner: claim.owner, inUse: claim.inUse?.message }),
      isSettled:
        isOwn && isThere(key) && claim.phase === 'applied' && step === undefined && problem === undefined,
      problem,
      next: step?.do === 'release' ? 'release' : step && 'ensure',
      dependsOn: [...new Set(dependsOn)].map((need) => ({ key: need, isThere: isThere(need) })),
      neededBy: (referrers.get(key) ?? [])
        .filter(({ object }) => object !== name)
        .map((referrer) => ({ ...referrer, waits: !isThere(key) })),
    };
  });
}

/** By resource key: the resources that refer to it, wanted ones and existing ones. */
function referrersOf(desired: DesiredMesh | undefined, claims: ReadonlyMap<string, MeshClaim>) {
  const pairs = new Map<string, { readonly need: string; readonly key: string; readonly object: string }>();
  for (const [key, { dependsOn, sourceObject }] of [...claims, ...(desired?.resources ?? [])])
    for (const need of dependsOn)
      pairs.set(`${need} ${key}`, { need, key, object: objectNameText(sourceObject) });
  const groups = Map.groupBy(pairs.values(), ({ need }) => need);
  return new Map([...groups].map(([need, all]) => [need, all.map(({ key, object }) => ({ key, object }))]));
}

function missingPermissions(
  readFailures: ObjectFacts['readFailures'],
  writtenStatus: WrittenStatus | undefined,
): ObjectExplanation['missingPermissions'] {
  const { mesh, instances, problem } = writtenStatus ?? {};
  const written = [...(mesh?.condition.permissions ?? []), ...(instances?.permissions ?? [])];
  const failures = [...readFailures, ...written.map((permission) => ({ permission }))];
  return distinctPermissions(problem ? [...failures, problem] : failures);
}
