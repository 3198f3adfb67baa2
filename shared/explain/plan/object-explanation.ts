import { desiredMesh } from '../../mesh/plan/desired.ts';
import { planMesh } from '../../mesh/plan/plan.ts';
import type { DesiredMesh, ObjectPlan } from '../../mesh/plan/resource.ts';
import { meshStatusOf } from '../../mesh/plan/status.ts';
import type { MeshPlan } from '../../mesh/plan/steps.ts';
import { distinctPermissions } from '../../model/permission.ts';
import { type MeshClaim, type ObjectName, objectNameText } from '../../model/records/mesh-claim.ts';
import type { StatusRecord } from '../../model/records/status-record.ts';
import { type ConsideredTarget, objectCause } from './object-cause.ts';
import type {
  ExplainedResource,
  ExplainedTarget,
  ObjectExplanation,
  ObjectFacts,
  TargetFacts,
} from './object-explained.ts';

/** Explains everything that decides the state of a mesh object in the mesh targets, and what to do. */
export function explainObject(facts: ObjectFacts): ObjectExplanation {
  const { cluster, object, nowMs, stored, lastRun, deadLetters, readFailures } = facts;
  const targets = facts.targets.map((target) => explainTarget(facts, target));
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
    ...together(targets.map(({ explained: target }) => target)),
    hasMeshTarget: facts.hasMeshTarget,
    fault: targets.find(({ fault }) => fault !== undefined)?.fault ?? stored?.fault,
    ...{ writtenStatus, lastRun, deadLetters, readFailures },
    missingPermissions: missingPermissions(readFailures, writtenStatus),
  };
  return { ...explained, cause: objectCause(explained, targets, facts.place) };
}

function together(targets: readonly ExplainedTarget[]) {
  return {
    targets,
    target: targets.map(({ target }) => target).join(' and '),
    problems: targets.flatMap(({ problems }) => problems),
    differences: targets.flatMap(({ differences }) => differences),
    resources: targets.flatMap(({ resources }) => resources),
  };
}

function explainTarget(
  facts: ObjectFacts,
  target: TargetFacts,
): ConsideredTarget & { readonly fault: string | undefined } {
  const { rules, claims } = target;
  const { desired, plan } = planned(facts, target);
  const name = objectNameText(facts.object);
  const own = desired?.objects.find(({ entry }) => objectNameText(entry.id) === name);
  const current = own && claims && meshStatusOf(own, claims, rules, (key) => plan?.problems.get(key));
  return {
    explained: {
      ...{ name: rules.name, target: rules.title },
      ...{ problems: own?.problems ?? [], differences: own?.differences ?? [] },
      resources: resourcesOf(facts.object, claims, { own, desired, plan }),
    },
    current: current?.condition,
    fault: own?.entry.fault,
  };
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
function planned({ directory, hasMeshTarget, isGone }: ObjectFacts, { claims, rules }: TargetFacts): Planned {
  if (directory === undefined) return {};
  const desired = desiredMesh(directory, rules, (key) => claims?.get(key));
  if (claims === undefined || !hasMeshTarget) return { desired };
  return { desired, plan: planMesh(desired, { claims, isGone }, rules) };
}

/** The resources that it wants, then the others that it owns. */
function resourcesOf(
  object: ObjectName,
  claims: ReadonlyMap<string, MeshClaim> = new Map(),
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
  writtenStatus: StatusRecord | undefined,
): ObjectExplanation['missingPermissions'] {
  const { mesh, instances, problem } = writtenStatus ?? {};
  const written = [...(mesh?.condition.permissions ?? []), ...(instances?.permissions ?? [])];
  const failures = [...readFailures, ...written.map((permission) => ({ permission }))];
  return distinctPermissions(problem ? [...failures, problem] : failures);
}
